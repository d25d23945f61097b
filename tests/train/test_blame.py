"""The culprit is named: in real cases, and wherever a fault is planted in a net's step."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.errors import Diverged
from chainrule.explain.blame import Blame
from chainrule.nn import losses
from chainrule.train import blame as module
from chainrule.train.blame import blamed, explained, find_fault
from chainrule.train.rows import parted
from chainrule.train.step import Objective, Stepper

RNG = np.random.default_rng(2)
X = RNG.normal(size=(24, 3)).astype(np.float32)
Y = X[:, :1] * 2
FEW: dict[str, Any] = {"batch_size": 4, "order": "given", "progress": False, "epochs": 3}


class Applied(nn.Module):
    """A net with a function of one's own between its layers."""

    first: nn.Linear
    f: Any
    last: nn.Linear

    def __call__(self, x: Any) -> Any:
        return self.last(self.f(self.first(x)))


def applied(f: Callable[..., Any]) -> Applied:
    return Applied(first=nn.Linear(3, 4, key=0), f=f, last=nn.Linear(4, 1, key=1))


def fails(net: Any, x: Any = X, y: Any = Y, **options: Any) -> Blame:
    """Return who is to blame for a training that diverges."""
    with pytest.raises(Diverged) as error:
        cr.fit(net, (x, y), **{**FEW, **options})
    found = error.value.blame
    assert isinstance(found, Blame)
    assert f"step {found.step}" in error.value.message
    assert error.value.hint == found.remedy
    return found


def with_row(row: int, value: float) -> Any:
    x = X.copy()
    x[row] = value
    return x


# Real cases --------------------------------------------------------------------------------------


def test_log_of_a_negative_number() -> None:
    def shifted(h: Any) -> Any:
        return cr.log(h + 20.0)

    found = fails(applied(shifted), with_row(13, -100.0))
    assert (found.op, found.phase, found.rows) == ("log", "forward", (13,))
    assert found.name == "log#0"
    assert found.step == 4
    assert found.source is not None
    assert found.source.text == "return cr.log(h + 20.0)"
    assert found.operands[0].at[0] < 0
    assert "cr.maximum(x, 1e-7)" in found.remedy
    assert "loss" in found.reached
    assert found.reached[-1].endswith("@update")


def test_exp_overflows_in_float32() -> None:
    found = fails(applied(cr.exp), with_row(6, 1e3))
    assert (found.op, found.rows, found.step) == ("exp", (6,), 2)
    assert found.result is not None
    assert found.result.at == (math.inf,)
    assert found.operands[0].at[0] > 88


def test_division_by_a_standard_deviation_of_zero() -> None:
    def normal(h: Any) -> Any:
        return (h - cr.mean(h, axis=0)) / cr.std(h, axis=0)

    x = X.copy()
    x[8:12] = x[8]
    found = fails(applied(normal), x)
    assert (found.op, found.step, found.rows) == ("divide", 3, (8, 9, 10, 11))
    assert [v.at for v in found.operands] == [(0.0,), (0.0,)]


def test_the_slope_of_a_root_at_zero() -> None:
    """The loss is finite: its gradient is not."""

    def distance(z: Any, y: Any) -> Any:
        gap = cr.sqrt(cr.square(z - y))
        return cr.mean(gap)

    still = nn.Sequential(nn.Linear(3, 1, key=0))
    y = np.asarray(still(X)).copy()
    found = fails(still, X, y, loss=distance, epochs=1)
    assert (found.rule_of, found.phase, found.step) == ("sqrt", "backward", 1)
    assert found.name == "loss.gap#0@grad"
    assert math.isfinite(found.loss)
    assert "cr.sqrt(x + 1e-8)" in found.remedy
    assert found.source is not None
    assert found.source.text == "gap = cr.sqrt(cr.square(z - y))"


def test_zero_times_infinity_behind_where() -> None:
    def safe(h: Any) -> Any:
        h = h * np.array([0, 1, 1, 1], np.float32)
        return cr.where(h > 0, cr.log(h), 0.0)

    found = fails(applied(safe))
    assert (found.rule_of, found.phase) == ("log", "backward")
    assert math.isfinite(found.loss)
    assert "where() does not help" in found.remedy


def test_too_high_a_rate() -> None:
    net = nn.MLP(3, 8, 8, 1, key=0)
    found = fails(net, optimizer=optim.SGD(rate=1e3), epochs=100)
    assert found.remedy.startswith("lower the rate, now 1000, or clip the gradients")
    assert found.kind == "gate"
    assert max(abs(v) for x in found.operands for v in x.at) > 1e10


def test_a_number_of_the_data_that_is_too_large() -> None:
    found = fails(nn.MLP(3, 4, 1, key=0), X, np.where(np.arange(24)[:, None] == 17, 1e25, Y))
    assert (found.op, found.step, found.rows) == ("square", 5, (17,))
    assert found.remedy.startswith("look at row 17 of the data, whose numbers are too large")
    assert found.note.startswith("row 17 of y holds 1e+25, the others of the batch at most ")


def test_rows_are_numbered_as_in_the_data() -> None:
    kept, held = parted((X, Y), 0.25, 0)
    row = int(kept[7])
    assert len(held) == 6
    assert row != 7
    found = fails(applied(cr.exp), with_row(row, 1e3), validation=0.25, order="shuffled")
    assert found.rows == (row,)
    found = fails(applied(cr.exp), with_row(6, 1e3), row_numbers=np.arange(100, 124))
    assert found.rows == (106,)


def stepper(model: Any, loss: Any = losses.squared_error, **options: Any) -> Stepper:
    made = Stepper(Objective(loss), optim.Adam(rate=1e-3), 0)
    made.start(model)
    return made


def only(model: Any, x: Any, y: Any = Y, loss: Any = losses.squared_error) -> Blame | None:
    found = explained(stepper(model, loss), x, y, np.arange(24).reshape(6, 4))
    return found.blame if found else None


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_row_of_data_that_is_not_finite(bad: float) -> None:
    x = X.copy()
    x[13, 1] = bad
    found = only(nn.MLP(3, 4, 1, key=0), x)
    assert found is not None
    assert (found.kind, found.element, found.rows, found.step) == ("x", (13, 1), (13,), 4)
    assert found.remedy == "mend row 13 of x, or leave it out"
    found = only(nn.MLP(3, 4, 1, key=0), X, np.where(np.arange(24)[:, None] == 5, bad, Y))
    assert found is not None
    assert (found.kind, found.element, found.rows) == ("y", (5, 0), (5,))


def test_a_weight_that_is_not_finite_from_the_start() -> None:
    net = nn.MLP(3, 4, 1, key=0)
    state = dict(net.state_dict())
    state["layers.2.weight"] = np.where(np.arange(4) == 2, np.nan, 1).astype(np.float32)[None]
    found = fails(net.load_state_dict(state))
    assert (found.kind, found.name, found.element) == ("weight", "layers.2.weight", (0, 2))
    assert found.step == 1


# What does no harm -------------------------------------------------------------------------------


class Masked(nn.Module):
    """Attention over the features of a row, some of them masked by infinities."""

    inner: nn.Linear
    mask: Any
    last: nn.Linear

    def __call__(self, x: Any) -> Any:
        weights = cr.softmax(self.inner(x) + self.mask, axis=-1)
        return cr.log(10.0 - cr.abs(self.last(weights * x)))


def masked(last: float) -> Masked:
    mask = np.array([0, 0, -np.inf], np.float32)
    return Masked(inner=nn.Linear(3, 3, key=0), mask=mask * last, last=nn.Linear(3, 1, key=1))


def test_a_mask_of_infinities_is_no_fault() -> None:
    assert np.isfinite(cr.fit(masked(1.0), (X, Y), **FEW).history["loss"]).all()


def test_a_mask_of_infinities_is_not_blamed_for_another_fault() -> None:
    found = fails(masked(1.0), with_row(13, -1e4))
    assert (found.op, found.rows) == ("log", (13,))


def test_denormal_numbers_are_zero_as_in_training() -> None:
    """In NumPy 1 / h is finite; in training h is flushed to 0 and 1 / h infinite."""
    assert np.isfinite(np.float32(1e-36) / (np.float32(1e-20) * np.float32(1e-20)))
    denormal = applied(lambda h: 1e-36 / (1e-20 * cr.exp(h * 0) * 1e-20))
    found = fails(denormal)
    assert (found.op, found.operands[1].at) == ("divide", (0.0,))


def test_nothing_at_fault() -> None:
    made = stepper(nn.MLP(3, 4, 1, key=0))
    before = made.snapshot()
    assert find_fault(made, X, Y, np.arange(24).reshape(6, 4)) is None
    assert all(np.array_equal(a, b) for a, b in zip(before, made.leaves, strict=True))


# Where NumPy alone does not show it ---------------------------------------------------------------


def test_gates_are_compiled_where_numpy_does_not_show_the_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def kind(gate: Any, operands: Any) -> Any:
        return np.nan_to_num(numpy(gate, operands), nan=0.0, posinf=1.0, neginf=-1.0)

    numpy = module.by_numpy
    monkeypatch.setattr(module, "by_numpy", kind)
    found = fails(applied(cr.exp), with_row(6, 1e3))
    assert (found.op, found.rows, found.computed_by) == ("exp", (6,), "native")
    assert "gate by gate in native code" in str(found)
    monkeypatch.setattr(module, "ByNative", lambda: kind)
    found = fails(applied(cr.exp), with_row(6, 1e3))
    assert (found.kind, found.computed_by) == ("unknown", "native")
    assert "the gates one by one stay finite" in str(found)


def test_an_error_in_the_search_does_not_hide_the_divergence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: Any) -> Any:
        raise RuntimeError("no")

    monkeypatch.setattr(module, "blamed", fail)
    with pytest.raises(Diverged) as error:
        cr.fit(applied(cr.exp), (with_row(6, 1e3), Y), **FEW)
    assert error.value.blame is None
    assert error.value.message == "the loss became nan at step 2"
    monkeypatch.setenv("CHAINRULE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cr.fit(applied(cr.exp), (with_row(6, 1e3), Y), **FEW)


def test_the_state_is_as_before(tmp_path: Path) -> None:
    made = stepper(applied(cr.exp))
    kept = made.snapshot()
    fault = find_fault(made, with_row(6, 1e3), Y, np.arange(24).reshape(6, 4))
    assert fault is not None
    blamed(made, fault)
    assert all(np.array_equal(a, b) for a, b in zip(kept, made.leaves, strict=True))
