"""Local derivatives by kind of gate: a rule is read once, however many gates follow it."""

from collections.abc import Mapping
from typing import Any

from chainrule.explain.algebra.local import local_expression
from chainrule.explain.view import GateView
from chainrule.graph.formula import Expression, Symbol, substitute
from chainrule.graph.node import ConstantNode, Node

OUTPUT = "□"  # stands for the gate's label, with a number for those of its operands


class Locals:
    """The local derivatives of elementwise gates, in the labels of operands and gate.

    Args:
        names: what constant arrays are called.
    """

    def __init__(self, names: Mapping[Node, str]) -> None:
        self.names = names
        self.kinds: dict[Any, Expression | None] = {}

    def of(self, view: GateView, operand: int) -> Expression | None:
        """Return the derivative by one operand; None where it is no formula."""
        node = view.node
        assert node.op is not None
        places = self.places(node)
        operands = [places.get(x) or repr(getattr(x, "value", x)) for x in node.inputs]
        key = (node.op, operand, *operands, *node.attrs.items())
        if key not in self.kinds:
            self.kinds[key] = local_expression(view, operand, {**places, node: OUTPUT})
        found = self.kinds[key]
        if found is None:
            return None
        labels = {places[x.node]: Symbol(x.label) for x in view.inputs if x.node in places}
        return substitute(found, {**labels, OUTPUT: Symbol(view.label)})

    def places(self, node: Node) -> dict[Node, str]:
        """Return what stands for each operand; a constant number is part of the kind."""
        symbols = [x for x in node.inputs if x in self.names or not isinstance(x, ConstantNode)]
        return {x: f"{OUTPUT}{i}" for i, x in enumerate(symbols)}
