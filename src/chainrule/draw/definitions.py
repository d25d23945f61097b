"""What named gates mean in scalar mathematics, so that a page can compute them by itself."""

from ast import literal_eval
from collections.abc import Iterator
from typing import Any

from chainrule.errors import ChainruleError
from chainrule.explain.scene.records import Scene, Summary
from chainrule.explain.scene.stored import expression_data
from chainrule.graph.formula import ARITY, Apply, Expression, Symbol, postorder
from chainrule.graph.registry import OPS

KNOWN = {*ARITY, "sigmoid", "square", "reciprocal"}  # functions that the page has


def definitions(scene: Scene) -> dict[str, tuple[tuple[str, ...], Any]]:
    """Return the formulas of the gates on numbers that the page has no function for.

    The key is the op's name, with the settings that are not usual: `leaky_relu slope=0.2`. The
    value is the names of the inputs and the formula in them, as a scene stores expressions.
    """
    found = {}
    for gate in calls(scene):
        texts = [x.name for x in gate.args if isinstance(x, Symbol) and "=" in x.name]
        key = " ".join([gate.op, *texts])
        if gate.op in KNOWN or key in found or gate.op not in OPS:
            continue
        formula = meaning(gate.op, texts)
        if formula is not None:
            found[key] = (OPS[gate.op].input_names, expression_data(formula))
    return found


def calls(scene: Scene) -> Iterator[Apply]:
    """Yield the ops in all formulas and local gradients of gates on numbers."""
    of_gates = [n.formula for n in scene.nodes if not isinstance(n.value, Summary)]
    of_locals = [local.expression for local in scene.locals if not isinstance(local.value, Summary)]
    for tree in (*of_gates, *of_locals):
        if tree is not None:
            yield from (part for part in postorder(tree) if isinstance(part, Apply))


def meaning(name: str, settings: list[str]) -> Expression | None:
    """Return an op's formula in the names of its inputs; None where it has none."""
    op = OPS[name]
    try:
        given = {key: literal_eval(text) for key, _, text in (s.partition("=") for s in settings)}
        return op.expression(**{**op.defaults, **given})
    except (ChainruleError, TypeError, ValueError, SyntaxError):  # what is no number, or missing
        return None
