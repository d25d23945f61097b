"""The gradient check: correct rules pass everywhere, planted faults are named, kinks are kinks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import CheckFailed, GradientError, UsageError
from chainrule.explain.check import check_gate
from chainrule.graph.registry import OPS
from tests.contract import calls
from tests.explain import faulty
from tests.explain.examples import CASES, STAGED


def verdicts(report: Any) -> dict[str, str]:
    return {row.name: row.verdict for row in report.inputs}


@pytest.mark.parametrize("name", CASES)
def test_the_lectures_circuits_are_right_at_both_orders(name: str) -> None:
    expression, leaves, _, gradients = CASES[name]
    report = cr.check_gradients(expression, order=2, **leaves)
    assert report.ok, str(report)
    first = {row.name: row for row in report.inputs}
    for leaf, gradient in gradients.items():
        assert first[leaf].analytic == pytest.approx(gradient)
        assert first[leaf].numeric == pytest.approx(gradient, rel=1e-9, abs=1e-12)


def test_relative_errors_are_happy() -> None:
    report = cr.check_gradients(STAGED, x=3.0, y=-4.0)
    assert verdicts(report) == {"x": "agrees", "y": "agrees"}
    assert all(row.error <= 1e-7 for row in report.inputs)
    assert {gate.verdict for gate in report.gates} == {"agrees"}


DIFFICULT = [  # right gradients that a fixed h would call wrong
    (lambda x: cr.sin(x), 1e6),
    (lambda x: cr.log(x), 1e-6),
    (lambda x: cr.sqrt(x), 1e-8),
    (lambda x: cr.exp(x), 30.0),
    (lambda x: 1e8 + x * x, 1e-3),
    (lambda x: cr.tanh(x), 9.0),
    (lambda x: cr.sigmoid(x), -30.0),
    (lambda x: x**9, 1e-2),
    (lambda x: cr.softplus(50 * x), 0.01),
    (lambda x: cr.relu(x), 1e-4),
    (lambda x: cr.cos(x), 0.0),
    (lambda x: 0 * x, 1.0),
    (lambda x: x / 1e-12, 1e-12),
]


@pytest.mark.parametrize("case", range(len(DIFFICULT)))
def test_right_gradients_are_never_flagged(case: int) -> None:
    f, x = DIFFICULT[case]
    report = cr.check_gradients(f, x)
    assert report.ok, str(report)
    assert not report.kinks


KINKS = [
    ("relu(x)", {"x": 0.0}, ["x"]),
    ("relu(x)*y", {"x": 0.0, "y": 2.0}, ["x"]),
    ("abs(x)", {"x": 0.0}, ["x"]),
    ("max(x, y)", {"x": 1.0, "y": 1.0}, ["x", "y"]),
    ("min(x, y) + z", {"x": 1.0, "y": 1.0, "z": 1.0}, ["x", "y"]),
    ("sum(abs(x))", {"x": np.array([1.0, 0.0, -1.0])}, ["x[1]"]),
    ("leaky_relu(x)", {"x": 0.0}, ["x"]),
    ("max(x)", {"x": np.array([1.0, 3.0, 3.0])}, ["x[1]", "x[2]"]),
]


@pytest.mark.parametrize(("expression", "leaves", "kinks"), KINKS)
def test_kinks_are_called_kinks(expression: str, leaves: Any, kinks: list[str]) -> None:
    report = cr.check_gradients(expression, **leaves)
    assert report.ok, str(report)
    assert list(report.kinks) == kinks
    report.raise_if_failed()


def test_a_condition_that_changes_is_a_kink() -> None:
    report = cr.check_gradients(lambda x: cr.where(x > 1, 2 * x, x), 1.0)
    assert verdicts(report) == {"x": "kink"}

    def branches(x: Any) -> Any:
        return 2 * x if x > 1 else x + 0

    assert verdicts(cr.check_gradients(branches, 1.0)) == {"x": "kink"}
    assert verdicts(cr.check_gradients(branches, 1.5)) == {"x": "agrees"}


def test_a_kink_that_no_gate_declares_is_seen_all_the_same() -> None:
    report = cr.check_gradients(lambda x: faulty.undeclared(x), 0.0)
    assert report.ok
    assert verdicts(report) == {"x": "kink"}


def test_the_edge_of_the_domain_is_no_error() -> None:
    assert verdicts(cr.check_gradients("sqrt(x)", x=0.0)) == {"x": "edge"}


def failed(f: Any, *xs: Any, **options: Any) -> tuple[Any, str]:
    report = cr.check_gradients(f, *xs, **options)
    assert not report.ok
    with pytest.raises(CheckFailed) as caught:
        report.raise_if_failed()
    assert caught.value.exit_code == 1
    return report, str(caught.value)


def test_a_wrong_rule_is_named_with_its_line_and_the_users() -> None:
    report, message = failed(lambda x, y: 1 + faulty.swapped(x, y), 2.0, 5.0)
    assert [gate.op for gate in report.wrong_gates] == ["swapped"]
    lines = message.split("\n")
    assert lines[0] == (
        "the backward rule of swapped is wrong: it gives 2 for the gradient by x, "
        "differences give 5"
    )
    assert lines[1].startswith("  the rule stands at ")
    assert lines[1].endswith("tests/explain/faulty.py:11")
    assert "tests/explain/test_check.py:" in lines[2]
    assert lines[2].endswith("failed(lambda x, y: 1 + faulty.swapped(x, y), 2.0, 5.0)")
    assert lines[3] == (
        "hint: a rule returns, for each input, the upstream gradient g times dz/d(input)"
    )


def test_half_a_percent_is_doubtful_and_fails() -> None:
    report, _ = failed(lambda x: faulty.halved(x), 2.0)
    assert verdicts(report) == {"x": "doubtful"}


def test_rules_that_break_are_named() -> None:
    _, message = failed(lambda x: faulty.misshapen(x), np.ones(2))
    assert message.startswith("the backward rule of misshapen is wrong: it fails with")
    report, message = failed(lambda x: faulty.forgetful(x), 1.0)
    assert report.inputs == ()
    assert message.startswith(
        "the backward rule of forgetful is wrong: it fails with GradientError: the backward rule "
        "of forgetful returned 2 gradients for 1 inputs"
    )


def test_a_wrong_rule_hides_behind_no_kink() -> None:
    """The check steps aside from the kink and finds the slope wrong there."""
    report, _ = failed(lambda x: faulty.leaky(x), np.zeros(4))
    assert [gate.op for gate in report.wrong_gates] == ["leaky"]


def test_a_wrong_rule_is_named_even_where_no_gradient_reaches_it() -> None:
    report, _ = failed(lambda x: 0 * faulty.halved(x), 2.0)
    assert [gate.op for gate in report.wrong_gates] == ["halved"]
    assert verdicts(report) == {"x": "agrees"}


def test_a_rule_can_be_right_at_first_order_only() -> None:
    assert cr.check_gradients(lambda x: faulty.constant_slope(x), 1.0).ok
    report, _ = failed(lambda x: faulty.constant_slope(x), 1.0, order=2)
    assert [gate.op for gate in report.wrong_gates] == ["constant_slope"]


def test_gradients_lost_between_right_gates() -> None:
    _, message = failed(lambda x: x * float(x), 3.0)
    assert message == (
        "<lambda>: the gradient by x differs from differences\n"
        "hint: every gate's own rule is right, so the gradient is lost between gates: "
        "look for detach(), no_grad(), float() or plain NumPy on x.value"
    )


def test_a_missing_accumulation_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole is compared, too: an engine that overwrites at branches is caught."""
    from chainrule.autodiff import reverse
    from chainrule.explain import problems

    def overwriting(root: Any, upstream: Any, value: Any, **others: Any) -> Any:
        found = reverse.backward(root, upstream, value)
        return {x: g if x.op else g / 2 for x, g in found.items()}

    monkeypatch.setattr(problems, "backward", overwriting)
    report = cr.check_gradients(lambda x: x * x + x, 3.0)
    assert not report.ok


@dataclass(frozen=True)
class Layer:
    w: Any
    b: Any


def test_arguments_may_be_containers() -> None:
    def f(layers: Any, x: Any) -> Any:
        for layer in layers["net"]:
            x = cr.tanh(layer.w @ x + layer.b)
        return x

    rng = np.random.default_rng(0)
    net = [Layer(rng.normal(size=(3, 3)), rng.normal(size=3)) for _ in range(2)]
    report = cr.check_gradients(f, {"net": net}, (rng.normal(size=3)), order=2)
    assert report.ok, str(report)
    assert any(row.name.startswith("layers.net.0.w") for row in report.inputs)


def test_large_arrays_get_random_directions() -> None:
    w = np.random.default_rng(0).normal(size=(30, 40))
    report = cr.check_gradients(lambda w: cr.sum(cr.exp(w)), w, entries=10)
    names = [row.name for row in report.inputs]
    assert names[0] == "w ~"
    assert len(names) == 10
    assert report.ok


def test_many_gates_are_checked_up_to_a_limit() -> None:
    def f(x: Any) -> Any:
        for _ in range(50):
            x = x * 1.01
        return cr.exp(x)

    report = cr.check_gradients(f, 1.0, gates=10)
    assert (len(report.gates), report.total_gates) == (10, 51)
    assert "exp" in [gate.op for gate in report.gates]


def test_integers_stay_and_are_not_differentiated() -> None:
    report = cr.check_gradients(lambda x, i: x[i] * 2, np.ones(3), np.array([0, 2]))
    assert [row.name for row in report.inputs] == ["x[0]", "x[1]", "x[2]"]
    assert report.ok


def test_what_it_says_to_mistakes() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(UsageError, match="gives another value each time it is called"):
        cr.check_gradients(lambda x: x * rng.normal(), 1.0)
    with pytest.raises(UsageError, match="returned no floats to differentiate"):
        cr.check_gradients(lambda x: "text", 1.0)
    with pytest.raises(GradientError, match="no argument to differentiate by"):
        cr.check_gradients(lambda i: i, np.array([1]))
    with pytest.raises(UsageError, match="order must be 1 or 2, got 3"):
        cr.check_gradients("x", 1.0, order=3)
    with pytest.raises(UsageError, match="no value for y\n  x\\*y\n    \\^"):
        cr.check_gradients("x*y", x=1.0)
    with pytest.raises(UsageError, match="x\\*y takes 2 arguments, got 3"):
        cr.check_gradients("x*y", 1.0, 2.0, 3.0)


def test_it_prints_a_table() -> None:
    shown = str(cr.check_gradients("relu(x)*y", x=0.0, y=2.0))
    assert "kink: no derivative" in shown
    assert shown.endswith("where no\nderivative exists")


DECLARED = sorted(n for n, op in OPS.items() if op.rule.__module__.startswith("chainrule.ops"))


@pytest.mark.parametrize("name", DECLARED)
def test_no_declared_rule_is_ever_flagged(name: str) -> None:
    """Right rules pass at both orders, at every shape that their declarations offer."""
    for call in calls.smooth_calls(OPS[name]):
        leaves = [cr.tensor(x) if calls.is_float(x) else x for x in call.inputs]
        gate = cr.Tensor.record_gate(call.op, leaves, call.attrs)
        if not gate.differentiable or gate.dtype != np.float64:
            continue
        found = check_gate(gate, name, name, None, order=2)
        assert found.ok, f"{name}: {found.error or found.worst}"


def test_where_the_value_is_infinite_no_rule_is_called_wrong() -> None:
    report = cr.check_gradients("x/y", 1.0, 0.0)
    assert report.ok
    assert [row.verdict for row in report.inputs] == ["edge", "edge"]
