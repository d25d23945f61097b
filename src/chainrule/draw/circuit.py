"""A `Graph` in the terminal: every gate with its numbers, then the way back, step by step."""

from chainrule.draw import palette
from chainrule.draw.backward import leaf_lines, steps
from chainrule.draw.cells import Cell, gate_cells, local_texts, role_here
from chainrule.draw.formulas import gate_formula, whole_formula
from chainrule.draw.numbers import DIGITS, on_one_line
from chainrule.draw.terminal import (
    WIDTH,
    RenderableType,
    Run,
    Text,
    heading,
    indented,
    line,
    natural_width,
    plain_text,
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
MARGIN = 2  # spaces before a table


def text(graph: Graph) -> str:
    """Return the table of the gates as plain text: what a graph prints."""
    return plain_text(stacked([title(graph), Text(), gate_table(graph, WIDTH)]))


def explanation(graph: Graph, width: int, digits: int = DIGITS) -> RenderableType:
    """Return the circuit, the way back and the leaves' gradients."""
    return stacked(
        [
            title(graph, digits),
            heading("Every gate in the order of execution: values forward, gradients back"),
            indented(gate_table(graph, width - MARGIN, digits)),
            *not_finite(graph, digits),
            Text(),
            indented(legend(graph)),
            heading("Backward, from the output to the leaves: local × upstream = downstream"),
            indented(steps(graph, digits)),
            heading("The gradient of each leaf"),
            indented(leaf_lines(graph, digits)),
        ]
    )


def not_finite(graph: Graph, digits: int) -> list[RenderableType]:
    """Name the gate where values stopped being finite, and what went into it."""
    view = graph.first_not_finite
    if view is None:
        return []
    what = on_one_line(view.value, digits)
    given = ", ".join(f"{x.label} = {on_one_line(x.value, digits)}" for x in view.inputs)
    said = (
        f"{view.label} = {gate_formula(view)} is the first that is not finite: {what} from {given}"
    )
    return [Text(), indented(line((said, "bad")))]


def title(graph: Graph, digits: int = DIGITS) -> RenderableType:
    """Return the formula and the values it is computed at."""
    label = graph.output.label
    labels = {view.node: view.label for view in graph.leaves}
    formula = whole_formula(graph.output.node, labels) or called(graph)
    values: list[Run] = []
    for view in graph.leaves:
        written = on_one_line(view.value, digits)
        values.append(f"{', ' if values else 'at '}{view.label} = ")
        values.append((written, "forward"))
    result: list[Run] = [f"{label} = ", (formula, "strong")]
    if graph.output.value is not None:
        shown = on_one_line(graph.output.value, digits)
        result += [" = ", (shown, "forward")]
    return stacked([line(*result), line(*values)])


def called(graph: Graph) -> str:
    """Write a function applied to its arguments; an expression as it is."""
    names = ", ".join(view.label for view in graph.leaves)
    return f"{graph.title}({names})" if graph.title.isidentifier() else graph.title


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
    head = line(f"{view.label} = {gate_formula(view)}   ", (role_here(view), "faint"))
    return stacked([head, indented(table(("", ""), rows, folding=[1]))])


def legend(graph: Graph) -> RenderableType:
    """Return what each role does to gradients, for the roles that occur."""
    roles = dict.fromkeys(role_here(view) for view in graph.gates)
    rows = [(line(role), line((palette.ROLES[role][0], "faint"))) for role in roles]
    head = [] if all(view.is_elementwise for view in graph.gates) else [G_IS]
    return stacked([*head, table(("", ""), rows, folding=[1])])
