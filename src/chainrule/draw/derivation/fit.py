"""Where equations are broken: before a sign of equality, and where that is not enough, an operator.

All notations break at the same places; how wide an atom is they say themselves.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from chainrule.draw.derivation.pieces import Atom, Equation, Side, Sign

EQUALS = Sign("=")
OPERATORS = ("·", "∘", "@", "+", "−")
Measure = Callable[[Atom], int]


class Row(NamedTuple):
    """A line of an equation behind its left side; `starts` tells that it begins with =."""

    atoms: Side
    starts: bool


def rows_of(equation: Equation, room: int, measure: Measure, *, stacked: bool) -> Iterator[Row]:
    """Yield the lines of an equation.

    Args:
        equation: what is to be broken.
        room: how wide a line may be behind its sign of equality.
        measure: the width of an atom, a space included.
        stacked: whether every side stands on a line of its own.
    """
    whole = [*equation.sides[0]] if equation.sides else []
    for side in equation.sides[1:]:
        whole += [EQUALS, *side]
    if not stacked and sum(map(measure, whole)) <= room:
        yield Row(tuple(whole), starts=equation.equal)
        return
    for side in equation.sides:
        yield from broken(side, room, measure)


def broken(side: Side, room: int, measure: Measure) -> Iterator[Row]:
    """Yield parts of a side that fit; all but the first begin with an operator."""
    now: list[Atom] = []
    starts = True
    for group in groups(side):
        if now and sum(map(measure, [*now, *group])) > room:
            yield Row(tuple(now), starts)
            now, starts = [], False
        now += group
    yield Row(tuple(now), starts)


def groups(side: Side) -> Iterator[list[Atom]]:
    """Yield operators with what follows them; what stands in parentheses stays together."""
    now: list[Atom] = []
    depth = 0
    for atom in side:
        sign = atom.text if isinstance(atom, Sign) else ""
        if sign in OPERATORS and not depth and now:
            yield now
            now = []
        now.append(atom)
        depth += (sign == "(") - (sign == ")")
    yield now
