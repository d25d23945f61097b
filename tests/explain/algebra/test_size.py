"""What a person reads of an expression."""

from chainrule.explain.algebra.size import size
from chainrule.graph.formula import Expression, Number, Symbol, maths

x, y = Symbol("x"), Symbol("y")


def test_sizes() -> None:
    assert size(x) == size(Number(2)) == 1
    assert size(Number(-1)) == 2
    assert size(Number(0.5)) == 3
    assert size(x + y) == 3
    assert size(1 / x) == 2
    assert size(x**-2) >= size(1 / x**2)
    assert size(maths.where(x > 0, 1, 0)) == size(x > 0) + 1


def test_shared_parts_count_each_time() -> None:
    total: Expression = x
    for _ in range(100):
        total = total + total
    assert size(total) == 2**101 - 1
