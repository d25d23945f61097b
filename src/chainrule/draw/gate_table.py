"""A graph as a table: a row for each operand of each gate, with its value and gradients."""

from chainrule.draw import palette
from chainrule.draw.cells import Cell, gate_cells, local_texts
from chainrule.draw.formulas import gate_formula
from chainrule.draw.numbers import DIGITS, on_one_line
from chainrule.draw.terminal import (
    RenderableType,
    Run,
    indented,
    line,
    natural_width,
    stacked,
    table,
)
from chainrule.explain.gates import Graph
from chainrule.explain.view import GateView

HEADER = ("gate", "value", "local", "× upstream", "= downstream", "", "role")
HEADER_WITH_G = ("gate", "value", "local", "upstream g", "downstream", "", "role")
G_IS = line(
    ("g is the upstream gradient; × works entry by entry, @ is the matrix product", "faint")
)


def gate_table(graph: Graph, width: int, digits: int = DIGITS) -> RenderableType:
    """Return one row for each operand of each gate; narrower forms where the width asks for it."""
    rows = [row for view in graph.gates for row in gate_cells(view, digits)]
    header = HEADER if all(view.is_elementwise for view in graph.gates) else HEADER_WITH_G
    full = laid_out(rows, header)
    if natural_width(full) <= width:
        return full
    without_roles = laid_out([row[:-1] for row in rows], header[:-1])
    if natural_width(without_roles) <= width:
        return without_roles
    return stacked(card(view, digits) for view in graph.gates)


def laid_out(rows: list[list[Cell]], header: tuple[str, ...]) -> RenderableType:
    """Return a table whose numbers stand under each other by their decimal points."""
    from_column = list(zip(*rows, strict=True))
    styled = [Cell.column(cells) for cells in from_column]
    return table(header, zip(*styled, strict=True))


def card(view: GateView, digits: int) -> RenderableType:
    """Return a gate on lines of its own, for wide formulas and arrays in narrow windows."""
    rows = []
    for words, x, style in (("value", view.value, "forward"), ("g", view.upstream, "gradient")):
        if x is not None:
            rows.append((line((words, "faint")), line((on_one_line(x, digits), style))))
    for i, local in enumerate(local_texts(view, digits)):
        found = view.downstream[i]
        if found is None:
            continue
        x = view.inputs[i]
        summed = view.is_elementwise and x.shape != view.shape
        runs: list[Run] = ["sum of " if summed else "", (local.replace("\n ", " "), "local")]
        runs.append(" × g = " if view.is_elementwise else " = ")
        runs.append((on_one_line(found, digits), "gradient"))
        rows.append((line((f"to {x.label}", "faint")), line(*runs)))
    head = line(f"{view.label} = {gate_formula(view)}   ", (view.role_here, "faint"))
    return stacked([head, indented(table(("", ""), rows, folding=[1]))])


def legend(graph: Graph) -> RenderableType:
    """Return what each role does to gradients, for the roles that occur."""
    roles = dict.fromkeys(view.role_here for view in graph.gates)
    rows = [(line(role), line((palette.ROLES[role][0], "faint"))) for role in roles]
    head = [] if all(view.is_elementwise for view in graph.gates) else [G_IS]
    return stacked([*head, table(("", ""), rows, folding=[1])])
