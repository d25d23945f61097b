"""Products: their factors, their signs, the shapes of the factors."""

import pytest

from chainrule.explain.derivation.products import (
    entry_by_entry,
    of_rule,
    partial,
    shape_of,
)
from chainrule.graph.formula import Apply, Expression, Number, Symbol, apply

G, W, X = Symbol("g"), Symbol("W"), Symbol("x")
UP = partial("f", "q")
SHAPES = {"g": (5, 3), "W": (5, 10), "x": (10, 3), "v": (3,), "s": ()}


def t(x: Expression) -> Expression:
    return apply("transpose", x)


def test_the_rules_of_a_matrix_product() -> None:
    parts, sign = of_rule(apply("matmul", G, t(X)), SHAPES, "g", UP)
    assert sign == "@"
    assert [part.expression for part in parts] == [UP, t(X)]
    assert [part.shape for part in parts] == [(5, 3), (3, 10)]
    parts, sign = of_rule(apply("matmul", t(W), G), SHAPES, "g", UP)
    assert [part.shape for part in parts] == [(10, 5), (5, 3)]
    assert [part.upstream for part in parts] == [False, True]


def test_vectors_make_a_matrix_as_column_and_row() -> None:
    v = {"g": (3,), "x": (4,)}
    parts, _ = of_rule(apply("matmul", G, t(X)), v, "g", UP)
    assert [part.shape for part in parts] == [(3, 1), (1, 4)]
    parts, _ = of_rule(apply("matmul", t(X), G), v, "g", UP)
    assert [part.shape for part in parts] == [(4, 1), (1, 3)]


def test_products_of_several_factors_are_flat() -> None:
    rule = apply("multiply", apply("multiply", G, X), W)
    parts, _ = of_rule(rule, {}, "g", UP)
    assert [part.expression for part in parts] == [UP, X, W]


def test_a_product_with_a_number_has_a_dot() -> None:
    assert of_rule(apply("multiply", G, Symbol("s")), SHAPES, "g", UP)[1] == "·"
    assert of_rule(apply("multiply", G, G), SHAPES, "g", UP)[1] == "∘"
    parts, sign = of_rule(apply("divide", G, 4), SHAPES, "g", UP)
    assert (parts[1].expression, sign) == (apply("divide", 1, 4), "·")


def test_on_arrays_a_factor_of_one_is_left_out() -> None:
    assert len(entry_by_entry(UP, Number(1), (3,), {})[0]) == 1
    assert len(entry_by_entry(UP, Number(1), (), {})[0]) == 2
    parts, sign = entry_by_entry(UP, Number(-1), (3,), {})
    assert ([part.shape for part in parts], sign) == ([(3,), ()], "·")


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (apply("matmul", W, X), (5, 3)),
        (apply("matmul", X, Symbol("v")), (10,)),
        (t(W), (10, 5)),
        (G * Symbol("v"), (5, 3)),
        (apply("sum", G), ()),
        (apply("exp", G), (5, 3)),
        (Symbol("unknown"), None),
        (G + W, None),
        (Apply("softmax_of_something", (G,)), None),
        (apply("matrix_transpose", W), (10, 5)),
    ],
)
def test_shapes(tree: Expression, expected: tuple[int, ...] | None) -> None:
    assert shape_of(tree, SHAPES) == expected
