"""Comparisons and choices as parts of sums; 1 where a condition holds, else 0, is a factor."""

from collections.abc import Sequence

import numpy as np

from chainrule.explain.algebra.elementary import absolute
from chainrule.explain.algebra.numbers import Exact
from chainrule.explain.algebra.powers import (
    content_of,
    divided,
    factored,
    function_atom,
    multiplied,
)
from chainrule.explain.algebra.terms import (
    CONDITION,
    ONE,
    SUM,
    SYMBOL,
    Atom,
    Factor,
    Product,
    Sum,
    added,
    is_positive_integer,
    number,
    of_atom,
    scaled,
)
from chainrule.explain.algebra.written import write
from chainrule.graph.formula import NUMPY, Apply, Expression, evaluate

TURNED = {  # the same with both sides exchanged
    "less": "greater",
    "less_equal": "greater_equal",
    "greater": "less",
    "greater_equal": "less_equal",
    "equal": "equal",
    "not_equal": "not_equal",
}
OPPOSITE = {
    "less": "greater_equal",
    "less_equal": "greater",
    "greater": "less_equal",
    "greater_equal": "less",
    "equal": "not_equal",
    "not_equal": "equal",
}
HOLDS = {
    "less": lambda x: x < 0,
    "less_equal": lambda x: x <= 0,
    "greater": lambda x: x > 0,
    "greater_equal": lambda x: x >= 0,
    "equal": lambda x: x == 0,
    "not_equal": lambda x: x != 0,
}
ORDERED = ("less", "less_equal", "greater", "greater_equal")
NEGATIVE = ("not_equal", "logical_not")
FINITE = ("sin", "cos", "tanh", "sigmoid", "abs", "sign", "relu", "arctan", "erf")  # whatever comes


def comparison(op: str, x: Sum, y: Sum) -> Sum:
    """Return a comparison with like terms on one side, and the first letter on the left."""
    if any(a.op == "<undefined>" for side in (x, y) for p in side.terms for a, _ in p):
        return of_atom(function_atom(op, x, y))
    difference = added([x, scaled(y, -1)])
    if all(is_number(f) for p in difference.terms for f in p):
        with np.errstate(all="ignore"):
            return number(int(HOLDS[op](evaluate(write(difference), {}, NUMPY))))
    constant = difference.terms.get(ONE, 0)
    letters = Sum({p: c for p, c in difference.terms.items() if p != ONE})
    content = content_of(letters)
    if content < 0:
        op = TURNED[op]
    return sides(op, parts(letters, content), divided(constant, content))


def is_number(factor: Factor) -> bool:
    return factor[0].op == "<number>" and not isinstance(factor[1], Sum)


def parts(found: Sum, content: Exact) -> Sum:
    return Sum({p: divided(c, content) for p, c in found.terms.items()})


def sides(op: str, letters: Sum, constant: Exact) -> Sum:
    """Return the comparison of `letters + constant` with 0, what is negative on the right."""
    left = Sum({p: c for p, c in letters.terms.items() if c > 0})
    right = Sum({p: -c for p, c in letters.terms.items() if c < 0})
    if constant > 0 and right.terms:
        left = added([left, number(constant)])
    else:
        right = added([right, number(-constant)])
    return of_atom(function_atom(op, left, right))


def opposite(condition: Sum) -> Sum:
    """Return the condition that holds where this one does not."""
    atom = condition.atom
    if condition.number is not None:
        return number(int(not condition.number))
    if atom is not None and atom.op in OPPOSITE:
        return of_atom(function_atom(OPPOSITE[atom.op], *atom.args))
    if atom is not None and atom.op == "logical_not":
        return atom.args[0]
    return of_atom(function_atom("logical_not", condition))


def choice(condition: Sum, x: Sum, y: Sum) -> Sum:
    """Return x where the condition holds, y elsewhere."""
    if condition.number is not None:
        return x if condition.number else y
    if x == y:
        return x
    atom = condition.atom
    if atom is not None and (atom.op in NEGATIVE or (x.number == 0 and atom.op in ORDERED)):
        return choice(opposite(condition), y, x)
    if y.number != 0:
        size = size_of(atom, x, y)
        return size if size is not None else of_atom(choice_atom(condition, x, y))
    if all(map(is_finite, x.terms)):
        return multiplied([x, of_atom(choice_atom(condition, number(1), number(0)))])
    c, product = factored(x)
    inner = choice_atom(condition, Sum({product: 1}), number(0))
    return Sum({((inner, 1),): c})


def size_of(atom: Atom | None, x: Sum, y: Sum) -> Sum | None:
    """Return |x| for x where x > 0, -x elsewhere; None for other choices."""
    if atom is None or atom.op not in ORDERED:
        return None
    if x != scaled(y, -1) or added([atom.args[0], scaled(atom.args[1], -1)]) not in (x, y):
        return None
    tested = added([atom.args[0], scaled(atom.args[1], -1)])
    larger = atom.op.startswith("greater") == (tested == x)
    return scaled(absolute(x), 1 if larger else -1)


def choice_atom(condition: Sum, x: Sum, y: Sum) -> Atom:
    made = function_atom("where", condition, x, y)
    made.kind = CONDITION
    return made


def is_finite(product: Product) -> bool:
    """Tell whether a product is a finite number whatever its symbols are."""
    return all(is_positive_integer(e) and is_finite_atom(a) for a, e in product)


def is_finite_atom(atom: Atom) -> bool:
    if atom.kind == SUM:
        return all(map(is_finite, atom.args[0].terms))
    if atom.kind == SYMBOL:
        return atom.op == "<symbol>"
    is_indicator = atom.kind == CONDITION and atom.args[2].number == 0
    return atom.op in ("<number>", *FINITE) or (is_indicator and atom.args[1].number == 1)


def logical(op: str, x: Sum, y: Sum) -> Sum:
    """Return x and y, x or y, with what is known left out."""
    settles = 0 if op == "logical_and" else 1
    for a, b in ((x, y), (y, x)):
        if a.number is not None:
            return number(settles) if bool(a.number) == bool(settles) else b
    return x if x == y else of_atom(function_atom(op, x, y))


def opposite_tree(condition: Expression) -> Expression:
    """Return the opposite of a comparison."""
    assert isinstance(condition, Apply)
    return Apply(OPPOSITE[condition.op], condition.args)


def is_comparison(tree: Expression, ops: Sequence[str] = tuple(OPPOSITE)) -> bool:
    return isinstance(tree, Apply) and tree.op in ops
