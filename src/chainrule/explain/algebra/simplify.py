"""Expressions as a person writes them."""

from chainrule.graph.formula import Expression


def simplify(expr: Expression) -> Expression:
    """Return an expression of the same value that is easier to read."""
    return expr
