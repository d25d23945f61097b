"""What each op means for sums of products."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial

from chainrule.explain.algebra.conditions import (
    OPPOSITE,
    choice,
    comparison,
    logical,
    opposite,
)
from chainrule.explain.algebra.elementary import absolute, exp_of, log_of
from chainrule.explain.algebra.expand import shortest
from chainrule.explain.algebra.numbers import Exact, exact, known_constant
from chainrule.explain.algebra.powers import (
    PI_ATOM,
    E,
    factored,
    function_atom,
    multiplied,
    power_of,
)
from chainrule.explain.algebra.terms import (
    FUNCTION,
    SYMBOL,
    Atom,
    Sum,
    added,
    as_exponent,
    number,
    of_atom,
    scaled,
)
from chainrule.graph.formula import Apply, Expression, Number, Symbol

HALF = Fraction(1, 2)
ODD = ("sin", "tan", "arcsin", "arctan", "sinh", "tanh", "erf")
EVEN = ("cos", "cosh")
LINEAR = ("transpose", "matrix_transpose", "matmul", "sum", "getitem", "flip")
AT_ZERO: dict[str, Exact] = {  # values of functions at 0
    **dict.fromkeys(ODD, 0),
    **dict.fromkeys(EVEN, 1),
    "log1p": 0,
    "expm1": 0,
    "relu": 0,
    "sigmoid": HALF,
    "floor": 0,
    "ceil": 0,
    "rint": 0,
    "erfc": 1,
}
OPEN = (
    "add",
    "subtract",
    "negative",
    "positive",
    "multiply",
    "hadamard",
    "divide",
)  # take sums as they are
WHOLE = frozenset({"array", "constant"})  # whose operands are no operands


def read(node: Expression, args: list[Sum]) -> Sum:
    """Return one node of a tree as a sum, given its operands."""
    if isinstance(node, Number):
        return read_number(node.value)
    if isinstance(node, Symbol):
        return of_atom(Atom(SYMBOL, "<symbol>", node, prefix=node.name))
    assert isinstance(node, Apply)
    if node.op in WHOLE:
        return of_atom(Atom(FUNCTION, node.op, node, prefix=repr(node)))
    if node.op not in OPEN:
        args = [shortest(x) for x in args]
    rule = RULES.get(node.op)
    if rule is not None and len(args) == rule[0]:
        return rule[1](*args)
    return function(node.op, *args)


def read_number(value: float) -> Sum:
    if value == math.e:
        return of_atom(E)
    if abs(value) == math.pi:
        return scaled(of_atom(PI_ATOM), 1 if value > 0 else -1)
    if value != value or value in (math.inf, -math.inf):
        tree = Number(value)
        return of_atom(Atom(SYMBOL, "<undefined>", tree, prefix=repr(value)))
    known = known_constant(value)
    if known is not None:
        return read_known(known)
    return number(exact(value))


def read_known(tree: Expression) -> Sum:
    """Return a known constant; its tree is a few nodes."""
    args = [read_known(x) for x in tree.args] if isinstance(tree, Apply) else []
    return read(tree, args)


def function(op: str, *args: Sum) -> Sum:
    """Return a function of sums: at 0, of a negative, and of a multiple where that is simpler."""
    if len(args) == 1 and op in AT_ZERO and args[0].number == 0:
        return number(AT_ZERO[op])
    if op in ODD and is_turned(args[0]):
        return scaled(of_atom(function_atom(op, scaled(args[0], -1))), -1)
    if op in EVEN and is_turned(args[0]):
        return of_atom(function_atom(op, scaled(args[0], -1)))
    if op in LINEAR:
        return linear(op, *args)
    return of_atom(function_atom(op, *args))


def is_turned(found: Sum) -> bool:
    """Tell whether every term bears a minus."""
    return bool(found.terms) and all(c < 0 for c in found.terms.values())


def linear(op: str, *args: Sum) -> Sum:
    """Take numbers out of a linear function, and transpose twice for nothing."""
    inner = args[0].atom
    if op.endswith("transpose") and inner is not None and inner.op == op and len(args) == 1:
        return inner.args[0]
    several = 2 if op == "matmul" else 1
    outside = number(1)
    kept = []
    for i, part in enumerate(args):
        if i < several and part.single is not None and part.number is None:
            c, product = part.single
            outside = multiplied([outside, number(c)])
            part = Sum({product: 1})
        kept.append(part)
    return multiplied([outside, of_atom(function_atom(op, *kept))])


def negative(x: Sum) -> Sum:
    return scaled(x, -1)


def subtract(x: Sum, y: Sum) -> Sum:
    return added([x, scaled(y, -1)])


def divide(x: Sum, y: Sum) -> Sum:
    return multiplied([x, power_of(y, -1)])


def sign(x: Sum) -> Sum:
    """Return the sign without the factors whose sign is known."""
    if x.number is not None:
        return number((x.number > 0) - (x.number < 0))
    c, product = factored(x)
    kept = Sum({tuple(f for f in product if f[0] != E): 1})
    inner = of_atom(function_atom("sign", kept)) if kept.number is None else number(1)
    return scaled(inner, 1 if c > 0 else -1)


def same_or(op: str) -> Callable[[Sum, Sum], Sum]:
    """Return the rule of max and min: of equals that, of numbers the number."""

    def rule(x: Sum, y: Sum) -> Sum:
        if x == y:
            return x
        if x.number is not None and y.number is not None:
            return number((max if op == "maximum" else min)(x.number, y.number))
        return of_atom(function_atom(op, x, y))

    return rule


RULES: Mapping[str, tuple[int, Callable[..., Sum]]] = {  # op -> arity, rule
    "add": (2, lambda x, y: added([x, y])),
    "subtract": (2, subtract),
    "negative": (1, negative),
    "positive": (1, lambda x: x),
    **dict.fromkeys(("multiply", "hadamard"), (2, lambda x, y: multiplied([x, y]))),
    "divide": (2, divide),
    "reciprocal": (1, lambda x: power_of(x, -1)),
    "power": (2, lambda x, y: power_of(x, as_exponent(y))),
    "square": (1, lambda x: power_of(x, 2)),
    "sqrt": (1, lambda x: power_of(x, HALF)),
    "exp": (1, exp_of),
    "log": (1, log_of),
    "abs": (1, absolute),
    "sign": (1, sign),
    "maximum": (2, same_or("maximum")),
    "minimum": (2, same_or("minimum")),
    "where": (3, choice),
    "logical_not": (1, opposite),
    **{op: (2, partial(comparison, op)) for op in OPPOSITE},
    **{op: (2, partial(logical, op)) for op in ("logical_and", "logical_or")},
}
