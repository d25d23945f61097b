"""From a `Graph` behind its passes to the derivation of its output by one value."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.explain.algebra.circuit import whole_expression
from chainrule.explain.algebra.local import gate_expression
from chainrule.explain.derivation import ways
from chainrule.explain.derivation.counted import evaluations_of
from chainrule.explain.derivation.nudged import rows_of
from chainrule.explain.derivation.reasons import notes_of, reason_of
from chainrule.explain.derivation.records import Definition, Derivation, Line, Term, Update
from chainrule.explain.derivation.terms import Terms
from chainrule.explain.scene.make import shown_views, uses_of
from chainrule.explain.scene.values import shown_value
from chainrule.explain.view import GateView
from chainrule.graph.formula import Expression
from chainrule.graph.node import Node

LONGEST = 40  # nodes of the formula of the whole


@dataclass
class Maker:
    """What is found on the way to one derivation.

    Attributes:
        graph: a `Graph` that has run both passes.
        view: the value differentiated by.
    """

    graph: Any
    view: GateView
    ids: dict[Node, str] = field(default_factory=dict)
    names: dict[Node, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shown = shown_views(self.graph, uses_of(self.graph))
        self.ids = {view.node: f"n{i}" for i, view in enumerate(shown)}
        self.names = {view.node: view.label for view in self.graph.constants}

    def derivation(self, rate: float | None, check: bool, evaluations: bool) -> Derivation:
        """Return the derivation, with what was asked for."""
        graph, view, root = self.graph, self.view, self.graph.output
        lines = self.lines()
        paths = self.paths() if lines else 0
        rows = rows_of(graph, view) if check and lines else None
        return Derivation(
            title=graph.title,
            formula=self.formula(),
            output=root.label,
            value=shown_value(root.value),
            shape=root.shape,
            wrt=view.label,
            name=view.name,
            node=self.ids.get(view.node, ""),
            leaves=tuple(map(self.definition, [*graph.leaves, *graph.constants])),
            gates=tuple(map(self.definition, graph.gates)),
            paths=paths,
            lines=lines,
            chain=chain_of(lines) if paths == 1 else None,
            gradient=lines[-1].gradient if lines else None,
            reason="" if lines else reason_of(graph, view),
            check=rows,
            update=update_of(view, rate) if lines else None,
            evaluations=evaluations_of(graph, self.names) if evaluations and lines else None,
            notes=notes_of(graph, view, rows or ()),
        )

    def lines(self) -> tuple[Line, ...]:
        """Return a line for each gradient between output and value, consumers first."""
        if self.view.grad is None:
            return ()
        behind = ways.between(self.view.node, (view.node for view in self.graph.gates))
        terms = Terms(self.graph.output.label, self.ids, self.names)
        order = [view for view in self.graph.backward_order if view.node in behind]
        if self.view not in order:
            order.append(self.view)
        last = order.index(self.view)
        return tuple(terms.line(view) for view in order[: last + 1])

    def paths(self) -> int:
        edges = ways.flowing(self.graph)
        return ways.to_output(self.graph.output.node, edges).get(self.view.node, 0)

    def formula(self) -> Expression | None:
        """Return the whole circuit in its leaves, unless that would be too long."""
        labels = {x.node: x.label for x in [*self.graph.leaves, *self.graph.constants]}
        return whole_expression(self.graph.output.node, labels, LONGEST)

    def definition(self, view: GateView) -> Definition:
        return Definition(
            node=self.ids.get(view.node, ""),
            label=view.label,
            name=view.name,
            op="" if view.is_leaf else view.op,
            formula=gate_expression(view, self.names),
            value=shown_value(view.value),
            shape=view.shape,
        )


def chain_of(lines: Iterable[Line]) -> tuple[Term, ...] | None:
    """Return the one term of each line behind the output's; None where arrays are on the way."""
    lines = tuple(lines)
    if any(line.shape for line in lines):
        return None
    return tuple(term for line in lines for term in line.terms)


def update_of(view: GateView, rate: float | None) -> Update | None:
    """Return one step of gradient descent for a leaf."""
    if rate is None or not view.is_leaf:
        return None
    old, gradient = np.asarray(view.value), np.asarray(view.grad)
    with np.errstate(all="ignore"):
        new = old - rate * gradient
    return Update(
        rate=rate, old=shown_value(old), gradient=shown_value(gradient), new=shown_value(new)
    )
