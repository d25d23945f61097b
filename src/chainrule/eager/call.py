"""One call of a function on fresh leaves: what every transform begins with."""

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
from chainrule.graph.tree import Tree, flatten, map_leaves, unflatten

Function = Callable[..., Any]


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
        replaced, chosen = list(args), []
        for n in chosen_numbers(f, argnums, len(args)):
            leaves, tree = flatten(args[n])
            fresh = [leaf_in_place_of(x, args[n]) for x in leaves]
            replaced[n] = unflatten(tree, fresh)
            chosen.append((tree, fresh))
        with using(recording=True, nesting=CURRENT.get().nesting + 1):
            result = f(*replaced, **kwargs)
        result, aux = pair(f, result) if has_aux else (result, None)
        given, gives = flatten(result)
        roots = [r if isinstance(r, Operators) else ConstantTensor(np.asarray(r)) for r in given]
        leaves = [x for _, fresh in chosen for x in fresh if is_variable(x)]
        aux = without_history(aux) if CURRENT.get().nesting == 0 else aux
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


def chosen_numbers(f: Function, argnums: int | Sequence[int], n_args: int) -> list[int]:
    """Return the numbers of the arguments to differentiate by, none of them negative."""
    found = []
    for n in (argnums,) if isinstance(argnums, int) else argnums:
        if not -n_args <= n < n_args:
            raise UsageError(
                f"argnums={n}, but {name_of(f)} was called with {n_args} "
                f"positional argument{'s' * (n_args != 1)}"
            )
        found.append(n % n_args)
    if len(set(found)) != len(found):
        raise UsageError(f"argnums={argnums} names an argument of {name_of(f)} twice")
    return found


def pair(f: Function, result: Any) -> Any:
    """Return what a function with auxiliary data returned, if it is a pair."""
    if isinstance(result, (tuple, list)) and len(result) == 2:
        return result
    raise UsageError(
        f"has_aux=True, but {name_of(f)} returned {type(result).__name__}, no pair (value, aux)"
    )


def as_scalar(g: Any) -> Any:
    """Return a 0-d array of Python's precision as a float, anything else as it is."""
    if isinstance(g, Operators) or np.ndim(g) or getattr(g, "dtype", None) != np.float64:
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


def without_history(value: Any) -> Any:
    """Return a pytree with the values of its tensors; modules keep theirs as new leaves."""
    if hasattr(type(value), "tree_children"):
        return map_leaves(settled_leaf, value)
    leaves, tree = flatten(value)
    return unflatten(tree, [as_scalar(value_or_self(x)) for x in leaves])


def settled_leaf(x: Any) -> Any:
    return Tensor(x.value) if type(x) is Tensor else value_or_self(x)


def value_or_self(x: Any) -> Any:
    return np.asarray(x.value) if isinstance(x, Tensor) else x
