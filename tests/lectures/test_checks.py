"""Worked example W16: the rules of a gradient check, through `cr.check_gradients`."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import CheckFailed
from chainrule.explain.judge import AGREES, CLOSE, WRONG
from chainrule.graph.registry import Op, ops


def test_w16_centred_differences_are_more_exact() -> None:
    h = 1e-5
    one_sided = (np.exp(1.0 + h) - np.exp(1.0)) / h
    centred = (np.exp(1.0 + h) - np.exp(1.0 - h)) / (2 * h)
    assert abs(one_sided - np.e) == pytest.approx(np.e * h / 2, rel=1e-3)
    assert abs(centred - np.e) < 1e-9


def test_w16_limits() -> None:
    assert (AGREES, CLOSE, WRONG) == (1e-7, 1e-4, 1e-2)


def test_w16_a_right_gradient_is_within_a_ten_millionth() -> None:
    report = cr.check_gradients(lambda x, y: cr.tanh(x * y) + cr.exp(-x), 0.7, -1.2)
    assert report.ok
    for row in report.inputs:
        assert row.error == abs(row.analytic - row.numeric) / max(
            abs(row.analytic), abs(row.numeric)
        )
        assert row.error <= 1e-7
        assert row.verdict == "agrees"


def off_by(share: float) -> Op:
    """Return an exponential whose backward rule is too large by a share of itself."""

    def rule(g: Any, z: Any, x: Any) -> Any:
        return (g * z * (1 + share),)

    return Op(rule, numpy=np.exp, shape=ops.exp.shape, name="nearly_exp")


@pytest.mark.parametrize(
    ("share", "verdict", "ok"),
    [
        (0.0, "agrees", True),
        (1e-9, "agrees", True),
        (1e-5, "close", True),
        (1e-3, "doubtful", False),
        (0.05, "wrong", False),
    ],
)
def test_w16_relative_errors_are_judged(share: float, verdict: str, ok: bool) -> None:
    report = cr.check_gradients(off_by(share), 0.3)
    assert report.inputs[0].verdict == verdict
    assert report.ok is ok


def test_w16_the_wrong_rule_is_named() -> None:
    report = cr.check_gradients(lambda x: cr.sin(off_by(0.5)(x)), 0.3)
    assert [gate.op for gate in report.wrong_gates] == ["nearly_exp"]
    with pytest.raises(CheckFailed, match="the backward rule of nearly_exp is wrong"):
        report.raise_if_failed()


@pytest.mark.parametrize(
    ("f", "point"),
    [
        (cr.relu, (0.0,)),
        (cr.abs, (0.0,)),
        (cr.maximum, (1.5, 1.5)),
        (lambda x, y: cr.relu(x - y) * x, (2.0, 2.0)),
    ],
)
def test_w16_a_changed_winner_marks_a_kink(f: Any, point: tuple[float, ...]) -> None:
    report = cr.check_gradients(f, *point)
    assert report.ok
    assert report.kinks
    assert "kink" in {row.verdict for row in report.inputs}


def test_w16_beside_a_kink_there_is_none() -> None:
    report = cr.check_gradients(cr.relu, 0.01)
    assert report.inputs[0].verdict == "agrees"


def test_w16_numbers_are_checked_in_float64() -> None:
    report = cr.check_gradients(lambda x: cr.exp(x) ** 2, np.array([0.1, 0.2], np.float32))
    assert report.ok
    assert all(row.error <= 1e-7 for row in report.inputs)
