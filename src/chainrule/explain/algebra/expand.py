"""Products multiplied out, where that makes them shorter: (x + 1)^2 - x^2 is 2 x + 1."""

from chainrule.explain.algebra.powers import multiplied
from chainrule.explain.algebra.size import size
from chainrule.explain.algebra.terms import SUM, Exponent, Factor, Product, Sum, added, number
from chainrule.explain.algebra.written import write

HIGHEST = 4  # power of a sum that is multiplied out
MOST = 60  # terms of a product that is multiplied out


def shortest(found: Sum) -> Sum:
    """Return a sum as it is, or multiplied out if that is shorter."""
    if not any(is_factored(product) for product in found.terms):
        return found
    made = expanded(found)
    if made is None or size(write(made)) >= size(write(found)):
        return found
    return made


def is_factored(product: Product) -> bool:
    return any(atom.kind == SUM and in_range(e) for atom, e in product)


def in_range(exponent: Exponent) -> bool:
    return isinstance(exponent, int) and 1 <= exponent <= HIGHEST


def repeated(factor: Factor) -> list[Sum]:
    """Return the sum in a bracket as often as its power says."""
    atom, exponent = factor
    return [atom.args[0]] * (exponent if isinstance(exponent, int) else 1)


def expanded(found: Sum) -> Sum | None:
    """Return a sum with its products multiplied out; None where that is too long."""
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
