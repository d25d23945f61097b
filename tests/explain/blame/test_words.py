"""One clause for messages."""

import math
from dataclasses import replace

import pytest

from chainrule.explain.blame import Blame, Line, Operand
from chainrule.explain.blame.words import clause, gate, number, rows

NAN = Operand("y", (3,), "float32", 0.0, 1.0, nan=1, at=(math.nan,), reaching=1)
ONE = Operand("a", (3,), "float32", 0.0, 1.0, at=(0.0,), reaching=1)
MANY = replace(ONE, at=(0.0, 1.0), reaching=2)
DIVIDE = Blame("gate", 3, 0.5, "layers.2", "divide", result=NAN, operands=(ONE, ONE), rows=(4,))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (DIVIDE, "divide in layers.2 made NaN of 0 and 0, row 4 of the data"),
        (replace(DIVIDE, operands=(MANY, ONE)), "divide in layers.2 made NaN, row 4 of the data"),
        (replace(DIVIDE, rows=()), "divide in layers.2 made NaN of 0 and 0"),
        (
            replace(DIVIDE, name="layers.2@grad", phase="backward", rule_of="sqrt"),
            "the gradient of sqrt in layers.2 made NaN of 0 and 0, row 4 of the data",
        ),
        (Blame("x", 1, math.nan, "x", result=NAN, rows=(9,)), "x holds NaN in row 9 of the data"),
        (
            Blame("weight", 1, math.nan, "layers.0.weight", result=NAN),
            "the weight layers.0.weight is NaN before the step",
        ),
        (
            Blame("state", 1, math.nan, "optimizer.m", result=NAN),
            "the optimizer's optimizer.m is NaN before the step",
        ),
        (
            Blame("constant", 1, math.nan, "loss.where#0", "where"),
            "an infinity in the code enters at where in loss.where#0",
        ),
        (Blame("unknown", 1, math.nan), "the gates one by one stay finite"),
    ],
)
def test_clause(found: Blame, said: str) -> None:
    assert clause(found) == said


def test_the_line_is_named_with_its_file() -> None:
    assert (
        gate(replace(DIVIDE, source=Line("/a/b/net.py", 8, ""))) == "divide in layers.2 (net.py:8)"
    )


@pytest.mark.parametrize(
    ("numbers", "batch", "said"),
    [
        ((4,), 32, "row 4 of the data"),
        ((4,), 1, "row 4 of the data"),
        ((4, 9), 32, "rows 4, 9 of the data"),
        (tuple(range(7)), 32, "rows 0, 1, 2, 3, 4 and 2 more of the data"),
        (tuple(range(7)), 7, "all 7 rows of the batch"),
    ],
)
def test_rows(numbers: tuple[int, ...], batch: int, said: str) -> None:
    assert rows(replace(DIVIDE, rows=numbers, batch=batch)) == said


def test_number() -> None:
    assert [number(x) for x in (math.nan, -math.inf, 1e25)] == ["NaN", "-inf", "1e+25"]
