"""One gate's part in the chain rule: upstream gradient times local derivative."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chainrule.explain.algebra.local import UPSTREAM, local_expression, rule_expression
from chainrule.explain.derivation.products import (
    SPREAD,
    SUM,
    TIMES,
    Product,
    entry_by_entry,
    of_rule,
    partial,
)
from chainrule.explain.derivation.records import Line, Term
from chainrule.explain.scene.records import Value
from chainrule.explain.scene.values import shown_value
from chainrule.explain.view import GateView
from chainrule.graph.formula import Expression
from chainrule.graph.node import Node


@dataclass
class Terms:
    """Writes lines; what several of them need is made once.

    Attributes:
        output: the label of the output.
        ids: node -> id.
        names: what constant arrays are called.
    """

    output: str
    ids: Mapping[Node, str]
    names: Mapping[Node, str]
    gradients: dict[Node, Value] = field(default_factory=dict)
    numbers: dict[Node, tuple[Value, ...]] = field(default_factory=dict)

    def line(self, view: GateView) -> Line:
        """Return the gradient by one value as the sum over its uses, in their order."""
        uses = sorted(view.contributions, key=lambda c: (c.gate.node.age, c.operand))
        return Line(
            node=self.ids[view.node],
            label=view.label,
            terms=tuple(self.term(use.gate, use.operand, view, use.value) for use in uses),
            gradient=self.gradient(view),
            shape=view.shape,
        )

    def term(self, gate: GateView, operand: int, view: GateView, downstream: Any) -> Term:
        local = self.local(gate, operand, view)
        parts, sign = self.product(gate, operand, local)
        return Term(
            gate=self.ids[gate.node],
            of=gate.label,
            by=view.label,
            operand=operand,
            local=local,
            parts=parts,
            sign=sign,
            then=afterwards(gate, view, (parts, sign)),
            number=self.number(gate)[operand],
            upstream=self.gradient(gate),
            downstream=shown_value(downstream),
        )

    def local(self, gate: GateView, operand: int, view: GateView) -> Expression | None:
        """Return the local derivative of an elementwise gate; where it is no formula, its name."""
        if not gate.is_elementwise:
            return None
        found = local_expression(gate, operand, self.names)
        return partial(gate.label, view.label) if found is None else found

    def product(self, gate: GateView, operand: int, local: Expression | None) -> Product:
        g = partial(self.output, gate.label)
        shapes = {x.label: x.shape for x in gate.inputs} | {gate.label: gate.shape}
        if local is not None:
            return entry_by_entry(g, local, gate.shape, shapes)
        found = rule_expression(gate, operand, self.names)
        if found is None:
            return (), TIMES
        rule, known = found
        word = next(name for name in UPSTREAM if name not in shapes)
        return of_rule(rule, known, word, g)

    def gradient(self, view: GateView) -> Value:
        if view.node not in self.gradients:
            self.gradients[view.node] = shown_value(view.grad)
        return self.gradients[view.node]

    def number(self, gate: GateView) -> tuple[Value, ...]:
        if gate.node not in self.numbers:
            self.numbers[gate.node] = tuple(map(shown_value, gate.local_gradients))
        return self.numbers[gate.node]


def afterwards(gate: GateView, view: GateView, product: Product) -> str:
    """Tell whether the entries of a product are added up, or whether each entry receives it."""
    if gate.is_elementwise:
        return SUM if gate.shape != view.shape else ""
    parts, _ = product
    return SPREAD if parts and view.shape and all(part.shape == () for part in parts) else ""
