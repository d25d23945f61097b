"""Other forms of a sum, taken where they are shorter: multiplied out, or over one fraction bar.

(x + 1)^2 - x^2 is 2 x + 1, and 1/(x + 1) - x/(x + 1)^2 is 1/(x + 1)^2.
"""

from chainrule.explain.algebra.numbers import Exact
from chainrule.explain.algebra.powers import multiplied, product_of
from chainrule.explain.algebra.size import size
from chainrule.explain.algebra.terms import SUM, Atom, Exponent, Factor, Product, Sum, added, number
from chainrule.explain.algebra.written import write

HIGHEST = 4  # power of a sum that is multiplied out
MOST = 60  # terms of a product that is multiplied out


def shortest(found: Sum) -> Sum:
    """Return a sum as it is, or in another form if that is shorter."""
    others = [made for made in (expanded(found), together(found)) if made is not None]
    if not others:
        return found
    return min([found, *others], key=lambda made: size(write(made)))


def together(found: Sum) -> Sum | None:
    """Return a sum of fractions as one fraction; None where it is none, or a long one."""
    lowest: dict[Atom, Exact] = {}
    for product in found.terms:
        for atom, exponent in product:
            if not isinstance(exponent, Sum) and exponent < min(0, lowest.get(atom, 0)):
                lowest[atom] = exponent
    if len(found.terms) < 2 or not lowest:
        return None
    upward = [(atom, -exponent) for atom, exponent in lowest.items()]
    if len(found.terms) > MOST:
        return None
    above = added(product_of(c, [*p, *upward]) for p, c in found.terms.items())
    return multiplied([expanded(above) or above, product_of(1, lowest.items())])


def is_factored(product: Product) -> bool:
    return any(atom.kind == SUM and in_range(e) for atom, e in product)


def in_range(exponent: Exponent) -> bool:
    return isinstance(exponent, int) and 1 <= exponent <= HIGHEST


def repeated(factor: Factor) -> list[Sum]:
    """Return the sum in a bracket as often as its power says."""
    atom, exponent = factor
    return [atom.args[0]] * (exponent if isinstance(exponent, int) else 1)


def expanded(found: Sum) -> Sum | None:
    """Return a sum with its products multiplied out; None where nothing is, or too much."""
    if len(found.terms) > MOST or not any(map(is_factored, found.terms)):
        return None
    parts = []
    for product, c in found.terms.items():
        plain = tuple(f for f in product if not is_factored((f,)))
        brackets = [x for f in product if is_factored((f,)) for x in repeated(f)]
        made = Sum({plain: c})
        for bracket in brackets:
            if len(made.terms) * len(bracket.terms) > MOST:
                return None
            made = distributed(made, bracket)
        parts.append(made)
        if sum(len(part.terms) for part in parts) > MOST:
            return None
    return added(parts) if parts else number(0)


def distributed(a: Sum, b: Sum) -> Sum:
    """Return the product of two sums, each term with each."""
    return added(
        multiplied([Sum({p: c}), Sum({q: d})])
        for p, c in a.terms.items()
        for q, d in b.terms.items()
    )
