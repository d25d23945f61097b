"""Derivatives as formulas: `cr.derivative("log(x^2)", "x")` is `2/x`.

They come from the same reverse pass as all gradients. It runs on symbolic gates, and what arrives
at the variable is read as a formula and simplified.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import backward
from chainrule.errors import GradientError, UsageError, nearest
from chainrule.explain.algebra.circuit import expression_of
from chainrule.explain.algebra.compute import computed
from chainrule.explain.algebra.simplify import simplify
from chainrule.explain.circuit import parse_expression
from chainrule.explain.renderers import render
from chainrule.graph.formula import (
    Apply,
    Expression,
    Number,
    Symbol,
    fold,
    substitute,
    symbols,
)
from chainrule.graph.mode import using
from chainrule.graph.node import ConstantNode, Node, as_node, leaf
from chainrule.graph.registry import FUNCTIONS, OPS
from chainrule.graph.trace import name_of

KINDS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
NUMBER = "\0"  # begins the name of a number while it is a symbol
Build = Callable[[Mapping[str, Node]], Any]


@dataclass(frozen=True, repr=False)
class Derivative:
    """A derivative: a formula that prints itself, and a function of numbers and arrays.

    Attributes:
        expression: the formula as a tree.
        names: the variables of the function that was differentiated, in the order in which a call
            takes them.
    """

    expression: Expression
    names: tuple[str, ...]

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Compute the derivative: `d(2.0)` or `d(x=2.0)`; arrays entry by entry."""
        if len(values) > len(self.names):
            raise UsageError(f"the derivative takes {len(self.names)} values, got {len(values)}")
        given = {**dict(zip(self.names, values, strict=False)), **named}
        missing = [name for name in self.names if name not in given]
        if missing:
            raise UsageError(f"no value for {', '.join(missing)}", hint=f"call it with {self.call}")
        with np.errstate(all="ignore"):
            found = computed(self.expression, {k: as_number(v) for k, v in given.items()})
        return found.item() if isinstance(found, np.generic) else found

    @property
    def call(self) -> str:
        return f"({', '.join(f'{name}=1.0' for name in self.names)})"

    @property
    def latex(self) -> str:
        """The formula as LaTeX."""
        return render("latex", self.expression)

    @property
    def unicode(self) -> str:
        """The formula with ×, ², √ and a true minus."""
        return render("unicode", self.expression)

    @property
    def mathml(self) -> str:
        """The formula as a `<math>` element."""
        return render("mathml", self.expression)

    def __repr__(self) -> str:
        return render("typed", self.expression)

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"


def as_number(value: Any) -> Any:
    """Return numbers as floats, so that 1/x of an integer is what it is on paper."""
    if isinstance(value, (int, float)):
        return np.float64(value)
    return value


def derivative(
    f: Callable[..., Any] | Derivative | str, wrt: str | None = None, order: int = 1
) -> Derivative:
    """Return the derivative of a formula as a formula.

    Args:
        f: the text of an expression, a function of numbers made of operators and cr functions, or
            a derivative, to take another one of it.
        wrt: the variable; it may be left out where there is only one.
        order: 2 for the second derivative, and so on.

    Returns:
        A `Derivative`: print it, take its `.expression`, `.latex`, `.unicode` or `.mathml`, or call
        it with numbers. By a variable that does not occur the derivative is 0.

    Raises:
        ExpressionError: the text is no expression; the message points at the character.
        UsageError: `f` has no argument `wrt`, or `order` is not 1 or more.
        GradientError: `f` returns something other than one number.

    >>> derivative("log(x^2)", "x")
    2/x
    >>> derivative("x1^2 + 2*x2^2 + 3*x1*x2", "x1")(1.0, 2.0)
    8.0
    >>> derivative(lambda x: x**3, "x", order=2)
    6*x
    """
    if order < 1:
        raise UsageError(f"order must be 1 or more, got {order}")
    names, title, found = read(f)
    wrt = variable(wrt, names, title, fixed=not isinstance(f, str))
    for _ in range(order):
        found = differentiated(found, names, wrt, title)
    return Derivative(found, names)


def read(f: Callable[..., Any] | Derivative | str) -> tuple[tuple[str, ...], str, Expression]:
    """Return the names of the variables, what to call the function, and its formula."""
    if isinstance(f, Derivative):
        return f.names, str(f), f.expression
    if isinstance(f, str):
        parsed = parse_expression(f)
        title, names = f.strip(), parsed.names
        require_number(traced(names, lambda leaves: parsed.evaluate(leaves, FUNCTIONS))[0], title)
        return names, title, parsed.tree
    names, title = parameters_of(f), name_of(f)
    root, labels = traced(names, lambda leaves: f(**leaves))
    require_number(root, title)
    return names, title, formula(root, labels, title)


def traced(names: Sequence[str], build: Build) -> tuple[Any, dict[Node, str]]:
    """Call a function with symbolic gates; return what it returns, and the names of the gates."""
    leaves = {name: leaf(name=name) for name in names}
    with using(tracing=True, recording=True):
        return build(leaves), {node: name for name, node in leaves.items()}


def require_number(root: Any, title: str) -> None:
    shape = np.shape(root) if isinstance(root, (float, int, np.ndarray, np.generic)) else None
    found = getattr(root, "shape", shape)
    if found is None:
        raise UsageError(f"{title} returned {type(root).__name__}, expected one number")
    if found != ():
        raise GradientError(f"{title} returned an array of shape {found}, expected one number")


def formula(
    root: Any, labels: Mapping[Node, str], title: str, since: int | None = None
) -> Expression:
    """Return a circuit as a formula, or say that it has none."""
    found = expression_of(as_node(root), labels, since)
    if found is None:
        raise GradientError(
            f"{title} has no scalar formula: some of its gates mix entries",
            hint="cr.grad computes its derivative",
        )
    return found


def parameters_of(f: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the arguments that have no value of their own."""
    found = inspect.signature(f).parameters.values()
    if any(p.kind in KINDS for p in found):
        raise UsageError(
            f"{name_of(f)} takes any number of arguments", hint="name each: lambda x, y: x * y"
        )
    return tuple(p.name for p in found if p.default is p.empty)


def variable(wrt: str | None, names: tuple[str, ...], title: str, *, fixed: bool) -> str:
    """Return the variable to differentiate by; a formula may have any, a function has its own."""
    if wrt is None:
        if len(names) != 1:
            listed = ", ".join(names) or "none"
            raise UsageError(f"by which variable? {title} has {listed}", hint='name it: wrt="x"')
        return names[0]
    if not wrt.isidentifier():
        raise UsageError(f"{wrt!r} is no name of a variable", hint=nearest(wrt, names))
    if fixed and wrt not in names:
        raise UsageError(f"{title} has no argument {wrt!r}", hint=nearest(wrt, names))
    return wrt


def differentiated(expr: Expression, names: Sequence[str], wrt: str, title: str) -> Expression:
    """Run the reverse pass on symbolic gates, and read what arrives at the variable.

    Numbers are symbols meanwhile, so that nothing is computed in floating point.
    """
    if wrt not in symbols(expr):
        return Number(0)
    symbolic, numbers = with_names(expr)
    root, labels = traced([*names, *numbers], lambda leaves: computed(symbolic, leaves))
    x = next(node for node, name in labels.items() if name == wrt)
    with using(tracing=True, recording=True):
        grads = backward(root, ConstantNode(1.0), lambda gate: gate, wrt=[x])
    if x not in grads:
        return Number(0)
    return simplify(substitute(formula(grads[x], labels, title, since=root.age), numbers))


def with_names(expr: Expression) -> tuple[Expression, dict[str, Expression]]:
    """Return `expr` with names for its numbers, and what they stand for.

    Where an op takes more than its operands, such as a number of digits, numbers stay.
    """
    named: dict[str, Expression] = {}

    def name(node: Expression) -> Expression:
        if not isinstance(node, Number):
            return node
        named[f"{NUMBER}{node.value!r}"] = node
        return Symbol(f"{NUMBER}{node.value!r}")

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if not isinstance(node, Apply):
            return node
        plain = node.op in OPS and OPS[node.op].arity == len(args)
        return Apply(node.op, tuple(map(name, args) if plain else args))

    return fold(expr, visit), named
