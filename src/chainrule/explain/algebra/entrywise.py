"""Products of arrays entry by entry, told apart from those of matrices: g ∘ x beside W x."""

from collections.abc import Mapping
from typing import NamedTuple

from chainrule.graph.formula import Apply, Expression, Symbol, apply, fold

REDUCING = ("sum", "mean", "prod", "max", "min", "var", "std", "norm", "logsumexp")
SCALAR = ("det", "logabsdet", "signdet")  # of one matrix; of a stack they are arrays


class Known(NamedTuple):
    """An expression, and whether it stands for an array."""

    expr: Expression
    is_array: bool


def with_entrywise(expr: Expression, shapes: Mapping[str, tuple[int, ...]]) -> Expression:
    """Return `expr` with `hadamard` where two arrays are multiplied entry by entry.

    `shapes` are those of the symbols; () is a number.
    """

    def visit(node: Expression, parts: list[Known]) -> Known:
        if isinstance(node, Symbol):
            return Known(node, bool(shapes.get(node.name)))
        if not isinstance(node, Apply):
            return Known(node, False)
        args = [part.expr for part in parts]
        if node.op == "multiply" and all(part.is_array for part in parts):
            return Known(apply("hadamard", *args), True)
        return Known(Apply(node.op, tuple(args)), gives_array(node, parts))

    return fold(expr, visit).expr


def gives_array(node: Apply, parts: list[Known]) -> bool:
    """Tell whether an op gives an array, as far as its name and its settings say."""
    if node.op in ("array", "constant"):
        return True
    along = any(isinstance(x, Symbol) and x.name.startswith("axis=") for x in node.args)
    if node.op in SCALAR or (node.op in REDUCING and not along):
        return False
    return any(part.is_array for part in parts)
