"""How large an expression looks."""

from chainrule.graph.formula import Apply, Expression, Number, fold

SIGNED, FRACTIONAL = 2, 3  # of numbers with a minus, and with decimals


def size(expr: Expression) -> int:
    """Return how many signs a person reads: one for each symbol, number, operator and function.

    A minus before a number and decimals count as well; the 1 in 1/x does not, nor 1 and 0 where a
    condition stands in brackets.
    """
    return fold(expr, count)


def count(node: Expression, parts: list[int]) -> int:
    if isinstance(node, Number):
        fractional = isinstance(node.value, float) and not node.value.is_integer()
        return FRACTIONAL if fractional else 1 if node.value >= 0 else SIGNED
    if isinstance(node, Apply):
        if node.op == "where" and node.args[1:] == (Number(1), Number(0)):
            return 1 + parts[0]
        unit = node.op == "divide" and node.args[0] in (Number(1), Number(-1))
        return 1 + sum(parts) - unit
    return 1
