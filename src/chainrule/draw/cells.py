"""The cells of a gate's row: value, local gradient, upstream and downstream."""

from collections.abc import Sequence
from typing import NamedTuple

from chainrule.draw import palette
from chainrule.draw.formulas import gate_formula, rule_formulas
from chainrule.draw.numbers import aligned, amount
from chainrule.draw.terminal import Text, line
from chainrule.explain.view import GateView


class Cell(NamedTuple):
    """Something written, and its style."""

    written: str
    style: str = "plain"

    @staticmethod
    def column(cells: "Sequence[Cell]") -> list[Text]:
        """Return the cells of a column; numbers are aligned on their decimal points."""
        numeric = {"forward", "gradient", "local"}
        if not any(cell.style in numeric for cell in cells):
            return [line((cell.written, cell.style)) for cell in cells]
        written = aligned([cell.written for cell in cells])
        return [line((w, c.style)) for w, c in zip(written, cells, strict=True)]


BLANK = Cell("")


def gate_cells(view: GateView, digits: int) -> list[list[Cell]]:
    """Return a row for each operand that a gradient flows to; one row at least."""
    first = [
        Cell(f"{view.label} = {gate_formula(view)}"),
        Cell(amount(view.value, digits), "forward"),
    ]
    upstream = Cell(amount(view.upstream, digits), "gradient")
    last = Cell(view.role_here, "faint")
    live = live_operands(view)
    if not live:
        return [[*first, BLANK, upstream, BLANK, BLANK, last]]
    locals_ = local_texts(view, digits)
    rows: list[list[Cell]] = []
    for i in live:
        downstream = Cell(amount(view.downstream[i], digits), "gradient")
        to = Cell(f"→ {view.inputs[i].label}")
        start = first if not rows else [BLANK, BLANK]
        end = last if not rows else BLANK
        rows.append([*start, Cell(locals_[i], "local"), upstream, downstream, to, end])
    return rows


def live_operands(view: GateView) -> list[int]:
    """Return the positions of the operands that gradients can flow to."""
    return [i for i, x in enumerate(view.node.inputs) if x.differentiable]


def local_texts(view: GateView, digits: int) -> list[str]:
    """Write each local gradient: its number, or in g what the rule does; blank before forward."""
    if view.value is None:
        return [""] * len(view.inputs)
    if view.is_elementwise:
        return [amount(x, digits) for x in view.local_gradients]
    words = palette.ROLES[view.role_here][1]
    found = []
    for rule, x in zip(rule_formulas(view), view.inputs, strict=True):
        spread = rule == "g" and x.shape != view.shape
        found.append("g to each entry" if spread else rule or words)
    return found
