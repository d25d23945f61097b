"""A `Graph` in the terminal: the circuit with its numbers, then the way back, step by step."""

from collections.abc import Iterable, Iterator, Sequence

from chainrule.draw import palette
from chainrule.draw.backward import leaf_lines, steps
from chainrule.draw.formulas import gate_formula, whole_formula
from chainrule.draw.gate_table import gate_table, legend
from chainrule.draw.numbers import DIGITS, on_one_line
from chainrule.draw.terminal import (
    WIDTH,
    RenderableType,
    Run,
    Text,
    heading,
    indented,
    line,
    plain_text,
    stacked,
    table,
)
from chainrule.draw.wires.drawing import Drawing, drawing
from chainrule.draw.wires.view import View, view
from chainrule.explain.gates import Graph
from chainrule.explain.scene.records import BRANCH, OP, Scene, Summary
from chainrule.explain.view import GateView

MARGIN = 2  # spaces before a drawing or a table
FEWER = 2  # a drawing shows so many decimals fewer than tables show digits
MOST_LEAVES = 12  # values of leaves that the title tells
BRANCH_DOES = "hands the value to every use; backward, the gradients of the uses add up"
FEW = 4  # symbols of gates beside a role


def text(graph: Graph) -> str:
    """Return the drawing as plain text: what a graph prints."""
    found = view(graph.scene(check=False))
    drawn = drawing(found.scene, WIDTH)
    ink = gate_table(graph, WIDTH) if drawn is None else drawn.ink
    return plain_text(stacked([title(graph), Text(), ink, *noted(found)]))


def explanation(
    graph: Graph, width: int, digits: int = DIGITS, as_table: bool = False
) -> RenderableType:
    """Return the circuit, the way back and the leaves' gradients.

    Where `as_table` says so, and where the window is too narrow to draw in, the circuit is a table.
    """
    found = view(graph.scene(check=False))
    drawn = drawing(found.scene, width - MARGIN, decimals(digits))
    if as_table or drawn is None:
        circuit = tabular(graph, width, digits)
    else:
        circuit = pictured(found, drawn)
    return stacked(
        [
            title(graph, digits),
            *circuit,
            *not_finite(graph, digits),
            heading("Backward, from the output to the leaves: local × upstream = downstream"),
            indented(steps(graph, digits)),
            heading("The gradient of each leaf"),
            indented(leaf_lines(graph, digits)),
        ]
    )


def decimals(digits: int) -> int:
    """Return how many decimals a drawing has where tables have so many digits."""
    return max(digits - FEWER, 1)


def tabular(graph: Graph, width: int, digits: int) -> Iterable[RenderableType]:
    """Yield the table of the gates, and what their roles are."""
    yield heading("Every gate in the order of execution: values forward, gradients back")
    yield indented(gate_table(graph, width - MARGIN, digits))
    yield Text()
    yield indented(legend(graph))


def pictured(found: View, drawn: Drawing) -> Iterable[RenderableType]:
    """Yield the drawing, and what stands in it."""
    yield heading("The circuit: values above the wires, gradients under them")
    yield indented(drawn.ink, MARGIN)
    yield from noted(found)
    rows = [*role_rows(found.scene), *sign_rows(found.scene, drawn)]
    cells = [(line(sign), line(word), line((says, "faint"))) for sign, word, says in rows]
    if cells:
        yield Text()
        yield indented(table(("", "", ""), cells, folding=[2]))


def noted(found: View) -> list[RenderableType]:
    return [Text(), line((found.note, "faint"))] if found.note else []


def role_rows(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """Yield what each role does to gradients, beside the gates of the drawing that play it."""
    symbols: dict[str, dict[str, None]] = {}
    for node in scene.nodes:
        if node.kind == OP:
            symbols.setdefault(node.role, {})[f"({node.symbol})"] = None
        elif node.kind == BRANCH:
            symbols["branch"] = {"●": None}
    for role, found in symbols.items():
        yield few([*found]), role, does(role)


def sign_rows(scene: Scene, drawn: Drawing) -> Iterator[tuple[str, str, str]]:
    """Yield what the other signs of a drawing mean, as far as they occur."""
    if drawn.has_references:
        yield "●w", "reference", "a use of w: its gradient adds to the others' at w"
    if any(isinstance(wire.value, Summary) for wire in scene.wires):
        yield "‖ ‖", "array", "its shape, and its norm: the root of the sum of squares"
    if any(wire.count > 1 for wire in scene.wires):
        yield "2×", "bundle", "as many wires as the number says, with a value each"
    if drawn.is_cut:
        yield "①", "mark", "the wire goes on at the same mark"


def does(role: str) -> str:
    return BRANCH_DOES if role == "branch" else palette.ROLES[role][0]


def few(symbols: Sequence[str]) -> str:
    """Write the first symbols; dots where there are more."""
    return " ".join([*symbols[:FEW], *(["…"] if len(symbols) > FEW else [])])


def not_finite(graph: Graph, digits: int) -> list[RenderableType]:
    """Name the gate where values stopped being finite, and what went into it."""
    found = graph.first_not_finite
    if found is None:
        return []
    what = on_one_line(found.value, digits)
    given = ", ".join(f"{x.label} = {on_one_line(x.value, digits)}" for x in found.inputs)
    gate = f"{found.label} = {gate_formula(found)}"
    said = f"{gate} is the first that is not finite: {what} from {given}"
    return [Text(), indented(line((said, "bad")))]


def title(graph: Graph, digits: int = DIGITS) -> RenderableType:
    """Return the formula and the values it is computed at."""
    label = graph.output.label
    labels = {view.node: view.label for view in [*graph.leaves, *graph.constants]}
    formula = whole_formula(graph.output.node, labels) or called(graph)
    result: list[Run] = [f"{label} = "] if formula != label else []
    result.append((formula, "strong"))
    if graph.output.value is not None:
        shown = on_one_line(graph.output.value, digits)
        result += [" = ", (shown, "forward")]
    given = [line(*values_of("at", graph.leaves, "leaves", digits))]
    if graph.constants:
        given.append(line(*values_of("with", graph.constants, "constants", digits)))
    return stacked([line(*result), *given])


def values_of(word: str, views: Sequence[GateView], called: str, digits: int) -> Iterable[Run]:
    """Yield `at x = 1, y = 2`; of many the first."""
    for i, leaf in enumerate(views[:MOST_LEAVES]):
        yield f"{', ' if i else f'{word} '}{leaf.label} = "
        yield on_one_line(leaf.value, digits), "forward"
    if len(views) > MOST_LEAVES:
        yield f" and {len(views) - MOST_LEAVES:,} more {called}", "faint"


def called(graph: Graph) -> str:
    """Write a function applied to its arguments; an expression as it is."""
    names = ", ".join([*(leaf.label for leaf in graph.leaves[:MOST_LEAVES])])
    more = ", …" if len(graph.leaves) > MOST_LEAVES else ""
    return f"{graph.title}({names}{more})" if graph.title.isidentifier() else graph.title
