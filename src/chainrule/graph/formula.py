"""Scalar mathematics as trees of plain data.

A formula such as `lambda m, x: 1 / (1 + m.exp(-x))` is called once, with `maths` for `m` and a
`Symbol` for each input, and leaves a tree behind. Evaluating, printing and compiling are readings
of that tree. Nothing here recurses, so a sum of thousands of terms is as good as one of two.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias, TypeVar

import numpy as np

from chainrule.errors import UsageError, nearest

Operand: TypeAlias = "Expression | float"
Result = TypeVar("Result")


class Expression:
    """A number, a symbol, or an op applied to expressions.

    Python's operators build larger trees. `==` compares structure and gives a bool, so trees can
    be looked up in sets and dicts; an equation inside a formula is `m.equal(a, b)`.

    >>> Symbol("x") * 2 + 1
    add(multiply(x, 2), 1)
    >>> Symbol("x") + 1 == Symbol("x") + 1
    True
    """

    __slots__ = ()
    __array_ufunc__ = None  # lets NumPy scalars leave the operators to us

    def __add__(self, other: Operand) -> "Expression":
        return apply("add", self, other)

    def __radd__(self, other: Operand) -> "Expression":
        return apply("add", other, self)

    def __sub__(self, other: Operand) -> "Expression":
        return apply("subtract", self, other)

    def __rsub__(self, other: Operand) -> "Expression":
        return apply("subtract", other, self)

    def __mul__(self, other: Operand) -> "Expression":
        return apply("multiply", self, other)

    def __rmul__(self, other: Operand) -> "Expression":
        return apply("multiply", other, self)

    def __truediv__(self, other: Operand) -> "Expression":
        return apply("divide", self, other)

    def __rtruediv__(self, other: Operand) -> "Expression":
        return apply("divide", other, self)

    def __pow__(self, other: Operand) -> "Expression":
        return apply("power", self, other)

    def __rpow__(self, other: Operand) -> "Expression":
        return apply("power", other, self)

    def __lt__(self, other: Operand) -> "Expression":
        return apply("less", self, other)

    def __le__(self, other: Operand) -> "Expression":
        return apply("less_equal", self, other)

    def __gt__(self, other: Operand) -> "Expression":
        return apply("greater", self, other)

    def __ge__(self, other: Operand) -> "Expression":
        return apply("greater_equal", self, other)

    def __neg__(self) -> "Expression":
        return apply("negative", self)

    def __abs__(self) -> "Expression":
        return apply("abs", self)

    def __bool__(self) -> bool:
        raise UsageError(
            f"the formula {self} is neither true nor false: its symbols have no values yet",
            hint="choose between values with m.where(condition, a, b)",
        )


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A constant."""

    value: float

    def __repr__(self) -> str:
        return f"{self.value}"


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A quantity that is known by its name."""

    name: str

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class Apply(Expression):
    """An op, by its NumPy name, applied to its inputs."""

    op: str
    args: tuple[Expression, ...]

    def __eq__(self, other: object) -> bool:  # the generated one recurses
        if not isinstance(other, Apply):
            return NotImplemented
        pairs: list[tuple[Expression, Expression]] = [(self, other)]
        while pairs:
            a, b = pairs.pop()
            if isinstance(a, Apply) and isinstance(b, Apply):
                if a.op != b.op or len(a.args) != len(b.args):
                    return False
                pairs.extend(zip(a.args, b.args, strict=True))
            elif a != b:
                return False
        return True

    def __hash__(self) -> int:
        return fold(self, lambda node, parts: hash((label(node), *parts)))

    def __repr__(self) -> str:
        return fold(
            self,
            lambda node, parts: (
                f"{node.op}({', '.join(parts)})" if isinstance(node, Apply) else repr(node)
            ),
        )


def apply(op: str, *args: Operand) -> Apply:
    """Return the op applied to expressions and Python numbers."""
    return Apply(op, tuple(expression(a) for a in args))


def expression(operand: Operand) -> Expression:
    """Return `operand` as an expression: a plain number becomes a `Number`."""
    if isinstance(operand, Expression):
        return operand
    if isinstance(operand, Real):
        return Number(operand if isinstance(operand, int) else float(operand))
    raise UsageError(
        f"a formula is made of symbols and numbers, not of {type(operand).__name__}",
        hint="a formula is the mathematics of one entry; arrays come in through its symbols",
    )


def children(expr: Expression) -> tuple[Expression, ...]:
    """Return the inputs of the outermost op; none for numbers and symbols."""
    return expr.args if isinstance(expr, Apply) else ()


def label(expr: Expression) -> Any:
    """Return what distinguishes a node from others with the same children."""
    return expr.op if isinstance(expr, Apply) else expr


def postorder(expr: Expression) -> list[Expression]:
    """Return every node once, inputs before the op that takes them, left before right."""
    order: list[Expression] = []
    seen: set[int] = set()
    stack = [(expr, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(children(node)))
    return order


def fold(expr: Expression, visit: Callable[[Expression, list[Result]], Result]) -> Result:
    """Combine results from the leaves up: `visit(node, results of its inputs)`.

    A node that is used twice is visited once. A result is dropped after its last use, so that
    folding a long sum into arrays or texts does not keep all the partial ones.
    """
    order = postorder(expr)
    uses = Counter(id(child) for node in order for child in children(node))
    done: dict[int, Result] = {}
    for node in order:
        inputs = [id(child) for child in children(node)]
        done[id(node)] = visit(node, [done[i] for i in inputs])
        for i in inputs:
            uses[i] -= 1
            if not uses[i]:
                del done[i]
    return done[id(expr)]


def symbols(expr: Expression) -> tuple[str, ...]:
    """Return the names of the symbols, in order of first use.

    >>> symbols(Symbol("y") * Symbol("x") + Symbol("y"))
    ('y', 'x')
    """
    names = (node.name for node in postorder(expr) if isinstance(node, Symbol))
    return tuple(dict.fromkeys(names))


def substitute(expr: Expression, mapping: Mapping[str, Operand]) -> Expression:
    """Return `expr` with expressions or numbers in place of the symbols named in `mapping`.

    All replacements happen at once: symbols that come in with one are left alone.

    >>> substitute(Symbol("x") + Symbol("y"), {"x": Symbol("y"), "y": 2})
    add(y, 2)
    """

    def replace(node: Expression, args: list[Expression]) -> Expression:
        if isinstance(node, Apply):
            return Apply(node.op, tuple(args))
        if isinstance(node, Symbol) and node.name in mapping:
            return expression(mapping[node.name])
        return node

    return fold(expr, replace)


def evaluate(
    expr: Expression, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
) -> Any:
    """Compute `expr` from the values of its symbols, with `functions` for its ops.

    With `NUMPY` for functions the result is a number or an array; with gates it is a circuit.
    Raises `UsageError` for a symbol without a value and for an op without a function.

    >>> float(evaluate(maths.exp(Symbol("x")) - 1, {"x": 0.0}, NUMPY))
    0.0
    """

    return fold(expr, lambda node, inputs: compute(node, inputs, values, functions))


def compute(
    node: Expression,
    inputs: Iterable[Any],
    values: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
) -> Any:
    """Return the value of one node, given the values of its inputs."""
    if isinstance(node, Apply):
        return lookup(functions, node.op, "function")(*inputs)
    if isinstance(node, Symbol):
        return lookup(values, node.name, "value")
    return node.value if isinstance(node, Number) else node


def lookup(table: Mapping[str, Any], name: str, kind: str) -> Any:
    """Return the entry of `name`, or say which `kind` of thing is missing."""
    if name not in table:
        raise UsageError(f"no {kind} for {name!r} in the formula", hint=nearest(name, table))
    return table[name]


UNARY = """
    negative abs sign exp log log1p expm1 log2 log10 sqrt sin cos tan arcsin arccos arctan
    sinh cosh tanh floor ceil rint isnan logical_not erf erfc gammaln digamma
"""
BINARY = """
    add subtract multiply divide power arctan2 maximum minimum less less_equal greater
    greater_equal equal not_equal logical_and logical_or
"""
ARITY: Mapping[str, int] = {
    **dict.fromkeys(UNARY.split(), 1),
    **dict.fromkeys(BINARY.split(), 2),
    "where": 3,
}
NUMPY: Mapping[str, Callable[..., Any]] = {
    name: getattr(np, name) for name in ARITY if hasattr(np, name)
}  # all but erf, erfc, gammaln and digamma, which NumPy lacks


class Maths:
    """The functions of scalar mathematics by their NumPy names, and the constants pi, e and inf.

    >>> maths.where(Symbol("x") < 0, 0, Symbol("x"))
    where(less(x, 0), 0, x)
    """

    pi = Number(math.pi)
    e = Number(math.e)
    inf = Number(math.inf)

    def __getattr__(self, name: str) -> Callable[..., Expression]:
        if name not in ARITY:
            raise AttributeError(f"no function {name!r} in formulas: {nearest(name, dir(self))}")

        def build(*args: Operand) -> Expression:
            if len(args) != ARITY[name]:
                raise UsageError(f"{name} takes {ARITY[name]} input(s), got {len(args)}")
            return apply(name, *args)

        return build

    def __dir__(self) -> Iterable[str]:
        return [*ARITY, "pi", "e", "inf"]


maths = Maths()
