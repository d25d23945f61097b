"""Absolute values, exponentials and logarithms of sums, by the rules that are safe."""

from chainrule.explain.algebra.numbers import magnitude
from chainrule.explain.algebra.powers import (
    E,
    content_of,
    divided,
    function_atom,
    merged,
    multiplied,
    product_of,
)
from chainrule.explain.algebra.terms import (
    SUM,
    Exponent,
    Sum,
    added,
    as_exponent,
    as_sum,
    is_even,
    is_never_negative,
    is_odd,
    number,
    of_atom,
    scaled,
)


def absolute(found: Sum) -> Sum:
    """Return |u| without the factors whose sign is known."""
    if found.number is not None:
        return number(magnitude(found.number))
    if found.single is None:
        content = content_of(found)
        rest = Sum({p: divided(c, content) for p, c in found.terms.items()})
        safe = is_never_negative(rest)
        return scaled(rest if safe else of_atom(function_atom("abs", rest)), magnitude(content))
    c, product = found.single
    outside = [f for f in product if f[0].never_negative or is_root_or_even(f[1])]
    inside = [f for f in product if f not in outside]
    if len(inside) == 1 and inside[0][1] == 1 and inside[0][0].kind == SUM:
        outside.append((function_atom("abs", inside[0][0].args[0]), 1))
    elif len(inside) == 1 and isinstance(inside[0][1], int):
        outside.append((function_atom("abs", of_atom(inside[0][0])), inside[0][1]))
    elif inside:
        outside.append((function_atom("abs", Sum({merged(inside): 1})), 1))
    return product_of(magnitude(c), outside)


def is_root_or_even(exponent: Exponent) -> bool:
    return not isinstance(exponent, Sum) and not is_odd(exponent)


def exp_of(exponent: Sum) -> Sum:
    if exponent.number == 0:
        return number(1)
    return product_of(1, [(E, as_exponent(exponent))])


def log_of(found: Sum) -> Sum:
    """Return the logarithm, with exponents taken out where that is safe: log(x^3) is 3 log x."""
    if found.number == 1:
        return number(0)
    if found.single is None:
        return of_atom(function_atom("log", found))
    c, product = found.single
    parts = [as_sum(e) for a, e in product if a == E]
    rest = tuple((a, e) for a, e in product if a != E)
    if c == 1 and len(rest) == 1:
        atom, exponent = rest[0]
        plain = not isinstance(exponent, Sum) and not is_even(exponent)
        if exponent != 1 and (plain or atom.never_negative):
            inner = log_of(of_atom(atom) if atom.kind != SUM else atom.args[0])
            return added([*parts, multiplied([as_sum(exponent), inner])])
    left = Sum({rest: c})
    if left.number != 1:
        parts.append(of_atom(function_atom("log", left)))
    return added(parts)
