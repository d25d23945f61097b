"""Choices that are none: the same condition asked twice, guards of points that need none."""

from collections.abc import Callable, Sequence
from functools import partial, reduce

from chainrule.explain.algebra.conditions import is_comparison, opposite_tree
from chainrule.explain.algebra.size import size
from chainrule.graph.formula import Apply, Expression, Number, Symbol, apply, fold, substitute

LARGEST = 300  # size of a branch that is searched
MOST = 20  # factors of a product that is searched
POINT = Symbol("\0")  # stands for what is compared with a number
Simplify = Callable[[Expression], Expression]


def settled(expr: Expression, simplify: Simplify) -> Expression:
    """Return `expr` with the choices settled that its own conditions settle."""

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if not isinstance(node, Apply):
            return node
        if node.op == "where" and len(args) == 3:
            return choice(args[0], args[1], args[2], simplify)
        made = Apply(node.op, tuple(args))
        return product(made) if node.op == "multiply" else made

    return fold(expr, visit)


def product(expr: Apply) -> Expression:
    """Return a product whose factors know the condition that another factor, [c], sets."""
    factors = factors_of(expr)
    conditions = [f.args[0] for f in factors if isinstance(f, Apply) and is_indicator(f)]
    if not conditions:
        return expr
    return reduce(partial(apply, "multiply"), (informed(f, conditions) for f in factors))


def factors_of(expr: Expression) -> list[Expression]:
    """Return the factors of a product, if it is not a very long one."""
    found: list[Expression] = []
    while isinstance(expr, Apply) and expr.op == "multiply" and len(found) < MOST:
        found.append(expr.args[1])
        expr = expr.args[0]
    return [expr, *reversed(found)]


def is_indicator(expr: Apply) -> bool:
    return expr.op == "where" and expr.args[1:] == (Number(1), Number(0))


def informed(factor: Expression, conditions: Sequence[Expression]) -> Expression:
    """Return a factor under the conditions of the others."""
    own = factor.args[0] if isinstance(factor, Apply) and is_indicator(factor) else None
    for condition in conditions:
        if condition != own:
            factor = under(condition, factor, holds=True)
    return factor


def choice(condition: Expression, x: Expression, y: Expression, simplify: Simplify) -> Expression:
    """Return x where the condition holds and y elsewhere, in a simpler form if there is one.

    Where a point borders on values that are no numbers, it is left out with them, and what is no
    number gives way to the other branch.
    """
    x, y = under(condition, x, holds=True), under(condition, y, holds=False)
    point = is_comparison(condition, ["equal"])
    if is_nan(y):
        return y if point else x
    if is_nan(x) or (point and is_needless(condition, x, y, simplify)):
        return y
    return Apply("where", (condition, x, y))


def without_points(expr: Expression) -> Expression:
    """Return `expr` as it is away from single points: rules guard these against 0/0."""

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if not isinstance(node, Apply):
            return node
        guard = node.op == "where" and is_comparison(args[0], ["equal"])
        if guard and isinstance(args[0], Apply) and isinstance(args[0].args[1], Number):
            return args[2]
        return Apply(node.op, tuple(args))

    return fold(expr, visit)


def under(condition: Expression, branch: Expression, *, holds: bool) -> Expression:
    """Return a branch in which the condition is known to hold, or not to."""
    if not is_comparison(condition) or size(branch) > LARGEST:
        return branch
    other = opposite_tree(condition)

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if not isinstance(node, Apply):
            return node
        if node.op == "where" and args[0] in (condition, other):
            return args[1] if (args[0] == condition) == holds else args[2]
        return Apply(node.op, tuple(args))

    return fold(branch, visit)


def is_nan(expr: Expression) -> bool:
    return isinstance(expr, Number) and expr.value != expr.value


def is_needless(condition: Expression, x: Expression, y: Expression, simplify: Simplify) -> bool:
    """Tell whether `y` has the value `x` of its own accord where u = k."""
    assert isinstance(condition, Apply)
    u, k = condition.args
    if not isinstance(k, Number) or size(y) > LARGEST:
        return False
    return simplify(substitute(replaced(y, u), {POINT.name: k})) == simplify(x)


def replaced(expr: Expression, part: Expression) -> Expression:
    """Return `expr` with the point in the place of `part`."""

    def visit(node: Expression, args: list[Expression]) -> Expression:
        made = Apply(node.op, tuple(args)) if isinstance(node, Apply) else node
        return POINT if made == part else made

    return fold(expr, visit)
