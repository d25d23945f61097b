"""The circuit behind a tensor: the gates that it was computed by, as symbolic ones."""

from collections.abc import Iterable
from itertools import chain, count
from typing import Any

from chainrule.eager.tensor import ConstantTensor, Tensor
from chainrule.errors import UsageError
from chainrule.explain.circuit import Circuit
from chainrule.graph.node import ConstantNode, Node, ancestors
from chainrule.graph.source import resolve


def circuit_behind(result: Any) -> tuple[Circuit, dict[Node, Any]]:
    """Return the circuit that ends in a tensor, and the value of each of its gates."""
    if not isinstance(result, Tensor):
        raise UsageError(
            f"expected a tensor, got {type(result).__name__}",
            hint="give a result of cr functions and operators; for a function use cr.Graph(f, ...)",
        )
    if result.op is None:
        raise UsageError(
            "this tensor was not computed by gates: there is no circuit behind it",
            hint="compute something with it first; under no_grad no gates are kept",
        )
    order = ancestors(result)
    names = leaf_names([x for x in order if is_leaf(x)], order)
    made: dict[Any, Node] = {}
    for x in order:
        made[x] = as_symbolic(x, [made[y] for y in x.inputs], names.get(x, ""))
    circuit = Circuit(
        leaves={name: made[x] for x, name in names.items()},
        values={name: x.value for x, name in names.items()},
        root=made[result],
        title=title_of(result),
        arrays={name: "parameter" for x, name in names.items() if is_field(x)},
    )
    return circuit, {made[x]: x.value for x in order if not isinstance(x, ConstantTensor)}


def is_leaf(x: Any) -> bool:
    return x.op is None and not isinstance(x, ConstantTensor)


def as_symbolic(x: Any, inputs: list[Node], name: str) -> Node:
    """Return the node that stands for a tensor."""
    if isinstance(x, ConstantTensor):
        return ConstantNode(x.value)
    node = Node(x.op, tuple(inputs), x.attrs, x.shape, x.dtype, name=name, place=x.place)
    node.scope = x.scope
    return node


def is_field(leaf: Any) -> bool:
    """Tell whether a leaf is the parameter of a layer: its name follows the layer's path."""
    return str(leaf.name).startswith(".")


def leaf_names(leaves: Iterable[Any], order: list[Any]) -> dict[Any, str]:
    """Return a name for each leaf: its own or its variable's, below the module that it is of."""
    found: dict[Any, str] = {}
    taken: set[str] = set()
    scopes = first_scopes(order)
    for leaf in leaves:
        own = leaf.name or variable_of(leaf) or "x"
        base = f"{scopes.get(leaf, '')}{own}".lstrip(".") if is_field(leaf) else own
        numbered = (f"{base}{number}" for number in count(2))
        name = next(n for n in chain([base], numbered) if n not in taken)
        taken.add(name)
        found[leaf] = name
    return found


def variable_of(x: Any) -> str:
    """Return the variable that the user's code stored a tensor in, or nothing."""
    source = resolve(x.place)
    return source.variable if source else ""


def first_scopes(order: list[Any]) -> dict[Any, str]:
    """Return the path of the module that is the first to use each tensor."""
    found: dict[Any, str] = {}
    for gate in order:
        for x in gate.inputs:
            found.setdefault(x, gate.scope)
    return found


def title_of(result: Any) -> str:
    return variable_of(result) or result.op.name
