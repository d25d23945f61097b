"""`cr.Trainer`: updates on the rows asked for, and every sentence when something is wrong."""

import doctest
import os
import signal
import sys
import threading
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DataError, DtypeError, ShapeError, UsageError
from chainrule.train import trainer as module
from chainrule.train.trainer import Trainer
from tests.train import reference

RNG = np.random.default_rng(2)
X = RNG.normal(size=(12, 3))
Y = RNG.integers(0, 4, 12)
ROWS = RNG.integers(0, 12, (6, 5))


def net(**options: Any) -> cr.nn.MLP:
    return cr.nn.MLP(3, 5, 4, key=1, activation="tanh", dtype=np.float64, **options)


def trainer(model: Any = None, **options: Any) -> Trainer:
    rule = cr.optim.SGD(rate=0.5)
    given = {"loss": "softmax_cross_entropy", "optimizer": rule, **options}
    return Trainer(model or net(), **given)


def arrays(model: Any) -> list[Any]:
    return [np.array(p) for p in model.parameters()]


def same(one: Any, two: Any) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(arrays(one), arrays(two), strict=True))


def test_example() -> None:
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder().find(Trainer, "Trainer", globs=dict(vars(module))):
        runner.run(test)
    assert runner.summarize().failed == 0


def test_it_is_public() -> None:
    assert cr.Trainer is Trainer
    assert sys.modules["chainrule.train"].Trainer is Trainer


def test_updates_are_those_of_numpy() -> None:
    model = net()
    made = trainer(model)
    losses = made.run(X, Y, ROWS)
    weights, rule = arrays(model), reference.sgd(0.5)
    for rows, loss in zip(ROWS, losses, strict=True):
        z, seen = reference.forward(weights, X[rows])
        want, dz = reference.softmax_loss(z, Y[rows])
        assert loss == pytest.approx(want, rel=1e-12)
        weights = rule(weights, reference.backward(weights, seen, dz))
    for ours, theirs in zip(arrays(made.model), weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)
    assert same(model, net())
    assert made.state["step"] == 6
    np.testing.assert_allclose(made.outputs(X), np.asarray(made.model(X)), rtol=1e-12, atol=1e-14)


def test_one_update_at_a_time() -> None:
    one, many = trainer(net(dropout=0.3), seed=5), trainer(net(dropout=0.3), seed=5)
    losses = [one.run(X, Y, rows) for rows in ROWS]
    assert np.shape(losses[0]) == ()
    assert losses == many.run(X, Y, ROWS).tolist()
    assert same(one.model, many.model)
    other = trainer(net(dropout=0.3), seed=6)
    assert not np.array_equal(other.run(X, Y, ROWS), losses)


def test_what_was_taken_out_stays() -> None:
    made = trainer(optimizer=cr.optim.Adam(rate=0.1))
    made.run(X, Y, ROWS)
    model, state = made.model, made.state
    kept = arrays(model)
    made.run(X, Y, ROWS)
    assert all(np.array_equal(a, b) for a, b in zip(arrays(model), kept, strict=True))
    assert (state["step"], made.state["step"]) == (6, 12)


def test_no_rows_no_updates() -> None:
    made = trainer()
    assert made.run(X, Y, np.zeros((0, 5), int)).shape == (0,)
    assert same(made.model, net())


def test_losses() -> None:
    by_name = trainer(loss="cross_entropy").run(X, Y, ROWS)
    by_function = trainer(loss=cr.losses.softmax_cross_entropy).run(X, Y, ROWS)
    np.testing.assert_allclose(by_name, by_function, rtol=1e-12)
    penalised = trainer(l2=0.1, l1=0.01).run(X, Y, ROWS[0])
    weights = [w for w in arrays(net()) if w.ndim == 2]
    extra = sum(0.1 * (w**2).sum() + 0.01 * np.abs(w).sum() for w in weights)
    assert penalised - by_name[0] == pytest.approx(extra, rel=1e-10)


def test_inputs_are_cast_and_may_change_in_place() -> None:
    small = cr.nn.Linear(3, 1, key=0)
    one = Trainer(small, loss="squared_error")
    two = Trainer(small, loss="squared_error")
    x, y = X.astype(np.float32), X[:, 0].astype(np.float32)
    for _ in range(2):
        np.testing.assert_array_equal(
            one.run(x, y, ROWS), two.run(x.tolist(), y[:, None].astype(float), ROWS.tolist())
        )
        x[3] *= 2
        y[5] += 1
    assert one.run(x, y, ROWS).dtype == np.float32
    x[0] = np.nan
    assert np.isnan(one.run(x, y, np.zeros((2, 1), int))).all()  # seen before: the loss says it


@pytest.mark.parametrize(
    ("rows", "kind", "message"),
    [
        (
            [0.0, 1.0],
            DtypeError,
            "rows holds float64, expected whole numbers\n"
            "hint: give the numbers of the rows: np.flatnonzero(mask) for a mask",
        ),
        (
            np.ones(12, bool),
            DtypeError,
            "rows holds bool, expected whole numbers\n"
            "hint: give the numbers of the rows: np.flatnonzero(mask) for a mask",
        ),
        (
            np.zeros((2, 2, 2), int),
            ShapeError,
            "rows has the shape (2, 2, 2), expected (steps, batch)\n"
            "hint: or (batch,) for a single update; a batch has 1 row or more",
        ),
        (
            np.zeros((3, 0), int),
            ShapeError,
            "rows has the shape (3, 0), expected (steps, batch)\n"
            "hint: or (batch,) for a single update; a batch has 1 row or more",
        ),
        (
            np.int64(3),
            ShapeError,
            "rows has the shape (), expected (steps, batch)\n"
            "hint: or (batch,) for a single update; a batch has 1 row or more",
        ),
        ([[0, 1], [2]], ShapeError, "rows is no array: its batches differ in length"),
        ([0, 12], UsageError, "there is no row 12: x has 12 rows, counted from 0"),
        ([[3, -1]], UsageError, "there is no row -1: x has 12 rows, counted from 0"),
    ],
)
def test_wrong_rows(rows: Any, kind: type[Exception], message: str) -> None:
    made = trainer()
    with pytest.raises(kind) as error:
        made.run(X, Y, rows)
    assert str(error.value) == message
    assert same(made.model, net())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": "crossentropy"}, "there is no loss 'crossentropy'\nhint: did you mean "),
        ({"loss": None}, "there is no loss None\nhint: known names: absolute_error, "),
        ({"optimizer": "adam"}, "an optimizer is an update rule, got str\nhint: make one: "),
        ({"l2": -1}, "l2 must be a number of at least 0, got -1"),
        ({"seed": -1}, "a seed is a whole number from 0 to 2^64 - 1, got -1"),
        ({"model": "net"}, "a model is a module or a function, got str"),
    ],
)
def test_wrong_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        trainer(**options)
    assert str(error.value).startswith(message)


def test_probes() -> None:
    made = trainer(watch="layers.*.weight@grad")
    assert not made.probes.names
    parts = [made.run(X, Y, rows) for rows in (ROWS[:4], ROWS[4], ROWS[5:])]
    assert made.probes.names == ["layers.0.weight@grad", "layers.2.weight@grad"]
    assert made.probes.steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert set(made.probes["layers.2.weight@grad"]) == {"norm", "mean", "std", "zeros"}
    plain = trainer()
    np.testing.assert_allclose(np.hstack(parts), plain.run(X, Y, ROWS), rtol=1e-12)
    weights = arrays(net())
    z, seen = reference.forward(weights, X[ROWS[0]])
    gradient = reference.backward(weights, seen, reference.softmax_loss(z, Y[ROWS[0]])[1])[2]
    norms = made.probes["layers.2.weight@grad"]["norm"]
    assert norms[0] == pytest.approx(np.linalg.norm(gradient), rel=1e-10)
    assert not plain.probes.names


def test_wrong_data() -> None:
    made = trainer()
    with pytest.raises(ShapeError, match=r"x of shape \(12, 3\) and y of shape \(11,\) differ"):
        made.run(X, Y[:11], ROWS)
    with pytest.raises(DataError, match="classes run from 0 to 4, the net has outputs for 0 to 3"):
        made.run(X, np.arange(12) % 5, ROWS)
    broken = X.copy()
    broken[7, 1] = np.nan
    for _ in range(2):
        with pytest.raises(DataError, match="x is not finite in row 7"):
            made.run(broken, Y, ROWS)
    with pytest.raises(DataError, match="x holds <U1, expected numbers"):
        made.outputs(np.array([["a", "b", "c"]]))
    with pytest.raises(ShapeError, match="softmax over one output"):
        Trainer(cr.nn.Linear(3, 1, key=0), loss="cross_entropy").run(X, Y, ROWS)


def test_ctrl_c_is_heard_between_updates() -> None:
    x, y = np.ones((8, 64), np.float32), np.arange(8) % 4
    trainer = cr.Trainer(cr.nn.MLP(64, 128, 4, key=0), loss="cross_entropy")
    trainer.run(x, y, np.zeros((1, 8), np.int64))  # compiled before the clock runs
    rows = np.zeros((1_000_000, 8), np.int64)
    alarm = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    with pytest.raises(KeyboardInterrupt):
        trainer.run(x, y, rows)
    alarm.join()
    assert 1 < int(trainer.state["step"]) < len(rows)
    assert all(np.isfinite(p).all() for p in trainer.model.parameters())
