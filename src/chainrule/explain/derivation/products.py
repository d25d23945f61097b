"""Upstream gradient times local derivative as a product, with the shape of each factor."""

from collections.abc import Mapping

import numpy as np

from chainrule.explain.derivation.records import Part
from chainrule.graph import shapes as shape_rules
from chainrule.graph.formula import Apply, Expression, Number, Symbol, fold, substitute, symbols
from chainrule.graph.registry import OPS

TIMES, ENTRIES, MATRIX = "·", "∘", "@"
SUM, SPREAD = "sum", "spread"
PARTIAL = "partial"
Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]
Product = tuple[tuple[Part, ...], str]
SIGNS = {"multiply": ENTRIES, "hadamard": ENTRIES, "matmul": MATRIX}


def partial(of: str, by: str) -> Expression:
    """Return the symbol ∂of/∂by."""
    return Apply(PARTIAL, (Symbol(of), Symbol(by)))


def entry_by_entry(g: Expression, local: Expression, gate: Shape, shapes: Shapes) -> Product:
    """Return the product of an elementwise gate: the upstream gradient, then the local one.

    On arrays a local derivative of 1 is left out.

    Args:
        g: the upstream gradient.
        local: the local derivative.
        gate: the shape of the gate's output.
        shapes: those of the symbols.
    """
    first = Part(expression=g, shape=gate, upstream=True)
    if gate and local == Number(1):
        return (first,), TIMES
    found = shape_of(local, shapes)
    shape = gate if found is None else found
    by = Part(expression=local, shape=shape, upstream=False)
    return (first, by), ENTRIES if gate and shape else TIMES


def of_rule(rule: Expression, shapes: Shapes, word: str, g: Expression) -> Product:
    """Return the factors of a rule such as `g @ x.T`, and the sign between them.

    Args:
        rule: what the operand receives.
        shapes: those of the symbols.
        word: what the rule calls the upstream gradient.
        g: what is written in its place.
    """
    rule = shared_out(rule)
    op = rule.op if isinstance(rule, Apply) else ""
    factors = flat(rule, op) if op in SIGNS else [rule]
    sign = SIGNS.get(op, TIMES)
    known = as_matrices(factors, [shape_of(factor, shapes) for factor in factors])
    if sign == ENTRIES and sum(shape != () for shape in known) < 2:
        sign = TIMES
    parts = tuple(
        Part(
            expression=substitute(factor, {word: g}),
            shape=shape,
            upstream=word in symbols(factor),
        )
        for factor, shape in zip(factors, known, strict=True)
    )
    return parts, sign


def shared_out(rule: Expression) -> Expression:
    """Return a division by a number as the product with its inverse."""
    match rule:
        case Apply(op="divide", args=(x, Number(value))) if value != 1:
            return Apply("multiply", (x, Apply("divide", (Number(1), Number(value)))))
    return rule


def as_matrices(factors: list[Expression], known: list[Shape | None]) -> list[Shape | None]:
    """Return the shapes of factors; of a column times a row of vectors those of matrices."""
    if len(factors) != 2 or not all(shape is not None and len(shape) == 1 for shape in known):
        return known
    left, right = known
    turned = any(isinstance(factor, Apply) and factor.op == "transpose" for factor in factors)
    return [(*left, 1), (1, *right)] if turned and left and right else known


def flat(tree: Expression, op: str) -> list[Expression]:
    """Return the operands of nested products of one kind, from left to right."""
    found: list[Expression] = []
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Apply) and item.op == op:
            waiting.extend(reversed(item.args))
        else:
            found.append(item)
    return found


def shape_of(tree: Expression, shapes: Shapes) -> Shape | None:
    """Return the shape of an expression; None where that cannot be told."""
    return fold(tree, lambda node, found: shape_of_node(node, found, shapes))


def shape_of_node(node: Expression, found: list[Shape | None], shapes: Shapes) -> Shape | None:
    if isinstance(node, Number):
        return ()
    if isinstance(node, Symbol):
        return shapes.get(node.name)
    assert isinstance(node, Apply)
    known = [shape for shape in found if shape is not None]
    if len(known) < len(found):
        return None
    if node.op == "transpose" and len(known) == 1:
        return known[0][::-1]
    if node.op == "matrix_transpose":
        return (*known[0][:-2], known[0][-1], known[0][-2])
    if node.op == "matmul":
        return shape_of_matmul(*known)
    op = OPS.get("multiply" if node.op == "hadamard" else node.op)
    if op is not None and op.shape in (shape_rules.broadcast, shape_rules.same):
        return broadcast(known)
    return () if node.op == "sum" and len(known) == 1 else None


def broadcast(known: list[Shape]) -> Shape | None:
    try:
        return np.broadcast_shapes(*known)
    except ValueError:
        return None


def shape_of_matmul(left: Shape, right: Shape) -> Shape | None:
    """Return the shape of a product of matrices and vectors; None for stacks of them."""
    if not 1 <= len(left) <= 2 or not 1 <= len(right) <= 2:
        return None
    return (*left[:-1], *right[1:]) if len(right) == 2 else left[:-1]
