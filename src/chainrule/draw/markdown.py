"""A circuit as Markdown: formula, a table of the gates, the chain rule written out, the check."""

from collections.abc import Iterator, Sequence

from chainrule.draw import maths
from chainrule.draw.derivation.markdown import escaped
from chainrule.draw.derivation.markdown import markdown as derived
from chainrule.draw.names import latex_name
from chainrule.draw.numbers import fixed, number, shape
from chainrule.draw.palette import VERDICTS
from chainrule.draw.signs import latex_symbol
from chainrule.explain.derivation.records import Derivation
from chainrule.explain.scene.records import (
    LEAF,
    OP,
    CheckRow,
    Local,
    Scene,
    SceneNode,
    Summary,
    Value,
)

MOST = 60  # gates of a table
GATES = "| | gate | value | | local | × upstream | = downstream |"
GATE_MARKS = "|:--|:--|--:|:--|--:|--:|--:|"
CHECK = "| input | value | backprop | differences | relative error | |"
CHECK_MARKS = "|:--|--:|--:|--:|--:|:--|"


def markdown(scene: Scene, derivations: Sequence[Derivation] = (), *, circuit: str = "") -> str:
    """Return the circuit as Markdown with formulas between dollar signs.

    Args:
        scene: what is written about.
        derivations: the chain rule, for as many values as wanted.
        circuit: the address of a picture, which comes first; empty for none.
    """
    parts = [f"# {heading(scene)}"]
    if circuit:
        parts.append(f"![The circuit: values above the wires, gradients under them]({circuit})")
    parts += [f"At {', '.join(leaves(scene))}.", "## Gates", "\n".join(gates(scene))]
    if scene.check:
        parts += ["## Check: backprop beside finite differences", "\n".join(check(scene.check))]
    for derivation in derivations:
        by = latex_name(derivation.wrt)
        parts += [f"## The derivative by ${by}$", derived(derivation, level=3).strip()]
    return "\n\n".join(parts) + "\n"


def heading(scene: Scene) -> str:
    result = next((node.value for node in scene.nodes if node.kind == "out"), None)
    value = f" = {entry(result)}" if result is not None else ""
    if scene.formula is None:
        return escaped(scene.title) + value
    return f"${latex_name(scene.output)} = {maths.latex(scene.formula)}${value}"


def leaves(scene: Scene) -> Iterator[str]:
    for node in scene.nodes:
        if node.kind == LEAF:
            yield f"${latex_name(node.label)} =$ {entry(node.value)}"


def gates(scene: Scene) -> Iterator[str]:
    """Yield the rows: gate and value once, then one for each operand that gets a gradient."""
    handed: dict[str, list[Local]] = {}
    for local in scene.locals:
        handed.setdefault(local.node, []).append(local)
    shown = [node for node in scene.nodes if node.kind == OP]
    yield GATES
    yield GATE_MARKS
    for node in shown[:MOST]:
        first = f"| ${latex_name(node.label)}$ | {computed(node)} | {entry(node.value)} |"
        for local in handed.get(node.id, []):
            yield f"{first} {operand(scene, local)} |"
            first = "| | | |"
        if not handed.get(node.id):
            yield f"{first} | | | |"
    if len(shown) > MOST:
        yield f"| … | {len(shown) - MOST} more | | | | | |"


def computed(node: SceneNode) -> str:
    """Write what a gate computes: its formula, or its symbol where it has none."""
    if node.formula is None:
        return f"${latex_symbol(node.symbol)}$"
    return f"${maths.latex(node.formula)}$"


def operand(scene: Scene, local: Local) -> str:
    """Write the cells of an operand: to whom, local, upstream and downstream gradient."""
    to, gate = latex_name(local.to), latex_name(scene.by_id[local.node].label)
    written = rf"$\partial {gate} / \partial {to}$"
    if local.expression is not None:
        written = rf"$\partial {gate} / \partial {to} = {maths.latex(local.expression)}$"
    elif local.rule is not None:
        written = f"to ${to}$: ${maths.latex(local.rule)}$"
    cells = (entry(local.value), entry(local.upstream), entry(local.downstream))
    return f"{written} | {' | '.join(cells)}"


def entry(value: Value) -> str:
    """Write a number, or an array by its shape and norm; blank for None."""
    if value is None:
        return ""
    if isinstance(value, Summary):
        norm = "empty" if value.norm is None else f"norm {fixed(value.norm)}"
        return f"{shape(value.shape)}, {norm}"
    return number(value)


def check(rows: Sequence[CheckRow]) -> Iterator[str]:
    yield CHECK
    yield CHECK_MARKS
    for row in rows:
        mark, words = VERDICTS[row.verdict]
        value = "" if row.value is None else number(row.value)
        compared = row.difference == row.difference
        found = (number(row.difference), number(row.error, 2)) if compared else ("", "")
        numbers = (value, number(row.backprop), *found)
        yield f"| {escaped(row.input)} | {' | '.join(numbers)} | {mark} {words} |"
