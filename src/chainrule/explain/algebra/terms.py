"""Sums of products of powers: what the simplifier computes with.

A `Sum` maps each product to its coefficient; a product is a sorted tuple of (atom, exponent). An
atom is a symbol, a constant such as pi, a function of sums, or a sum that is raised to a power.
Equality is by a digest of what is inside, so nothing here recurses, however deep the tree.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TypeAlias, Union

from chainrule.explain.algebra.numbers import Exact, plus, times
from chainrule.graph.formula import Expression

Exponent: TypeAlias = Union[Exact, "Sum"]
Factor: TypeAlias = tuple["Atom", Exponent]
Product: TypeAlias = tuple[Factor, ...]

NUMBER, SYMBOL, FUNCTION, SUM, CONDITION = range(5)  # kinds, in the order they are written
ONE: Product = ()
POSITIVE = ("cosh", "sigmoid", "softmax", "softplus")
NEVER_NEGATIVE = frozenset(("abs", "norm", "relu", "relu6", "std", "var", *POSITIVE))


class Atom:
    """What a product is made of.

    Attributes:
        kind: in which group of a product it is written.
        op: "<symbol>", "<number>", "<sum>", or the name of a function.
        args: the sums it is a function of.
        tree: the expression that it is written as.
        value: of a number.
        prefix: the beginning of how it is written.
        order: the same as a key that puts x2 before x10.
        digest: equal for equal atoms.
    """

    __slots__ = ("args", "digest", "kind", "op", "order", "prefix", "tree", "value")

    def __init__(
        self,
        kind: int,
        op: str,
        tree: Expression,
        args: "tuple[Sum, ...]" = (),
        prefix: str = "",
        value: Exact = 0,
    ) -> None:
        self.kind = kind
        self.op = op
        self.args = args
        self.tree = tree
        self.value = value
        self.prefix = prefix[:40]
        self.order = natural(self.prefix)
        inside = [x.digest for x in args] or [prefix.encode()]
        self.digest = digest_of(op.encode(), *inside)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Atom) and self.digest == other.digest

    @property
    def never_negative(self) -> bool:
        if self.kind == SUM:
            return is_never_negative(self.args[0])
        return self.value > 0 or self.op in NEVER_NEGATIVE


class Sum:
    """A sum of products with coefficients; an empty one is 0."""

    __slots__ = ("_digest", "terms", "tree")

    def __init__(self, terms: Mapping[Product, Exact]) -> None:
        self.terms = {product: c for product, c in terms.items() if c != 0}
        self.tree: Expression | None = None  # how it is written, once it is
        self._digest: bytes | None = None

    @property
    def digest(self) -> bytes:
        """The same for equal sums."""
        if self._digest is None:
            parts = [product_digest(p) + repr(c).encode() for p, c in self.terms.items()]
            self._digest = digest_of(*sorted(parts))
        return self._digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and self.digest == other.digest

    @property
    def number(self) -> Exact | None:
        """The value of a sum that is a single number."""
        if not self.terms:
            return 0
        return self.terms.get(ONE) if len(self.terms) == 1 else None

    @property
    def single(self) -> tuple[Exact, Product] | None:
        """Coefficient and product of a sum of one term."""
        if len(self.terms) != 1:
            return None
        ((product, c),) = self.terms.items()
        return c, product

    @property
    def atom(self) -> Atom | None:
        """The atom that this is, if it is nothing else."""
        found = self.single
        if found is None or found[0] != 1 or len(found[1]) != 1 or found[1][0][1] != 1:
            return None
        return found[1][0][0]


def natural(text: str) -> list[tuple[str, int]]:
    return [(word, int(digits or -1)) for word, digits in re.findall(r"(\D+)(\d*)", text)]


def digest_of(*parts: bytes) -> bytes:
    made = blake2b(digest_size=16)
    for part in parts:
        made.update(len(part).to_bytes(4, "little") + part)
    return made.digest()


def product_digest(product: Product) -> bytes:
    return b"".join(atom.digest + exponent_digest(e) for atom, e in product)


def exponent_digest(exponent: Exponent) -> bytes:
    return exponent.digest if isinstance(exponent, Sum) else repr(exponent).encode()


def number(value: Exact) -> Sum:
    """Return a number as a sum."""
    return Sum({ONE: value})


def of_atom(atom: Atom) -> Sum:
    return Sum({((atom, 1),): 1})


def as_sum(exponent: Exponent) -> Sum:
    return exponent if isinstance(exponent, Sum) else number(exponent)


def as_exponent(found: Sum) -> Exponent:
    """Return a sum as an exponent: a plain number where it is one."""
    value = found.number
    return found if value is None else value


def scaled(found: Sum, factor: Exact) -> Sum:
    return Sum({p: times(c, factor) for p, c in found.terms.items()})


def added(parts: Iterable[Sum]) -> Sum:
    """Return the sum of sums, like terms collected; a factored one is opened among others."""
    several = [part for part in parts if part.terms]
    if len(several) == 1:
        return several[0]
    terms: dict[Product, Exact] = {}
    for part in several:
        for product, c in part.terms.items():
            for p, inner in opened(product).items():
                terms[p] = plus(terms.get(p, 0), times(c, inner))
    return Sum(terms)


def opened(product: Product) -> Mapping[Product, Exact]:
    """Return the terms of a product that is nothing but a sum."""
    if len(product) == 1 and product[0][1] == 1 and product[0][0].kind == SUM:
        return product[0][0].args[0].terms
    return {product: 1}


def exponents_added(a: Exponent, b: Exponent) -> Exponent:
    if not isinstance(a, Sum) and not isinstance(b, Sum):
        return plus(a, b)
    return as_exponent(added([as_sum(a), as_sum(b)]))


def is_never_negative(found: Sum) -> bool:
    """Tell whether no term can be negative, as in 1 + x^2."""
    return all(c > 0 and all(map(is_safe, p)) for p, c in found.terms.items())


def is_safe(factor: Factor) -> bool:
    atom, exponent = factor
    even = isinstance(exponent, int) and exponent % 2 == 0
    return even or (atom.kind != SUM and atom.never_negative)


def is_odd(exponent: Exponent) -> bool:
    return isinstance(exponent, int) and exponent % 2 == 1


def is_positive_integer(exponent: "Exponent | None") -> bool:
    return isinstance(exponent, int) and exponent > 0


def is_even(exponent: Exponent) -> bool:
    return isinstance(exponent, int) and exponent % 2 == 0
