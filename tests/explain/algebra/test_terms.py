"""Sums of products: equal where they hold the same, whatever order they were made in."""

from chainrule.explain.algebra.powers import multiplied, sum_atom
from chainrule.explain.algebra.simplify import canonical
from chainrule.explain.algebra.terms import (
    Sum,
    added,
    as_exponent,
    exponents_added,
    is_never_negative,
    natural,
    number,
    of_atom,
    scaled,
)
from chainrule.graph.formula import Expression, Symbol, maths

x, y = Symbol("x"), Symbol("y")


def read(expr: Expression) -> Sum:
    return canonical(expr)


def test_order_does_not_matter() -> None:
    assert read(x * y + 2 * x) == read(x * 2 + y * x)
    assert hash(read(x + y)) == hash(read(y + x))
    assert read(x + y) != read(x - y)
    assert read(maths.sin(x + y)) == read(maths.sin(y + x))


def test_numbers() -> None:
    assert read(x - x).number == 0
    assert number(3).number == 3
    assert read(x + 3).number is None
    assert as_exponent(number(2)) == 2
    assert exponents_added(2, 3) == 5


def test_a_single_atom() -> None:
    atom = read(x).atom
    assert atom is not None
    assert atom.tree == x
    assert read(2 * x).atom is None
    assert read(x**2).atom is None


def test_like_terms_collect_and_brackets_open() -> None:
    bracket = of_atom(sum_atom(read(x + 1)))
    assert added([scaled(bracket, 2), read(x)]) == read(3 * x + 2)
    assert multiplied([bracket, number(1)]) == bracket


def test_what_is_never_negative() -> None:
    assert is_never_negative(read(x**2 + 1))
    assert is_never_negative(read(abs(x) + maths.exp(y)))
    assert not is_never_negative(read(x + 1))
    assert not is_never_negative(read(x**2 - 1))


def test_names_sort_as_people_count() -> None:
    assert sorted(["x10", "x2", "a"], key=natural) == ["a", "x2", "x10"]
