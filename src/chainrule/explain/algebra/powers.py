"""Products and powers of sums, by the rules that hold for real numbers.

Wherever the given form has a value, the result has the same. It may have one in more places: x/x is
1 also at 0. It never has one in fewer: the root of x^2 is |x|, and the root of a b stays whole.
"""

import math
from collections.abc import Iterable
from fractions import Fraction

from chainrule.explain.algebra.numbers import PI, Exact, magnitude, plus, root_of, times, to_the
from chainrule.explain.algebra.terms import (
    CONDITION,
    FUNCTION,
    NUMBER,
    ONE,
    SUM,
    Atom,
    Exponent,
    Factor,
    Product,
    Sum,
    as_exponent,
    as_sum,
    exponents_added,
    is_even,
    is_odd,
    is_positive_integer,
    number,
    of_atom,
    scaled,
)
from chainrule.explain.algebra.written import product_key, write
from chainrule.graph.formula import Number, apply

E = Atom(NUMBER, "<number>", Number(math.e), prefix="e", value=math.e)
PI_ATOM = Atom(NUMBER, "<number>", PI, prefix="π", value=math.pi)


def number_atom(value: Exact) -> Atom:
    """Return a number that stands by itself, as the 2 in 2^x."""
    return Atom(NUMBER, "<number>", write(number(value)), prefix=repr(value), value=value)


def sum_atom(found: Sum) -> Atom:
    prefix = " ".join(a.prefix for p in sorted(found.terms, key=product_key) for a, _ in p)
    return Atom(SUM, "<sum>", write(found), (found,), prefix or repr(found.number))


# Products.


def multiplied(parts: Iterable[Sum]) -> Sum:
    """Return the product of sums: one of several terms becomes a factor."""
    coefficient: Exact = 1
    factors: list[Factor] = []
    several = [part for part in parts if part.number != 1]
    if len(several) == 1:
        return several[0]
    for part in several:
        c, product = factored(part)
        coefficient = times(coefficient, c)
        factors += product
    return number(0) if coefficient == 0 else product_of(coefficient, factors)


def factored(found: Sum) -> tuple[Exact, Product]:
    """Return a sum as a number times factors: what its terms have in common, and the rest."""
    if found.number is not None:
        return found.number, ONE
    if found.single is not None:
        return found.single
    content = content_of(found)
    common = common_powers(found)
    rest = Sum({
        merged([*product, *((a, -e) for a, e in common)]): divided(c, content)
        for product, c in found.terms.items()
    })  # fmt: skip
    return content, (*common, (sum_atom(rest), 1))


def divided(a: Exact, b: Exact) -> Exact:
    exact = isinstance(a, float) or isinstance(b, float)
    return a / b if exact else times(a, Fraction(1) / b)


def content_of(found: Sum) -> Exact:
    """Return the largest number that divides all coefficients, with the sign of the first term."""
    values = list(found.terms.values())
    lead = found.terms[min(found.terms, key=product_key)]
    sign = -1 if lead < 0 else 1
    if any(isinstance(c, float) for c in values):
        return sign
    above = math.gcd(*(Fraction(c).numerator for c in values))
    below = math.lcm(*(Fraction(c).denominator for c in values))
    return times(sign, times(Fraction(above, below), 1))


def common_powers(found: Sum) -> tuple[tuple[Atom, Exact], ...]:
    """Return the powers of atoms that every term has."""
    products = [dict(product) for product in found.terms]
    shared = set(products[0]).intersection(*products[1:])
    least = []
    for atom in shared:
        exponents = [product[atom] for product in products]
        plain = [e for e in exponents if not isinstance(e, Sum)]
        if len(plain) == len(exponents) and min(plain) > 0:
            least.append((atom, min(plain)))
    return tuple(least)


def merged(factors: Iterable[Factor]) -> Product:
    """Return powers of the same atom as one, in the order that identifies a product."""
    powers: dict[Atom, Exponent] = {}
    for atom, exponent in factors:
        powers[atom] = exponents_added(powers[atom], exponent) if atom in powers else exponent
    return tuple(sorted(((a, e) for a, e in powers.items() if e != 0), key=identity))


def identity(factor: Factor) -> bytes:
    return factor[0].digest


def product_of(coefficient: Exact, factors: Iterable[Factor]) -> Sum:
    """Return a product, with every factor that has a simpler form in that form."""
    kept: list[Factor] = []
    changed: list[Sum] = []
    for factor in one_root(with_signs(merged(factors))):
        simpler = simpler_factor(*factor)
        if simpler is None:
            kept.append(factor)
        else:
            changed.append(simpler)
    if changed:
        return multiplied([Sum({merged(kept): coefficient}), *changed])
    if len(kept) == 1 and kept[0][0].kind == SUM and kept[0][1] == 1 and coefficient in (1, -1):
        return scaled(kept[0][0].args[0], coefficient)
    for _, exponent in kept:
        if isinstance(exponent, Sum):
            write(exponent)  # now, so that no depth of exponents is met later
    return Sum({tuple(kept): coefficient})


def one_root(product: Product) -> Product:
    """Return a product in which the same root of several numbers is one: sqrt(2 pi)."""
    groups: dict[Exact, list[Factor]] = {}
    for atom, e in product:
        if not isinstance(e, int | Sum) and is_constant(atom):
            groups.setdefault(e, []).append((atom, e))
    for e, factors in groups.items():
        if len(factors) > 1:
            rest = [f for f in product if f not in factors]
            inside = multiplied(base_of(atom) for atom, _ in factors)
            product = merged([*rest, (sum_atom(inside), e)])
    return product


def is_constant(atom: Atom) -> bool:
    """Tell whether an atom is a positive number that is written by itself, or a product of them."""
    if atom.kind == SUM:
        single = atom.args[0].single
        return single is not None and single[0] > 0 and all(is_constant(a) for a, _ in single[1])
    return atom.op == "<number>" and atom.value > 0 and atom != E


def base_of(atom: Atom) -> Sum:
    """Return what stands in the brackets of an atom, as a sum."""
    if atom.kind == SUM:
        return atom.args[0]
    plain = atom.op == "<number>" and atom not in (E, PI_ATOM)
    return number(atom.value) if plain else of_atom(atom)


def with_signs(product: Product) -> Product:
    """Return a product in which sign(x) times |x| is x, and sign(x) times x is |x|."""
    powers = dict(product)
    for atom in list(powers):
        if atom.op != "sign" or powers[atom] != 1:
            continue
        size = function_atom("abs", *atom.args)
        base = atom.args[0].atom
        if is_positive_integer(powers.get(size)):
            rest = [(a, e) for a, e in powers.items() if a not in (atom, size)]
            less = [(size, exponents_added(powers[size], -1))]
            return merged([*rest, *less, *factored(atom.args[0])[1]])
        if base is not None and is_odd(powers.get(base, 0)) and powers[base] == 1:
            rest = [(a, e) for a, e in powers.items() if a not in (atom, base)]
            return merged([*rest, (size, 1)])
    return product


def simpler_factor(atom: Atom, exponent: Exponent) -> Sum | None:
    """Return the power of an atom in a simpler form, if it has one."""
    if atom == E:
        return exponential(as_sum(exponent))
    if atom.op == "<number>" and atom != PI_ATOM and not isinstance(exponent, Sum):
        return number_power(atom, exponent)
    if atom.op == "abs" and is_even(exponent):
        return power_of(atom.args[0], exponent)
    if atom.kind == CONDITION and is_positive_integer(exponent) and exponent != 1:
        is_indicator = atom.args[1].number == 1 and atom.args[2].number == 0
        return of_atom(atom) if is_indicator else None
    if atom.kind == SUM and isinstance(exponent, int):
        inside = atom.args[0]
        if inside.single is not None:
            return power_of(inside, exponent)
    return None


def number_power(atom: Atom, exponent: Exact) -> Sum | None:
    """Return a power of a number with the whole part taken out: 2^(3/2) is 2 sqrt(2)."""
    if isinstance(exponent, int):
        return number(to_the(atom.value, exponent))
    if isinstance(exponent, float) or -1 < exponent < 1:
        return None
    steps = int(exponent)  # towards 0
    rest = plus(exponent, -steps)
    return Sum({((atom, rest),): to_the(atom.value, steps)})


# Powers.


def power_of(base: Sum, exponent: Exponent) -> Sum:
    """Return a sum raised to a power."""
    if isinstance(exponent, Sum):
        exponent = as_exponent(exponent)
    if exponent == 0 or base.number == 1:
        return number(1)
    if exponent == 1:
        return base
    if base.number is not None:
        return power_of_number(base.number, exponent)
    if isinstance(exponent, int):
        return whole_power(base, exponent)
    if base.single is None:
        return product_of(1, [(sum_atom(base), exponent)])
    if isinstance(exponent, Sum):
        return symbolic_power(base, exponent)
    return fractional_power(base, exponent)


def power_of_number(value: Exact, exponent: Exponent) -> Sum:
    if isinstance(exponent, int):
        return number(to_the(value, exponent))
    root = root_of(value, exponent) if not isinstance(exponent, Sum) else None
    if root is not None:
        return number(root)
    return product_of(1, [(number_atom(value), exponent)])


def whole_power(base: Sum, exponent: int) -> Sum:
    c, product = factored(base)
    factors = [(atom, raised(e, exponent)) for atom, e in product]
    return product_of(to_the(c, exponent), factors)


def raised(exponent: Exponent, by: Exponent) -> Exponent:
    """Return (x^exponent)^by as one exponent."""
    if isinstance(exponent, Sum) or isinstance(by, Sum):
        return as_exponent(multiplied([as_sum(exponent), as_sum(by)]))
    return times(exponent, by)


def symbolic_power(base: Sum, exponent: Sum) -> Sum:
    """Take out of the base what is positive; the rest stays whole."""
    assert base.single is not None
    c, product = base.single
    outside = [(a, raised(e, exponent)) for a, e in product if a == E]
    rest = tuple((a, e) for a, e in product if a != E)
    if c == 1 and len(rest) == 1 and rest[0][1] == 1:
        outside.append((rest[0][0], exponent))
    elif rest:
        outside.append((sum_atom(Sum({rest: c})), exponent))
    elif c != 1:
        outside.append((number_atom(c), exponent))
    return product_of(1, outside)


def fractional_power(base: Sum, exponent: Exact) -> Sum:
    """Take out of a root what may be taken out of it."""
    assert base.single is not None
    c, product = base.single
    root = root_of(magnitude(c), exponent)
    outside: list[Factor] = []
    inside: list[Factor] = []
    for atom, e in product:
        if atom.op == "<number>" and atom != E and root is None:
            inside.append((atom, e))
        elif is_even(e) and not atom.never_negative:
            outside.append((function_atom("abs", of_atom(atom)), raised(e, exponent)))
        elif atom.never_negative or not (is_odd(e) or isinstance(e, Sum)):
            outside.append((atom, raised(e, exponent)))
        else:
            inside.append((atom, e))
    if len(inside) == 1 and c > 0 and root is not None and is_odd(inside[0][1]):
        outside.append((inside[0][0], raised(inside.pop()[1], exponent)))
    kept = Sum({merged(inside): (1 if c > 0 else -1) if root is not None else c})
    if kept.number is None:
        atom = kept.atom or sum_atom(kept)
        outside.append((atom, exponent))
    elif kept.number != 1:
        outside.append((number_atom(kept.number), exponent))
    return product_of(1 if root is None else root, outside)


def function_atom(op: str, *args: Sum) -> Atom:
    """Return a function of sums as an atom."""
    inside = ", ".join(prefix_of(x) for x in args)
    return Atom(FUNCTION, op, apply(op, *map(write, args)), args, f"{op} {inside}")


def prefix_of(found: Sum) -> str:
    """Return the beginning of how a sum is written, for ordering."""
    first = min(found.terms, key=product_key) if found.terms else ONE
    return " ".join(a.prefix for a, _ in sorted(first, key=lambda f: (f[0].kind, f[0].prefix)))


def exponential(exponent: Sum) -> Sum | None:
    """Return e^exponent with logarithms taken out, exp(k log u) = u^k; None where it has none."""
    if exponent.number == 0:
        return number(1)
    rest: dict[Product, Exact] = {}
    taken: list[Sum] = []
    for product, c in exponent.terms.items():
        logs = [a for a, e in product if a.op == "log" and e == 1]
        if len(logs) == 1:
            others = tuple(f for f in product if f[0] != logs[0])
            taken.append(power_of(logs[0].args[0], as_exponent(Sum({others: c}))))
        else:
            rest[product] = c
    if not taken:
        return None
    left = Sum(rest)
    return multiplied([*taken, Sum({((E, as_exponent(left)),): 1}) if rest else number(1)])
