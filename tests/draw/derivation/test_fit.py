"""Where equations are broken."""

from chainrule.draw.derivation.fit import Row, broken, groups, rows_of
from chainrule.draw.derivation.pieces import Atom, Equation, Side, Sign, Words


def side(text: str) -> Side:
    return tuple(Sign(w) if w in "·+@()" else Words(w) for w in text.split())


def width(atom: Atom) -> int:
    assert isinstance(atom, (Sign, Words))
    return len(atom.text) + 1


def written(rows: list[Row]) -> list[str]:
    return [" ".join(a.text for a in row.atoms if isinstance(a, (Sign, Words))) for row in rows]


def test_an_equation_that_fits_is_one_line() -> None:
    equation = Equation(side("y"), (side("a · b"), side("1 · 2"), side("2")))
    assert written([*rows_of(equation, 40, width, stacked=False)]) == ["a · b = 1 · 2 = 2"]
    assert len([*rows_of(equation, 40, width, stacked=True)]) == 3
    assert written([*rows_of(equation, 12, width, stacked=False)]) == ["a · b", "1 · 2", "2"]


def test_a_long_side_is_broken_before_operators() -> None:
    rows = [*broken(side("aaa · bbb + ccc · ddd"), 13, width)]
    assert written(rows) == ["aaa · bbb", "+ ccc · ddd"]
    assert [row.starts for row in rows] == [True, False]


def test_parentheses_stay_together() -> None:
    found = [[a.text for a in g] for g in groups(side("a + ( b · c ) + d"))]  # type: ignore[union-attr]
    assert found == [["a"], ["+", "(", "b", "·", "c", ")"], ["+", "d"]]
