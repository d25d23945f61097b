"""Entry by entry, or as matrices."""

import pytest

from chainrule.draw.maths import unicode
from chainrule.explain.algebra.entrywise import with_entrywise
from chainrule.explain.algebra.simplify import simplify
from chainrule.graph.formula import Apply, Expression, Number, Symbol, apply

g, x, W, s = Symbol("g"), Symbol("x"), Symbol("W"), Symbol("s")
SHAPES = {"g": (3,), "x": (3,), "W": (2, 3), "s": ()}


@pytest.mark.parametrize(
    ("expr", "written"),
    [
        (g * x, "g ∘ x"),
        (2 * g * x, "2 × g ∘ x"),
        (s * x, "s × x"),
        (g * x / s, "g ∘ x / s"),
        (x * apply("sum", g * x), "x × sum(g ∘ x)"),
        (x * apply("sum", W, Symbol("axis=0")), "x ∘ sum(W, axis=0)"),
        (apply("matmul", W, x) * g, "W @ x ∘ g"),
        (apply("det", W) * x, "det(W) × x"),
        (x * Apply("array", (Number(1), Number(2))), "x ∘ [1, 2]"),
        (g * (1 - x), "g ∘ (1 − x)"),
    ],
)
def test_products(expr: Expression, written: str) -> None:
    found = with_entrywise(expr, SHAPES)
    assert unicode(found) == written
    assert simplify(found) == simplify(expr)
