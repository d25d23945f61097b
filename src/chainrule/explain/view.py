"""One gate of a `Graph`, as people look at it."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from chainrule.autodiff.reverse import apply_rule
from chainrule.graph import shapes
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.source import Source, resolve

if TYPE_CHECKING:
    from chainrule.explain.gates import Graph


class Contribution(NamedTuple):
    """What one consumer handed back: the gate, the number of the operand, and the gradient."""

    gate: "GateView"
    operand: int
    value: Any


class GateView:
    """A gate or a leaf of a graph. What has not been computed yet is None, never 0.

    Attributes:
        name: the argument, the variable that the result was stored in, or op and number.
        label: what formulas call it: the variable, or `v3` for the third gate.
        node: the symbolic gate itself.
    """

    __slots__ = ("_graph", "label", "name", "node")

    def __init__(self, graph: "Graph", node: Node, name: str, label: str) -> None:
        self._graph = graph
        self.node = node
        self.name = name
        self.label = label

    @property
    def is_leaf(self) -> bool:
        return self.node.op is None

    @property
    def op(self) -> str:
        """The name of the op; `leaf` for an argument, `constant` for a number in the formula."""
        if self.node.op is not None:
            return self.node.op.name
        return "constant" if isinstance(self.node, ConstantNode) else "leaf"

    @property
    def role(self) -> str:
        """What the gate does to gradients: distributor, router, switcher, ...; empty for leaves."""
        return self.node.op.role if self.node.op is not None else ""

    @property
    def role_here(self) -> str:
        """The role at this place: a product with a constant only scales; `yours` where none is."""
        if self.is_leaf:
            return ""
        live = sum(x.differentiable for x in self.node.inputs)
        role = self.role or "yours"
        return "scaler" if role == "switcher" and live == 1 else role

    @property
    def shape(self) -> tuple[int, ...]:
        return self.node.shape

    @property
    def source(self) -> Source | None:
        """The user's line that made this gate; None for leaves, and for gates of an expression."""
        inside = self.node.place != self._graph._outside
        return resolve(self.node.place) if inside else None

    @property
    def inputs(self) -> "tuple[GateView, ...]":
        """The operands: gates, leaves and constants."""
        return tuple(self._operand(x) for x in self.node.inputs)

    def _operand(self, x: Node) -> "GateView":
        if x in self._graph._views or x in self._graph._constants:
            return self._graph._views.get(x) or self._graph._constants[x]
        shown = f"{x.value}" if isinstance(x, ConstantNode) else x.name
        return GateView(self._graph, x, shown, shown)

    @property
    def consumers(self) -> "tuple[GateView, ...]":
        """The gates that take this one, in execution order; twice where they take it twice."""
        views = self._graph._views.values()
        return tuple(v for v in views for x in v.node.inputs if x is self.node)

    @property
    def value(self) -> Any:
        """The forward value: a number, or an array."""
        if isinstance(self.node, ConstantNode):
            return as_plain(self.node.value)
        return as_plain(self._graph._values.get(self.node))

    @property
    def grad(self) -> Any:
        """The gradient of the output by this value: the sum of all contributions."""
        return as_plain(self._graph._grads.get(self.node))

    @property
    def upstream(self) -> Any:
        """The gradient that entered at this gate during the backward pass; None for leaves."""
        return as_plain(self._graph._upstream.get(self.node))

    @property
    def downstream(self) -> tuple[Any, ...]:
        """What the gate handed to each operand; None where nothing flows."""
        shares = self._graph._shares.get(self.node, (None,) * len(self.node.inputs))
        return tuple(as_plain(share) for share in shares)

    @property
    def contributions(self) -> tuple[Contribution, ...]:
        """What each consumer handed back, in the order it arrived; they add up to `grad`."""
        return tuple(self._graph._contributions.get(self.node, ()))

    @property
    def is_elementwise(self) -> bool:
        """Whether each entry of the output depends on one entry of each operand."""
        if self.node.op is None:
            return False
        scalars = not self.shape and not any(x.shape for x in self.node.inputs)
        return scalars or self.node.op.shape in (shapes.broadcast, shapes.same)

    @property
    def local_gradients(self) -> tuple[Any, ...]:
        """The derivative of the output by each operand, known as soon as the values are.

        A number for a scalar gate. For elementwise gates an array of the output's shape: the
        diagonal of the Jacobian, which is never formed. None for other gates, and for operands
        that carry no gradient.
        """
        value = self._graph._value
        if not self.is_elementwise or self.node not in self._graph._values:
            return (None,) * len(self.node.inputs)
        seen = [value(x) for x in self.node.inputs]
        ones = np.ones(self.shape, self.node.dtype)
        with np.errstate(all="ignore"):
            found = apply_rule(self.node, ones, value(self.node), seen)
        pairs = zip(found, self.node.inputs, strict=True)
        return tuple(
            as_plain(np.broadcast_to(np.asarray(r), self.shape))
            if r is not None and x.differentiable
            else None
            for r, x in pairs
        )

    def __repr__(self) -> str:
        found = f"<{self.op} {self.name} value={self.value} grad={self.grad}"
        return found + (f" role={self.role}>" if self.role else ">")


def as_plain(value: Any) -> Any:
    """Return a Python number for a scalar, an array as it is, None for None."""
    if value is None:
        return None
    array = np.asarray(value)
    return array if array.shape else array.item()
