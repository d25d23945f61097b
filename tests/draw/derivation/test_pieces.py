"""What a written derivation is made of: plain records."""

from chainrule.draw.derivation.pieces import Equation, Formula, Sign
from chainrule.graph.formula import Symbol


def test_pieces_are_compared_by_what_they_say() -> None:
    assert Formula(Symbol("x")) == Formula(Symbol("x"))
    assert Formula(Symbol("x")) != Formula(Symbol("x"), "local")
    assert Equation((Sign("⋯"),), ()).equal
