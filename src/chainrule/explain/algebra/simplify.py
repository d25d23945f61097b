"""Expressions as a person writes them: the simplifier.

A tree is read into sums of products (`terms`), where like terms collect and powers merge, and
written back (`written`). This repeats until nothing changes, so that simplifying twice is
simplifying once. Wherever the given expression has a value, the result has the same.
"""

from collections.abc import Sequence

from chainrule.explain.algebra.choices import settled
from chainrule.explain.algebra.expand import shortest
from chainrule.explain.algebra.functions import read
from chainrule.explain.algebra.numbers import known_constant
from chainrule.explain.algebra.size import size
from chainrule.explain.algebra.terms import Sum
from chainrule.explain.algebra.written import write
from chainrule.graph.formula import Apply, Expression, Number, fold

ROUNDS = 8  # after which a form that has not settled is taken as it is
FAILURES = (ZeroDivisionError, OverflowError)


def simplify(expr: Expression) -> Expression:
    """Return an expression of the same value that is easier to read, and never larger.

    Numbers stay exact: floats come out only where floats went in. Large and deep trees need no
    recursion.

    >>> from chainrule.graph.formula import Symbol
    >>> x = Symbol("x")
    >>> simplify(2 * x / x**2)
    divide(2, x)
    """
    seen = [with_constants(expr)]
    while len(seen) <= ROUNDS:
        made = once(seen[-1])
        settles = made in seen
        seen.append(made)  # equal, but with integers where there were whole floats
        if settles:
            break
    return best(seen)


def with_constants(expr: Expression) -> Expression:
    """Return `expr` with the constants of the ops' rules by their names: log(2), not 0.693."""

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if isinstance(node, Number):
            known = known_constant(node.value)
            return node if known is None else known
        return Apply(node.op, tuple(args)) if isinstance(node, Apply) else node

    return fold(expr, visit)


def best(seen: Sequence[Expression]) -> Expression:
    """Return the last form, or the first if that is smaller."""
    return seen[-1] if size(seen[-1]) <= size(seen[0]) else seen[0]


def once(expr: Expression) -> Expression:
    """Read, write, and settle the choices; an expression that has no value stays as it is."""
    try:
        return settled(write(shortest(canonical(expr))), once)
    except FAILURES:
        return expr


def canonical(expr: Expression) -> Sum:
    """Return the expression as a sum of products."""
    return fold(expr, read)
