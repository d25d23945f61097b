"""Transforms: from a function to the function of its derivatives.

Arguments are pytrees (dicts, lists, tuples, dataclasses, modules) of arrays, numbers or tensors.
Plain arrays in, plain arrays out; inside another transform, or where a tensor takes part, results
stay on the graph, so that transforms nest to any order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import backward
from chainrule.eager.tensor import ConstantTensor, Tensor, as_array, value_of
from chainrule.errors import DtypeError, GradientError, ShapeError, UsageError
from chainrule.graph.gate import Operators
from chainrule.graph.mode import CURRENT, using
from chainrule.graph.node import Node, as_node, variable
from chainrule.graph.registry import ops
from chainrule.graph.trace import name_of
from chainrule.graph.tree import Tree, flatten, unflatten

Function = Callable[..., Any]


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


def tangent_leaves(call: "Call", tangents: Sequence[Any]) -> list[Any]:
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
    """Differentiate the pulled gradients by the gradient `dummy` that entered."""
    total = None
    for leaf, direction in zip(leaves, directions, strict=True):
        if leaf not in found or not found[leaf].differentiable:
            continue
        start = like(leaf, direction)
        with using(recording=True):
            share = backward(found[leaf], start, lambda x: x, wrt=[dummy]).get(dummy)
        if share is not None:
            total = share if total is None else total + share
    return like(dummy, np.zeros(dummy.shape, dummy.dtype)) if total is None else total


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


def rows_of(call: "Call", root: Tensor) -> Any:
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


@dataclass
class Call:
    """One call of a function on fresh leaves, ready to be pulled back through.

    Attributes:
        leaves: the tensors differentiated by, over all chosen arguments.
        roots: the tensors that `f` returned, `gives` their structure, `aux` what came beside.
        keeps_history: whether gradients must stay on the graph.
    """

    f: Function
    leaves: list[Any]
    chosen: list[tuple[Tree, list[Any]]]
    single: bool
    roots: list[Any]
    gives: Tree
    aux: Any
    keeps_history: bool

    @staticmethod
    def of(
        f: Function, args: tuple[Any, ...], kwargs: Any, argnums: int | Sequence[int], has_aux: bool
    ) -> "Call":
        single = isinstance(argnums, int)
        numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
        replaced, chosen = list(args), []
        for n in numbers:
            if not -len(args) <= n < len(args):
                raise UsageError(
                    f"argnums={n}, but {name_of(f)} was called with {len(args)} "
                    f"positional argument{'s' * (len(args) != 1)}"
                )
            leaves, tree = flatten(args[n])
            fresh = [leaf_in_place_of(x, args[n]) for x in leaves]
            replaced[n] = unflatten(tree, fresh)
            chosen.append((tree, fresh))
        with using(recording=True, nesting=CURRENT.get().nesting + 1):
            result = f(*replaced, **kwargs)
        result, aux = result if has_aux else (result, None)
        given, gives = flatten(result)
        roots = [r if isinstance(r, Operators) else ConstantTensor(np.asarray(r)) for r in given]
        leaves = [x for _, fresh in chosen for x in fresh if is_variable(x)]
        aux = unflatten_plain(aux) if CURRENT.get().nesting == 0 else aux
        keeps = must_keep_history(roots, leaves)
        return Call(f, leaves, chosen, single, roots, gives, aux, keeps)

    def scalar(self) -> Any:
        if len(self.roots) != 1 or self.roots[0].shape not in ((), (1,)):
            shapes = ", ".join(str(r.shape) for r in self.roots) or "nothing"
            raise GradientError(
                f"grad needs a scalar, but {name_of(self.f)} returned {shapes}",
                hint="reduce it with cr.sum or cr.mean, or use cr.jacobian or cr.vjp",
            )
        if self.roots[0].dtype.kind != "f":
            raise DtypeError(f"{name_of(self.f)} returned {self.roots[0].dtype}, expected floats")
        return self.roots[0]

    def ones_like(self, root: Tensor) -> Any:
        return np.ones(root.shape, root.dtype)

    def pull(self, entering: list[tuple[Tensor, Any]]) -> list[Any]:
        """Return [gradients] for gradients entering at the roots, in the arguments' structure."""
        totals: dict[Any, Any] = {}
        for root, upstream in entering:
            if not root.differentiable:
                continue
            for gate, g in self._one(root, upstream).items():
                totals[gate] = totals[gate] + g if gate in totals else g
        found = [
            unflatten(tree, [self._gradient(x, totals) for x in fresh])
            for tree, fresh in self.chosen
        ]
        return [found[0] if self.single else tuple(found)]

    def _one(self, root: Tensor, upstream: Any) -> dict[Any, Any]:
        given = upstream if isinstance(upstream, Operators) else as_array(upstream)
        if given.shape != root.shape:
            raise ShapeError(f"the gradient has shape {given.shape}, the output {root.shape}")
        if self.keeps_history or isinstance(upstream, Operators):
            with using(recording=True):
                found = backward(root, like(root, given), lambda x: x, wrt=self.leaves)
        else:
            found = backward(root, given.astype(root.dtype), value_of, wrt=self.leaves)
        return {leaf: found[leaf] for leaf in self.leaves if leaf in found}

    def _gradient(self, x: Any, totals: dict[Any, Any]) -> Any:
        if not is_variable(x):
            return None
        g = totals.get(x)
        if g is None:
            g = np.zeros(x.shape, x.dtype)
        return as_scalar(g)

    def plain(self, root: Tensor) -> Any:
        """Return a root as the caller wants it: a tensor on the graph, or its value."""
        return root if self.keeps_history else as_scalar(np.asarray(root.value))


def as_scalar(g: Any) -> Any:
    """Return a 0-d array of Python's precision as a float, anything else as it is."""
    if isinstance(g, Operators) or np.ndim(g) or g.dtype != np.float64:
        return g
    return float(g)


def shape_of(x: Any) -> tuple[int, ...]:
    return x.shape if isinstance(x, Operators) else np.shape(x)


def like(gate: Any, value: Any) -> Any:
    """Return `value` as a gate of the same kind as `gate` and of its dtype."""
    if isinstance(value, Operators):
        return value
    array = np.asarray(value, gate.dtype)
    return as_node(array) if gate.symbolic else ConstantTensor(array)


def is_variable(x: Any) -> bool:
    """Return whether `x` is a leaf to differentiate by."""
    return isinstance(x, Operators) and x.differentiable


def leaf_in_place_of(x: Any, argument: Any) -> Any:
    """Return a new leaf for `x`; linked to it where `x` itself is being differentiated."""
    in_module = hasattr(argument, "tree_children")
    if isinstance(x, ConstantTensor):
        x = x.value
    if isinstance(x, Tensor):
        alone = in_module and CURRENT.get().nesting == 0 and x.op is None
        return fresh_leaf(x.value) if alone else linked(x)
    if isinstance(x, Node):
        return variable(x) if x.dtype.kind == "f" else x
    if in_module:
        return x  # a module's buffers are no parameters
    array = as_array(x)
    if array.dtype.kind != "f":
        raise DtypeError(
            f"cannot differentiate by {array.dtype} values",
            hint="pass floats, 3.0 instead of 3, or leave the argument out of argnums",
        )
    return fresh_leaf(array)


def fresh_leaf(array: Any) -> Any:
    """Return a leaf of its own: a tensor, or a symbolic gate while a function is traced."""
    mode = CURRENT.get()
    if mode.tracing:
        return variable(as_node(array))
    return Tensor(array, attrs={"nesting": mode.nesting + 1})


def linked(x: Tensor) -> Any:
    """Return a new gate with the value of `x` through which gradients reach `x`."""
    made = ops.positive(x)
    return made if type(made) is Tensor else fresh_leaf(x.value)


def must_keep_history(roots: Sequence[Any], leaves: Sequence[Any]) -> bool:
    """Return whether a root depends on a tensor that somebody further out differentiates by.

    Those are the user's own leaves, and the leaves of the transforms around this one.
    """
    if any(x.symbolic for x in (*roots, *leaves)):
        return True
    here = CURRENT.get().nesting
    own = set(leaves)
    waiting = [r for r in roots if r not in own]
    seen = set(waiting)
    while waiting:
        gate = waiting.pop()
        if type(gate) is Tensor and gate.op is None and gate.attrs.get("nesting", 0) <= here:
            return True
        fresh = [x for x in gate.inputs if x not in seen and x not in own]
        seen.update(fresh)
        waiting += fresh
    return any(leaf.op is not None for leaf in leaves)


def unflatten_plain(value: Any) -> Any:
    """Return a pytree with the values of its tensors."""
    leaves, tree = flatten(value)
    plain = [as_scalar(np.asarray(x.value)) if isinstance(x, Tensor) else x for x in leaves]
    return unflatten(tree, plain)
