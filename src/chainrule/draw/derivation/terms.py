"""Terms of the chain rule as atoms: as symbols, as local derivatives, as numbers."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from chainrule.draw.derivation.pieces import (
    GRADIENT,
    LOCAL,
    Atom,
    Equation,
    Formula,
    Numeral,
    Side,
    Sign,
    Words,
)
from chainrule.explain.derivation.products import SPREAD, SUM, partial
from chainrule.explain.derivation.records import Line, Term
from chainrule.explain.derivation.stored import power_of_ten

T = TypeVar("T")
USES = 2  # terms at each end of a long sum
LONGEST_SUM = 6
EXACT = 10**9  # numbers of paths that are written out


def factors(terms: Iterable[Term | None], write: Callable[[Term], Atom], note: str) -> Side:
    """Return a product, with `note` where factors are left out."""
    found: list[Atom] = []
    for term in terms:
        if found:
            found.append(Sign("·"))
        found.append(Words(f"⋯ {note} ⋯") if term is None else write(term))
    return tuple(found)


def names(term: Term) -> Atom:
    return Formula(partial(term.of, term.by), link=term.gate)


def symbols(term: Term) -> Atom:
    assert term.local is not None
    return Formula(term.local, LOCAL, link=term.gate, factor=True)


def numbers(term: Term) -> Atom:
    return Numeral(term.number, LOCAL, factor=True)


def line_equation(output: str, line: Line) -> Equation:
    """Return the gradient by one value as a sum over its uses: symbols, numbers, result."""
    left = Formula(partial(output, line.label), link=line.node, shape=line.shape or None)
    result: Side = (Numeral(line.gradient, GRADIENT),)
    if not line.terms:
        return Equation((left,), (result,))
    shown, left_out = ends(line.terms, LONGEST_SUM, USES)
    several = len(line.terms) > 1
    note = f"{left_out:,} more"
    sides = [summed([None if t is None else written(t, several) for t in shown], note)]
    if not line.shape and all(term.number is not None for term in line.terms):
        sides.append(summed([None if t is None else in_numbers(t) for t in shown], note))
    return Equation((left,), (*sides, result))


def summed(terms: list[Side | None], note: str) -> Side:
    """Return a sum, with `note` where terms are left out."""
    found: list[Atom] = []
    for term in terms:
        if found:
            found.append(Sign("+"))
        found += [Words(f"⋯ {note} ⋯")] if term is None else term
    return tuple(found)


def in_numbers(term: Term) -> Side:
    upstream = Numeral(term.upstream, GRADIENT, factor=True)
    return upstream, Sign("·"), Numeral(term.number, LOCAL, factor=True)


def written(term: Term, several: bool) -> Side:
    """Return upstream gradient times local derivative; on arrays with the shapes of the factors."""
    if not term.parts:
        return (Words(f"backward rule of gate {term.of}"),)
    on_arrays = any(part.shape for part in term.parts)
    found: list[Atom] = []
    for part in term.parts:
        if found:
            found.append(Sign(term.sign))
        shape = part.shape if on_arrays and part.shape else None
        ink = GRADIENT if part.upstream else LOCAL
        alone = len(term.parts) == 1 and not several
        found.append(Formula(part.expression, ink, shape, term.gate, factor=not alone))
    if term.then == SUM:
        bare = len(found) == 1
        return (Sign("Σ"), *found) if bare else (Sign("Σ"), Sign("("), *found, Sign(")"))
    return (*found, Words("to each entry")) if term.then == SPREAD else tuple(found)


def ends(items: Sequence[T], most: int, kept: int) -> tuple[list[T | None], int]:
    """Return the items; of a long list both ends, None between them, and how many are left out."""
    if len(items) <= most:
        return [*items], 0
    return [*items[:kept], None, *items[-kept:]], len(items) - 2 * kept


def dots(count: int) -> str:
    """Write a whole number, large ones as a power of ten."""
    return f"{count:,}" if count <= EXACT else power_of_ten(count, 3)
