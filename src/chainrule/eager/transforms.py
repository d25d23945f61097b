"""Transforms: from a function to the function of its derivatives.

Arguments are pytrees (dicts, lists, tuples, dataclasses, modules) of arrays, numbers or tensors.
Plain arrays in, plain arrays out; inside another transform, or where a tensor takes part, results
stay on the graph, so that transforms nest to any order.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import backward
from chainrule.eager.call import Call, Function, as_scalar, fresh_leaf, like, shape_of
from chainrule.errors import GradientError, ShapeError, UsageError
from chainrule.graph.gate import Operators
from chainrule.graph.mode import CURRENT, using
from chainrule.graph.registry import ops
from chainrule.graph.tree import flatten, unflatten


def grad(f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False) -> Function:
    """Return the function that computes the gradient of the scalar function `f`.

    Args:
        f: returns a scalar, or (scalar, anything else) with `has_aux`.
        argnums: number of the argument to differentiate by, or several.
        has_aux: whether `f` returns auxiliary data beside the scalar; it is returned unchanged.

    Returns:
        A function of the same arguments that returns the gradient, in the structure of the
        argument (a tuple of them for several `argnums`), or (gradient, aux).

    Raises:
        GradientError: `f` does not return one number.
        DtypeError: an argument to differentiate by holds integers.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums, has_aux)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, found = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def value_and_grad(
    f: Function, argnums: int | Sequence[int] = 0, has_aux: bool = False
) -> Function:
    """Return the function that computes `f` and its gradient in one go.

    As `grad`; the result is (value, gradient), or ((value, aux), gradient) with `has_aux`.

    >>> value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """

    def both(*args: Any, **kwargs: Any) -> Any:
        call = Call.of(f, args, kwargs, argnums, has_aux)
        root = call.scalar()
        (gradients,) = call.pull([(root, call.ones_like(root))])
        value = call.plain(root)
        return ((value, call.aux) if has_aux else value), gradients

    return both


def vjp(f: Function, *args: Any, has_aux: bool = False) -> Any:
    """Return `f(*args)` and the function that pulls a gradient back through it.

    >>> y, pull = vjp(lambda w, x: w * x, 2.0, 3.0)
    >>> y, pull(1.0)
    (6.0, (3.0, 2.0))
    """
    call = Call.of(f, args, {}, tuple(range(len(args))), has_aux)

    def pull(upstream: Any) -> Any:
        given, tree = flatten(upstream)
        if len(given) != len(call.roots):
            raise UsageError(f"pull needs {len(call.roots)} gradients, one an output; {tree}")
        (gradients,) = call.pull(list(zip(call.roots, given, strict=True)))
        return gradients

    value = unflatten(call.gives, [call.plain(r) for r in call.roots])
    return (value, pull, call.aux) if has_aux else (value, pull)


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return `f(*primals)` and its derivative in the direction `tangents`.

    The pull-back is linear in the gradient that enters, so transposing it once more, by a second
    reverse pass, pushes a direction forward; no op needs a rule of its own for it.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    if len(primals) != len(tangents):
        raise UsageError(f"{len(primals)} primals need as many tangents, got {len(tangents)}")
    with using(nesting=CURRENT.get().nesting + 1):
        call = Call.of(f, tuple(primals), {}, tuple(range(len(primals))), False)
        entering = [fresh_leaf(np.zeros(r.shape, r.dtype)) for r in call.roots]
        pulled = [
            backward(root, dummy, lambda x: x, wrt=call.leaves) if root.differentiable else {}
            for root, dummy in zip(call.roots, entering, strict=True)
        ]
    directions = tangent_leaves(call, tangents)
    pushed = [push(found, call.leaves, directions, dummy)
              for found, dummy in zip(pulled, entering, strict=True)]  # fmt: skip
    keep = call.keeps_history or any(isinstance(d, Operators) for d in directions)
    out = [p if keep else as_scalar(p.value) for p in pushed]
    value = unflatten(call.gives, [call.plain(r) for r in call.roots])
    return value, unflatten(call.gives, out)


def tangent_leaves(call: Call, tangents: Sequence[Any]) -> list[Any]:
    """Return the directions beside the leaves that they belong to, shapes checked."""
    given = [d for t in tangents for d in flatten(t)[0]]
    if len(given) != len(call.leaves):
        raise UsageError(f"the primals hold {len(call.leaves)} arrays, the tangents {len(given)}")
    for leaf, d in zip(call.leaves, given, strict=True):
        if shape_of(d) != leaf.shape:
            raise ShapeError(f"a tangent has shape {shape_of(d)}, its primal {leaf.shape}")
    return given


def push(
    found: dict[Any, Any], leaves: Sequence[Any], directions: Sequence[Any], dummy: Any
) -> Any:
    """Differentiate the pulled gradients by the gradient `dummy` that entered, in one pass."""
    entering: dict[Any, Any] = {}
    for leaf, direction in zip(leaves, directions, strict=True):
        gate = found.get(leaf)
        if gate is None or not gate.differentiable:
            continue
        start = like(leaf, direction)
        entering[gate] = entering[gate] + start if gate in entering else start
    zero = like(dummy, np.zeros(dummy.shape, dummy.dtype))
    if not entering:
        return zero
    root, upstream = entering.popitem()
    with using(recording=True):
        return backward(root, upstream, lambda x: x, wrt=[dummy], more=entering).get(dummy, zero)


def hvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """Return the product of the Hessian of `f` (by its first argument) with a direction.

    Forward over reverse, at the cost of a few gradients: the Hessian is never formed.
    Source: B. Pearlmutter, Fast exact multiplication by the Hessian, 1994.

    >>> hvp(lambda x: x**3, (2.0,), (1.0,))
    12.0
    """
    if len(primals) == 1:
        return jvp(grad(f), primals, tangents)[1]
    every = tuple(range(len(primals)))
    return jvp(grad(f, argnums=every), primals, tangents)[1]


def jacobian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return the function that computes the Jacobian of `f`: the output's axes, then the input's.

    One reverse pass for each entry of the output.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """

    def full(*args: Any, **kwargs: Any) -> Any:
        call = Call.of(f, args, kwargs, argnums, False)
        blocks = [rows_of(call, root) for root in call.roots]
        return unflatten(call.gives, blocks) if len(blocks) > 1 else blocks[0]

    return full


def rows_of(call: Call, root: Any) -> Any:
    """Return the Jacobian of one output, one reverse pass for each of its entries."""
    size = int(np.prod(root.shape))
    if size == 0:
        raise GradientError("the Jacobian of an output without entries is not defined")
    basis = np.eye(size, dtype=root.dtype).reshape(size, *root.shape)
    rows = [flatten(call.pull([(root, e)])[0])[0] for e in basis]
    columns = [stack_rows(column, root.shape) for column in zip(*rows, strict=True)]
    _, tree = flatten(call.pull([(root, basis[0])])[0])
    return unflatten(tree, columns)


def stack_rows(rows: Sequence[Any], shape: tuple[int, ...]) -> Any:
    inner = shape_of(rows[0])
    return ops.reshape(ops.stack(list(rows)), (*shape, *inner))


def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Return the function that computes the matrix of second derivatives of the scalar `f`.

    >>> import numpy as np
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([2.0, 3.0]))
    array([[6., 4.],
           [4., 0.]])
    """
    return jacobian(grad(f, argnums), argnums)
