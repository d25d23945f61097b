"""From sums of products back to expressions, in the order in which people write them.

In a sum: powers of symbols before functions, high degrees before low ones, no minus in front where
it can be helped. In a product: numbers, then letters, functions, brackets, conditions. What has a
negative number as exponent goes below a fraction bar.
"""

import math
from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

from chainrule.explain.algebra.numbers import LARGEST, Exact, magnitude
from chainrule.explain.algebra.terms import (
    FUNCTION,
    SUM,
    SYMBOL,
    Atom,
    Exponent,
    Factor,
    Product,
    Sum,
    is_odd,
)
from chainrule.graph.formula import Apply, Expression, Number, apply

HALF = Fraction(1, 2)


class Term(NamedTuple):
    """A term without its sign."""

    minus: bool
    size: Expression


def write(found: Sum) -> Expression:
    """Return a sum as an expression."""
    if found.tree is None:
        found.tree = write_sum(found)
    return found.tree


def write_sum(found: Sum) -> Expression:
    if not found.terms:
        return Number(0)
    terms = [write_term(found.terms[p], p) for p in sorted(found.terms, key=product_key)]
    first = next((i for i, term in enumerate(terms) if not term.minus), 0)
    terms.insert(0, terms.pop(first))
    start = negative(terms[0].size) if terms[0].minus else terms[0].size
    return reduce(
        lambda done, term: apply("subtract" if term.minus else "add", done, term.size),
        terms[1:],
        start,
    )


def negative(expr: Expression) -> Expression:
    """Return the negative, with the minus at the first number or factor."""
    below: list[tuple[str, tuple[Expression, ...]]] = []
    while isinstance(expr, Apply) and expr.op in ("multiply", "divide"):
        below.append((expr.op, expr.args[1:]))
        expr = expr.args[0]
    made = Number(-expr.value) if isinstance(expr, Number) else apply("negative", expr)
    return reduce(lambda done, rest: apply(rest[0], done, *rest[1]), reversed(below), made)


def write_term(coefficient: Exact, product: Product) -> Term:
    """Return coefficient times product; a minus may go into a difference: -(x - 1) is 1 - x."""
    factors = sorted(product, key=factor_key)
    minus = coefficient < 0
    trees: dict[int, Expression] = {}
    if minus:
        turned = next((i for i, f in enumerate(factors) if can_turn(f)), None)
        if turned is not None:
            minus = False
            trees[turned] = write_sum(negated(factors[turned][0].args[0]))
    above, below = number_parts(magnitude(coefficient))
    for i, (atom, exponent) in enumerate(factors):
        base = trees.get(i, atom.tree)
        if not isinstance(exponent, Sum) and exponent < 0:
            below.append(power(atom, base, -exponent))
        else:
            above.append(power(atom, base, exponent))
    size = multiplied(above)
    return Term(minus, apply("divide", size, multiplied(below)) if below else size)


def number_parts(size: Exact) -> tuple[list[Expression], list[Expression]]:
    """Return what a coefficient puts above and below the fraction bar."""
    if isinstance(size, Fraction) and max(size.numerator, size.denominator) <= LARGEST:
        top = [Number(size.numerator)] if size.numerator != 1 else []
        return [*top], [Number(size.denominator)]
    if size == 1:
        return [], []
    plain = size if isinstance(size, int) and size <= LARGEST else float(size)
    return [Number(plain)], []


def multiplied(factors: list[Expression]) -> Expression:
    return reduce(lambda a, b: apply("multiply", a, b), factors) if factors else Number(1)


def power(atom: Atom, base: Expression, exponent: Exponent) -> Expression:
    """Return a power as it is written: e^x as exp(x), x^(1/2) as a root."""
    if atom.op == "<number>" and atom.value == math.e:
        return base if exponent == 1 else apply("exp", exponent_tree(exponent))
    if exponent == 1:
        return base
    if exponent == HALF:
        return apply("sqrt", base)
    return apply("power", base, exponent_tree(exponent))


def exponent_tree(exponent: Exponent) -> Expression:
    if isinstance(exponent, Sum):
        return write(exponent)
    above, below = number_parts(magnitude(exponent))
    size = multiplied(above)
    whole = apply("divide", size, below[0]) if below else size
    return negative(whole) if exponent < 0 else whole


def can_turn(factor: Factor) -> bool:
    """Tell whether a factor is a difference that takes a minus: both signs, an odd power."""
    atom, exponent = factor
    if atom.kind != SUM or not is_odd(exponent):
        return False
    signs = {c < 0 for c in atom.args[0].terms.values()}
    return len(signs) == 2


def negated(found: Sum) -> Sum:
    return Sum({p: -c for p, c in found.terms.items()})


# Order.


def factor_key(factor: Factor) -> tuple[Any, ...]:
    symbolic = isinstance(factor[1], Sum)  # after plain letters: n x^(n - 1)
    return (kind_of(factor), symbolic, factor[0].order, factor[0].digest)


def kind_of(factor: Factor) -> int:
    """Return the group in which a factor is written: e^x stands among the functions."""
    atom, exponent = factor
    return FUNCTION if atom.op == "<number>" and isinstance(exponent, Sum) else atom.kind


def product_key(product: Product) -> tuple[Any, ...]:
    """Return by what terms are sorted: polynomials first, by falling degree, then by letters."""
    factors = sorted(product, key=factor_key)
    kinds = [kind_of(f) for f in factors]
    pairs = list(zip(factors, kinds, strict=True))
    letters = [(a.order, -degree_of(e)) for (a, e), kind in pairs if kind <= SYMBOL]
    others = [factor_key(f) for f, kind in pairs if kind > SYMBOL]
    degree = sum(degree_of(e) for a, e in product if a.kind == SYMBOL)
    symbolic = any(isinstance(e, Sum) for _, e in product)
    return (symbolic or bool(others), -degree, letters, others, exponents_key(factors))


def exponents_key(factors: Iterable[Factor]) -> list[str]:
    return [e.digest.hex() if isinstance(e, Sum) else repr(e) for _, e in factors]


def degree_of(exponent: Exponent) -> float:
    return 1.0 if isinstance(exponent, Sum) else float(exponent)
