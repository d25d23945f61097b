"""Activations: what a neuron does with its weighted sum."""

import math

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import composition, op, ops
from chainrule.ops.reductions import as_float
from chainrule.ops.reference import special

SELU_SCALE = 1.0507009873554805
SELU_ALPHA = 1.6732632423543772


def signed(x):
    """Return x, unsigned integers as floats, of which a negative can be taken."""
    return x if np.asarray(x).dtype.kind not in "ub" else np.asarray(x, np.float64)


def size(x):
    """Return the absolute value, ready to be negated."""
    return np.abs(signed(x))


def positive(*inputs, **attrs):
    """Tell on which side of 0 the first input lies."""
    return inputs[0] > 0


# Squashing ---------------------------------------------------------------------------------------


@op(
    role="scaler",
    formula=lambda m, x: 1 / (1 + m.exp(-x)),
    numpy=lambda x: np.where(x < 0, np.exp(np.minimum(x, 0)), 1) / (1 + np.exp(-size(x))),
    shape=shapes.broadcast,
    tex=r"\frac{1}{1 + e^{-x}}",
    symbol="σ",
)
def sigmoid(g, z, x):
    """The local gradient is (1 - z) z, at most 1/4: deep stacks of it starve."""
    return (g * z * (1 - z),)


@op(
    role="scaler",
    formula=lambda m, x, linear: 1.7159 * m.tanh(x * (2 / 3)) + (linear * x if linear != 0 else 0),
    numpy=lambda x, linear: 1.7159 * np.tanh(2 * x / 3) + (linear * x if linear else 0),
    shape=shapes.broadcast,
    tex=r"1.7159 \tanh(2x/3) + a x",
    examples=[case((3, 4)), case((2, 3), linear=0.1)],
)
def lecun_tanh(g, z, x, linear=0.0):
    """tanh stretched so that f(1) = 1 and f(-1) = -1; the slope at 0 is 1.14393.

    `linear` adds `linear x`, which keeps the slope away from 0 on the flat parts.
    Source: LeCun, Bottou, Orr, Müller 1998, Efficient BackProp.
    """
    t = ops.tanh(x * (2 / 3))
    return (g * (1.7159 * 2 / 3 * (1 - t * t) + linear),)


@op(
    role="scaler",
    formula=lambda m, x: x / (1 + m.abs(x)),
    numpy=lambda x: np.true_divide(x, np.abs(x) + 1),
    shape=shapes.broadcast,
)
def softsign(g, z, x):
    """The local gradient is 1 / (1 + |x|)^2. NaN at infinity."""
    return (g / ops.square(1 + ops.abs(x)),)


# Rectifying --------------------------------------------------------------------------------------


@op(
    role="router",
    formula=lambda m, x: m.where(x < 0, 0, x),
    numpy=lambda x: np.maximum(x, 0),
    shape=shapes.broadcast,
    tex=r"\max(0, x)",
    symbol="relu",
    kinks=positive,
)
def relu(g, z, x):
    """max(0, x): the gradient passes where x > 0 and stops elsewhere; the slope at 0 is 0."""
    return (ops.where(ops.greater(x, 0), g, 0),)


@op(
    role="scaler",
    formula=lambda m, x, slope: m.where(x < 0, slope * x, x),
    numpy=lambda x, slope: np.maximum(x, 0) + slope * np.minimum(x, 0),
    shape=shapes.broadcast,
    tex=r"\max(0, x) + s \min(0, x)",
    kinks=positive,
    examples=[case((3, 4)), case((2, 3), slope=0.1)],
)
def leaky_relu(g, z, x, slope=0.01):
    """The local gradient is 1 where x > 0 and `slope` elsewhere, 0 included."""
    return (ops.where(ops.greater(x, 0), g, slope * g),)


@op(
    role="switcher",
    formula=lambda m, x, slope: m.where(x < 0, slope * x, x),
    numpy=lambda x, slope: np.where(x >= 0, x, slope * x),
    shape=shapes.broadcast,
    tex=r"\max(0, x) + s \min(0, x)",
    domain=((-2.0, 2.0), (0.05, 0.5)),
    kinks=positive,
    bad=[case((2, 3), (4,), says="of (2, 3) and (4,): the shapes do not broadcast")],
)
def prelu(g, z, x, slope):
    """A leaky rectifier whose slope is learnt: x receives g or g slope, slope g min(x, 0)."""
    won = ops.greater(x, 0)
    return ops.where(won, g, g * slope), ops.where(won, 0, g * x)


@op(
    role="router",
    formula=lambda m, x: m.minimum(m.maximum(x, -1), 1),
    numpy=lambda x: np.clip(signed(x), -1, 1),
    shape=shapes.broadcast,
    tex=r"\min(\max(x, -1), 1)",
    kinks=lambda x: np.where(x >= 1, 1, np.where(x <= -1, -1, 0)),
)
def hardtanh(g, z, x):
    """The gradient passes where -1 < x < 1; the slope at -1 and 1 is 0."""
    return (ops.where(ops.less(ops.abs(x), 1), g, 0),)


@op(
    role="router",
    formula=lambda m, x: m.minimum(m.maximum(x, 0), 6),
    numpy=lambda x: np.clip(x, 0, 6),
    shape=shapes.broadcast,
    tex=r"\min(\max(x, 0), 6)",
    domain=(-2.0, 8.0),
    kinks=lambda x: np.where(x >= 6, 1, np.where(x <= 0, -1, 0)),
)
def relu6(g, z, x):
    """The gradient passes where 0 < x < 6; the slope at 0 and 6 is 0."""
    return (ops.where(ops.less(ops.abs(x - 3), 3), g, 0),)


@composition()
def maxout(x, axis=-1):
    """Return the largest of the pieces that lie along `axis`, such as max(w1 x + b1, w2 x + b2).

    The axis disappears: (n, units, pieces) becomes (n, units). The winning piece alone receives
    the gradient, so the unit learns the shape of its own convex activation.
    """
    return ops.max(x, axis=axis)


# Smooth rectifiers -------------------------------------------------------------------------------


@op(
    role="scaler",
    formula=lambda m, x, alpha: m.where(x < 0, alpha * m.expm1(x), x),
    numpy=lambda x, alpha: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0)),
    shape=shapes.broadcast,
    tex=r"x \text{ if } x > 0 \text{ else } \alpha (e^{x} - 1)",
    kinks=positive,
    examples=[case((3, 4)), case((2, 3), alpha=0.5)],
)
def elu(g, z, x, alpha=1.0):
    """The local gradient is 1 where x > 0 and z + alpha elsewhere; the slope at 0 is alpha."""
    return (g * ops.where(ops.greater(x, 0), 1, z + alpha),)


@op(
    role="scaler",
    formula=lambda m, x: SELU_SCALE * m.where(x < 0, SELU_ALPHA * m.expm1(x), x),
    numpy=lambda x: (
        SELU_SCALE * np.maximum(x, 0) + SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(x, 0))
    ),
    shape=shapes.broadcast,
    tex=r"\lambda \, (x \text{ if } x > 0 \text{ else } \alpha (e^{x} - 1))",
    kinks=positive,
)
def selu(g, z, x):
    """An ELU with alpha = 1.6733, scaled by 1.0507: deep stacks keep mean 0 and variance 1.

    The slope at 0 is the left one, 1.0507 alpha.
    Source: Klambauer, Unterthiner, Mayr, Hochreiter 2017, Self-Normalizing Neural Networks.
    """
    return (g * ops.where(ops.greater(x, 0), SELU_SCALE, z + SELU_SCALE * SELU_ALPHA),)


@op(
    role="scaler",
    formula=lambda m, x, alpha: m.where(x < 0, alpha * m.expm1(x / alpha), x),
    numpy=lambda x, alpha: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha),
    shape=shapes.broadcast,
    tex=r"x \text{ if } x > 0 \text{ else } \alpha (e^{x/\alpha} - 1)",
    kinks=positive,
    examples=[case((3, 4)), case((2, 3), alpha=0.5)],
)
def celu(g, z, x, alpha=1.0):
    """An ELU that is smooth at 0 for every alpha: the local gradient below is z / alpha + 1."""
    return (g * ops.where(ops.greater(x, 0), 1, z / alpha + 1),)


@op(
    role="scaler",
    formula=lambda m, x: m.maximum(x, 0) + m.log1p(m.exp(-m.abs(x))),
    numpy=lambda x: np.where(x > 0, x, 0) + np.log1p(np.exp(-size(x))),
    shape=shapes.broadcast,
    tex=r"\log(1 + e^{x})",
)
def softplus(g, z, x):
    """A smooth rectifier, log(1 + exp(x)), whose slope is the sigmoid. Never overflows."""
    return (g * ops.sigmoid(x),)


def silu_stable(x):
    x = np.maximum(signed(x), -800)
    return np.where(x < 0, x * np.exp(np.minimum(x, 0)), x) / (1 + np.exp(-np.abs(x)))


@op(
    role="scaler",
    formula=lambda m, x: m.maximum(x, -800) / (1 + m.exp(-x)),
    numpy=silu_stable,
    shape=shapes.broadcast,
    tex=r"\frac{x}{1 + e^{-x}}",
)
def silu(g, z, x):
    """x sigmoid(x), also called swish; 0 at -inf. The slope is s + z (1 - s) with s the sigmoid."""
    s = ops.sigmoid(x)
    return (g * (s + z * (1 - s)),)


@op(
    role="scaler",
    formula=lambda m, x: m.maximum(x, -40) * m.erfc(-x / math.sqrt(2)) / 2,
    numpy=lambda x: np.maximum(signed(x), -40) * special.erfc(-signed(x) / math.sqrt(2)) / 2,
    shape=shapes.broadcast,
    tex=r"\frac{x}{2} (1 + \mathrm{erf}(x / \sqrt{2}))",
)
def gelu(g, z, x):
    """x Phi(x) with the normal distribution Phi, exactly; 0 at -inf. The slope is Phi + x phi."""
    share = ops.erfc(x * -math.sqrt(0.5)) / 2
    density = ops.exp(x * x * -0.5) / math.sqrt(2 * math.pi)
    return (g * (share + x * density),)


# Softmax -----------------------------------------------------------------------------------------


def along(shape, axis=-1):
    """Keep the shape; the axes must exist."""
    shapes.normalize_axes(axis, len(shape))
    return shape


def shifted(x, axis):
    """Return x less its maximum along the axis, so that exp cannot overflow; integers as floats."""
    x = np.asarray(x) + 0.0
    return x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)


def below_top(x, axis):
    """Return x less its maximum along the axis, in gates."""
    x = as_float(x)
    return x - ops.max(x, axis=axis, keepdims=True)


def expand_softmax(x, axis):
    if 0 in x.shape:
        return x
    e = ops.exp(below_top(x, axis))
    return e / ops.sum(e, axis=axis, keepdims=True)


def expand_log_softmax(x, axis):
    if 0 in x.shape:
        return x
    s = below_top(x, axis)
    return s - ops.log(ops.sum(ops.exp(s), axis=axis, keepdims=True))


def softmax_stable(x, axis):
    e = np.exp(shifted(x, axis))
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax_stable(x, axis):
    s = shifted(x, axis)
    total = np.sum(np.exp(s), axis=axis, keepdims=True)
    return s - np.log(np.maximum(total, 1))  # the largest adds 1; nothing adds up to 0


NO_AXIS = [case((2, 3), axis=2, says="of (2, 3): axis 2 is out of range for 2 dimensions")]
AXES = [case((3, 4)), case((2, 3, 2), axis=1), case((2, 3), axis=None), case((4,), axis=0)]


@op(
    role="mixer",
    numpy=softmax_stable,
    expand=expand_softmax,
    shape=along,
    tex=r"\frac{e^{x_i}}{\sum_j e^{x_j}}",
    examples=AXES,
    bad=NO_AXIS,
)
def softmax(g, z, x, axis=-1):
    """Positive shares that add to 1 along `axis`.

    Each entry receives z times what its upstream gradient exceeds the z-weighted mean by. A slice
    that holds inf, or nothing but -inf, gives NaN.
    """
    return (z * (g - ops.sum(g * z, axis=axis, keepdims=True)),)


@op(
    role="mixer",
    numpy=log_softmax_stable,
    expand=expand_log_softmax,
    shape=along,
    tex=r"x_i - \log \sum_j e^{x_j}",
    examples=AXES,
    bad=NO_AXIS,
)
def log_softmax(g, z, x, axis=-1):
    """Logarithms of softmax, exact where the shares underflow.

    Each entry receives its upstream gradient less its share of their sum. A slice that holds inf,
    or nothing but -inf, gives NaN.
    """
    return (g - ops.exp(z) * ops.sum(g, axis=axis, keepdims=True),)
