"""The gates of linear algebra, on matrices and stacks of them."""

from typing import Any, NamedTuple

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import composition, op, ops

# Matrices far from singular, and positive definite ones.
ONE = np.array([[2.0, 0.3, -0.5], [0.4, 1.5, 0.2], [-0.1, 0.6, 1.2]])
FLIPPED = np.stack([ONE, -ONE])
POSITIVE = np.stack([ONE.T @ ONE, ONE @ ONE.T])
OBLONG = [case((2, 3), says="of (2, 3): a square matrix is needed, (..., n, n)")]


@op(
    role="mixer",
    numpy=np.linalg.inv,
    public="linalg.inv",
    shape=shapes.square_matrix,
    dtype=shapes.floating,
    tex=r"x^{-1}",
    examples=[case(ONE), case(FLIPPED)],
    bad=OBLONG,
)
def inv(g, z, x):
    """The matrix receives -z^T g z^T."""
    back = ops.matrix_transpose(z)
    return (-(back @ g @ back),)


@op(
    role="mixer",
    numpy=np.linalg.solve,
    public="linalg.solve",
    shape=shapes.solved,
    dtype=shapes.floating,
    tex=r"x^{-1} y",
    examples=[
        case(ONE, (3,)),
        case(ONE, (3, 2)),
        case(FLIPPED, (3,)),
        case(FLIPPED, (3, 1)),
        case(ONE, (2, 3, 1)),
    ],
    bad=[
        case((2, 3), (2,), says="of (2, 3) and (2,): a square matrix is needed, (..., n, n)"),
        case((3, 3), (2,), says="3 equations need right sides of length 3, not 2"),
        case((3, 3), (), says="the right side must be a vector (n,) or matrices (..., n, k)"),
    ],
)
def solve(g, z, x, y):
    """The right side receives s = x^-T g, the matrix -s z^T."""
    vector = len(y.shape) == 1
    if vector:
        g, z = ops.expand_dims(g, -1), ops.expand_dims(z, -1)
    share = ops.solve(ops.matrix_transpose(x), g)
    return -(share @ ops.matrix_transpose(z)), ops.squeeze(share, -1) if vector else share


@op(
    role="switcher",
    numpy=np.linalg.det,
    public="linalg.det",
    shape=shapes.determinant,
    dtype=shapes.floating,
    tex=r"\det x",
    examples=[case(ONE), case(FLIPPED)],
    bad=OBLONG,
)
def det(g, z, x):
    """The matrix receives det(x) x^-T times the gradient; a singular one has no inverse to use."""
    return (as_scale(g * z) * ops.matrix_transpose(ops.inv(x)),)


@op(
    role="mixer",
    numpy=lambda x: np.linalg.slogdet(x).logabsdet,
    public="linalg.logabsdet",
    shape=shapes.determinant,
    dtype=shapes.floating,
    tex=r"\log \lvert \det x \rvert",
    examples=[case(ONE), case(FLIPPED)],
    bad=OBLONG,
)
def logabsdet(g, z, x):
    """The matrix receives x^-T times the gradient."""
    return (as_scale(g) * ops.matrix_transpose(ops.inv(x)),)


@op(
    role="wall",
    numpy=lambda x: np.linalg.slogdet(x).sign,
    public="linalg.signdet",
    shape=shapes.determinant,
    dtype=shapes.floating,
    tex=r"\operatorname{sign} \det x",
    examples=[case(ONE), case(FLIPPED)],
    bad=OBLONG,
)
def signdet(g, z, x):
    """The sign of the determinant is flat: no gradient."""
    return (None,)


def as_scale(g):
    """Give one number per matrix the two axes of the matrices."""
    return ops.expand_dims(g, (-2, -1))


class SignAndLog(NamedTuple):
    """A determinant as its sign and the log of its size."""

    sign: Any
    logabsdet: Any


@composition(same_as=np.linalg.slogdet, name="linalg.slogdet")
def slogdet(x):
    """Return the sign of the determinant and the log of its absolute value.

    >>> sign, size = slogdet(np.array([[0.0, 2.0], [1.0, 0.0]]))
    >>> float(sign), float(np.exp(size).round(6))
    (-1.0, 2.0)
    """
    return SignAndLog(ops.signdet(x), ops.logabsdet(x))


@op(
    role="mixer",
    numpy=lambda x: np.linalg.cholesky((x + np.swapaxes(x, -1, -2)) / 2),
    same_as=np.linalg.cholesky,
    public="linalg.cholesky",
    shape=shapes.square_matrix,
    dtype=shapes.floating,
    tex=r"\operatorname{chol} x",
    examples=[case(POSITIVE[0]), case(POSITIVE)],
    bad=OBLONG,
)
def cholesky(g, z, x):
    """With z z^T = x: the matrix receives the symmetric part of z^-T P(z^T g) z^-1.

    P keeps the lower triangle and halves the diagonal. The input is symmetrised first, (x + x^T)/2,
    so entries that mirror each other share their gradient equally; NumPy looks at the lower
    triangle alone.
    """
    n = x.shape[-1]
    lower = np.tri(n, dtype=bool)
    halved = np.where(np.eye(n, dtype=bool), 0.5, 1.0).astype(x.dtype)
    core = ops.where(lower, ops.matrix_transpose(z) @ g, 0) * halved
    back = ops.solve(
        ops.matrix_transpose(z),
        ops.matrix_transpose(ops.solve(ops.matrix_transpose(z), ops.matrix_transpose(core))),
    )
    return ((back + ops.matrix_transpose(back)) / 2,)
