"""One remedy for each cause."""

import math
from dataclasses import replace

import pytest

from chainrule.explain.blame import Blame, Operand
from chainrule.explain.blame.remedies import BY_OP, BY_RULE, SAME, remedy
from chainrule.graph.registry import OPS

SMALL = Operand("a", (3,), "float32", -1.0, 1.0, at=(-1.0,), reaching=1)
LARGE = replace(SMALL, greatest=1e30, at=(1e30,))
MASK = replace(SMALL, at=(-math.inf,))
FOUND = Blame("gate", 3, 0.5, "layers.2", "log", operands=(SMALL,), rows=(0, 1, 2), batch=3)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (FOUND, "keep what goes into the logarithm above 0"),
        (replace(FOUND, op="log10"), "keep what goes into the logarithm above 0"),
        (replace(FOUND, op="exp"), "exp overflows above 88"),
        (replace(FOUND, op="divide"), "keep the divisor away from 0"),
        (replace(FOUND, op="divide", operands=(LARGE,)), "lower the rate, now 0.1, or clip"),
        (replace(FOUND, op="square", operands=(LARGE,)), "lower the rate, now 0.1, or clip"),
        (
            replace(FOUND, op="square", operands=(LARGE,), rows=(17,), note="row 17 is large"),
            "look at row 17 of the data, whose numbers are too large",
        ),
        (replace(FOUND, op="multiply", operands=(MASK, SMALL)), "an infinity takes part"),
        (replace(FOUND, op="softmax", operands=(MASK,)), "every entry of a row is masked"),
        (
            replace(FOUND, op="divide", phase="backward", rule_of="sqrt"),
            "the slope of a root at 0 is infinite",
        ),
        (replace(FOUND, kind="x", element=(9, 2)), "mend row 9 of x"),
        (replace(FOUND, kind="weight"), "start from a model"),
        (replace(FOUND, kind="state"), "start from a fresh optimizer state"),
        (replace(FOUND, kind="constant"), "an infinity that is written in the code"),
        (replace(FOUND, kind="unknown"), "lower the rate, clip"),
    ],
)
def test_remedy(found: Blame, said: str) -> None:
    assert remedy(found, 0.1).startswith(said)


def test_one_row_is_named() -> None:
    assert remedy(replace(FOUND, rows=(17,))).endswith("look at row 17 of the data")


def test_ops_are_known() -> None:
    assert {*BY_OP, *SAME, *SAME.values(), *BY_RULE} <= set(OPS)
