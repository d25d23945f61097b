"""Gates as scalar mathematics: what one entry is, in terms of entries of stored arrays."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, TypeGuard

import numpy as np

from chainrule.graph.builder import Builder, Cast, Entries, Load, Order, Reduce, Running, Writes
from chainrule.graph.formula import Apply, Expression, Number, expression
from chainrule.graph.node import ConstantNode, Node
from chainrule.graph.place import Digit, Index, Lookup, Place, broadcast, flat

Definition = Expression | Writes | Running | Order
BUILDER = Builder()
DEAR = frozenset((
    "exp", "log", "log1p", "expm1", "log2", "log10", "sin", "cos", "tan", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "erf", "erfc", "power", "arctan2", "floor_divide",
    "remainder",
))  # fmt: skip
MEDIUM = frozenset(("divide", "sqrt"))


class OneTurn(Builder):
    """Writes a reduction's body at one place, instead of going through all of them."""

    def __init__(self, at: tuple[Place, ...]) -> None:
        self.at = at

    def reduce(self, how: str, sizes: Sequence[int], body: Callable[..., Expression]) -> Expression:
        return expression(body(*self.at))


class Definitions:
    """Says what an entry is; the gates in `virtual` have no array and are written out in place."""

    def __init__(self, virtual: set[Node]) -> None:
        self.virtual = virtual

    def of(self, node: Node, at: Sequence[Place], builder: Builder = BUILDER) -> Definition:
        """Return the definition of the entry of a gate at a place, in the gate's dtype."""
        assert node.op is not None
        if node.op.formula is not None:
            inputs = [
                self._operand(node, n, broadcast(at, x.shape)) for n, x in enumerate(node.inputs)
            ]
            found = node.op.formula(BUILDER, *inputs, **node.attrs)
            return found if isinstance(found, Expression) else Number(found)
        arrays = [self._entries(x) for x in node.inputs]
        assert node.op.lower is not None
        defined: Definition = node.op.lower(builder, tuple(at), *arrays, **node.attrs)
        return defined

    def share(self, node: Node, at: Sequence[Place]) -> Expression:
        """Return what the entries at a place add to a gate that sums over all of them."""
        found = self.of(node, (), OneTurn(tuple(at)))
        assert isinstance(found, Expression)
        return found

    def entry(self, node: Node, at: Sequence[Place]) -> Expression:
        """Return the entry of a gate or leaf: a load, a number, or what is written out in place."""
        if isinstance(node, ConstantNode) and not node.shape:
            number = Number(np.asarray(node.value).item())
            weak = type(node.value) in (int, float)
            return number if weak else Cast(number, node.dtype)
        if node in self.virtual:
            found = self.of(node, at)
            assert isinstance(found, Expression)
            return found if is_view(found) else Cast(found, node.dtype)
        return Load(node, flat(at, node.shape))

    def _operand(self, node: Node, number: int, at: Sequence[Place]) -> Expression:
        """Return the entry of an input as a formula sees it: floats are made of floats.

        In whole numbers parts of a formula would wrap around, -x of unsigned ones first.
        """
        x = node.inputs[number]
        entry = self.entry(x, at)
        domain = node.op.domain if node.op is not None else ()
        decides = domain is bool or domain[min(number, len(domain) - 1)] is bool
        if decides or node.dtype.kind != "f" or x.dtype.kind == "f" or isinstance(entry, Number):
            return entry
        return Cast(entry, node.dtype)

    def _entries(self, node: Node) -> Entries:
        return Entries(node.shape, node.dtype, lambda at: self.entry(node, at))


def is_view(found: Any) -> TypeGuard[Load]:
    """Return whether an entry is nothing but an entry of another array, at a linear place."""
    return isinstance(found, Load) and is_linear(found.at)


def is_linear(at: Place) -> bool:
    """Return whether a place depends on loop indices alone, each with a factor."""
    return all(isinstance(atom, Index) for atom, _ in at.terms)


def parts(expr: Expression) -> tuple[Expression, ...]:
    """Return the expressions that an expression is directly made of, those in places included."""
    if isinstance(expr, Apply):
        return expr.args
    if isinstance(expr, Cast):
        return (expr.value,)
    if isinstance(expr, Reduce):
        return (expr.body,)
    at = getattr(expr, "at", None)
    return lookups(at) if at is not None else ()


def lookups(at: Place) -> tuple[Expression, ...]:
    """Return the expressions whose values a place depends on."""
    found: list[Expression] = []
    for atom, _ in at.terms:
        if isinstance(atom, Digit):
            found += lookups(atom.place)
        elif isinstance(atom, Lookup):
            found.append(atom.value)
    return tuple(found)


def walk(definition: Definition) -> list[Expression]:
    """Return every expression in a definition once."""
    found: dict[int, Expression] = {}
    waiting = roots(definition)
    while waiting:
        expr = waiting.pop()
        if id(expr) not in found:
            found[id(expr)] = expr
            waiting += parts(expr)
    return list(found.values())


def roots(definition: Definition) -> list[Expression]:
    if isinstance(definition, Expression):
        return [definition]
    if isinstance(definition, Writes):
        places = [lookups(p) for part in definition.parts for p in part.at]
        return [part.value for part in definition.parts] + [x for found in places for x in found]
    return [definition.value]


def loads(definition: Definition) -> list[Load]:
    """Return all entries of arrays that a definition reads."""
    return [x for x in walk(definition) if isinstance(x, Load)]


def reduction(definition: Definition) -> Reduce | None:
    """Return the reduction in a definition, if there is one."""
    found = [x for x in walk(definition) if isinstance(x, Reduce)]
    assert len(found) <= 1, "an entry has one reduction at most; expand the op into several gates"
    return found[0] if found else None


def cost(definition: Definition) -> int:
    """Return roughly how many instructions an entry takes."""
    total = 0
    for expr in walk(definition):
        if isinstance(expr, Apply):
            total += 12 if expr.op in DEAR else 4 if expr.op in MEDIUM else 1
        elif isinstance(expr, Load) and not is_linear(expr.at):
            total += 2
    return total


def turns(definition: Reduce | None, shape: Sequence[int]) -> int:
    """Return how often the innermost expression is evaluated."""
    over = () if definition is None else definition.over
    return prod(shape) * prod(i.size for i in over)


def is_product(definition: Definition | None) -> bool:
    """Return whether an entry is a sum of products of two arrays' entries at linear places."""
    reduce = reduction(definition) if definition is not None else None
    return reduce is not None and factors(reduce) is not None


def factors(reduce: Reduce) -> tuple[Load, Load] | None:
    """Return the two entries that are multiplied and summed, if that is what happens."""
    body = reduce.body
    if reduce.how != "add" or not isinstance(body, Apply) or body.op != "multiply":
        return None
    left, right = body.args
    if not (is_view(left) and is_view(right)):
        return None
    if left.array.dtype != right.array.dtype or left.array.dtype.kind != "f":
        return None
    return left, right
