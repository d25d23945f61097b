"""A function becomes a circuit: it is called once, with symbolic gates in place of arrays."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import UsageError
from chainrule.graph.gate import Operators
from chainrule.graph.mode import using
from chainrule.graph.node import Node, NumberNode, ancestors, as_node, leaf
from chainrule.graph.tree import Tree, flatten, paths, unflatten


@dataclass(frozen=True)
class Trace:
    """A circuit with its inputs and outputs, and the pytrees that they stand for."""

    inputs: tuple[Node, ...]
    outputs: tuple[Node, ...]
    takes: Tree
    gives: Tree

    @property
    def gates(self) -> list[Node]:
        """All gates the outputs depend on, leaves included, in execution order."""
        found: list[Node] = ancestors(self.outputs)
        return found

    def result(self, values: Iterable[Any]) -> Any:
        """Return the outputs' values in the structure that the function returned."""
        return unflatten(self.gives, list(values))


def trace(f: Callable[..., Any], *args: Any, frozen: Iterable[int] = ()) -> Trace:
    """Call `f` with a symbolic gate for each array in `args` and return the circuit it builds.

    Only shapes and dtypes of `args` matter. `frozen` numbers arguments that carry no gradient.

    Raises:
        GradientError: `f` decides by a value, or hands one to code outside the graph.
        UsageError: `f` puts something else into a container that it was given.

    >>> found = trace(lambda x, y: x * y + x, 2.0, 3.0)
    >>> [gate.op.name for gate in found.gates if gate.op]
    ['multiply', 'add']
    """
    leaves, takes = flatten(args)
    still = {id(x) for i in frozen for x in flatten(args[i])[0]}
    names = leaf_names(f, args)
    nodes = [symbol_for(x, n, id(x) not in still) for x, n in zip(leaves, names, strict=True)]
    given = unflatten(takes, nodes)
    with using(tracing=True, recording=True):
        outputs, gives = flatten(f(*given))
    check_untouched(f, dict(zip(names, nodes, strict=True)), given)
    if not outputs:
        raise UsageError(f"{name_of(f)} returned no arrays, so there is nothing to compute")
    return Trace(tuple(nodes), tuple(as_node(x) for x in outputs), takes, gives)


def check_untouched(f: Callable[..., Any], before: dict[str, Node], given: Any) -> None:
    """Refuse functions that change containers they were given: the caller would not see it."""
    after = dict(zip(leaf_names(f, given), flatten(given)[0], strict=True))
    changed = [n for n in {**before, **after} if before.get(n) is not after.get(n)]
    if changed:
        raise UsageError(
            f"{name_of(f)} changes its argument: {changed[0]} is another array after the call",
            hint="a traced function changes nothing outside: return what is new",
        )


def symbol_for(x: Any, name: str, differentiable: bool) -> Node:
    """Return a symbolic leaf of `x`'s shape and dtype."""
    if type(x) in (int, float):
        number = NumberNode(type(x), name)
        number.differentiable = differentiable and number.differentiable
        return number
    value = x if isinstance(x, (Node, np.ndarray, np.generic)) else as_array(x)
    return leaf(value.shape, value.dtype, name=name, differentiable=differentiable)


def as_array(x: Any) -> Any:
    return x if isinstance(x, Operators) else np.asarray(x)


def leaf_names(f: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """Return `x`, or `params.layers.0` for the leaves of an argument that is a container."""
    names: list[str] = []
    for parameter, value in zip(parameter_names(f, len(args)), args, strict=True):
        names += paths(value, parameter)
    return names


def parameter_names(f: Callable[..., Any], wanted: int) -> list[str]:
    """Return the names of the first parameters of `f`; numbered ones where it tells none."""
    try:
        found = [
            p.name
            for p in inspect.signature(f).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        found = []
    return [*found[:wanted], *(f"x{i}" for i in range(len(found), wanted))]


def name_of(f: Any) -> str:
    """Return the name of a function for messages."""
    return str(getattr(f, "__name__", type(f).__name__))
