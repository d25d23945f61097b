"""A training that is paused, stepped, given another rate, and stopped."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.runs.folder import Run
from chainrule.runs.store import Store
from chainrule.train import Control, Fit
from chainrule.train.progress import Silent

X = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(np.int64)
WAIT = 20.0  # seconds; a test that comes to them has failed


@dataclass
class Asks(Silent):
    """Asks at some updates, as a page would from another thread."""

    at: dict[int, Callable[[], Any]]
    steps: int = 0
    made: list[int] = field(default_factory=list)

    def advance(self, rows: int, loss: float) -> None:
        self.steps += rows // 8
        self.made.append(self.steps)
        for step in [step for step in self.at if step <= self.steps]:
            self.at.pop(step)()


def train(asks: Asks, control: Control, **options: Any) -> Fit:
    net = cr.nn.MLP(3, 4, 2, key=0)
    options = {"epochs": 4, "batch_size": 8, "optimizer": cr.optim.SGD(rate=0.1), **options}
    return cr.fit(net, (X, Y), progress=asks, control=control, **options)


def same(one: Fit, other: Fit) -> bool:
    pairs = zip(one.model.state_dict().values(), other.model.state_dict().values(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


@contextmanager
def elsewhere(work: Callable[[], Any]) -> Iterator[list[Any]]:
    """Do work in another thread, and wait for it at the end."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    yield found
    thread.join(WAIT)
    assert not thread.is_alive()


def test_a_pause_and_steps_change_nothing_but_the_time() -> None:
    control, reached = Control(), threading.Event()
    asks = Asks({1: lambda: (control.command({"do": "pause"}), reached.set())})
    with elsewhere(lambda: train(asks, control)) as found:
        assert reached.wait(WAIT)
        assert control.state() == {"paused": True, "stopping": False, "rate": None}
        stepped = threading.Event()
        asks.at[asks.steps + 1] = stepped.set
        control.command({"do": "step"})
        assert stepped.wait(WAIT)
        assert asks.made[-1] - asks.made[-2] == 1
        control.command({"do": "go"})
    assert same(found[0], train(Asks({}), Control()))
    assert found[0].stopped == "epochs"


def test_steps_are_counted() -> None:
    control, done = Control(), threading.Event()
    control.command({"do": "pause"})
    for _ in range(3):
        control.command({"do": "step"})
    asks = Asks({4: done.set})  # the first update is made before the loop looks
    with elsewhere(lambda: train(asks, control)):
        assert done.wait(WAIT)
        control.command({"do": "stop"})
    assert asks.made[:4] == [1, 2, 3, 4]


def test_another_rate(tmp_path: Path) -> None:
    control = Control()
    asks = Asks({1: lambda: control.command({"do": "rate", "rate": 0.5})})
    found = train(asks, control, run=tmp_path / "run", checkpoint_steps=1)
    assert control.state()["rate"] == 0.5
    change = asks.made[0]
    by_hand = replayed(cr.nn.MLP(3, 4, 2, key=0), change)
    for name, array in found.model.state_dict().items():
        np.testing.assert_allclose(array, by_hand[name], rtol=2e-4, atol=1e-6)
    with Store.open(tmp_path / "run") as store:
        told = [event for event in store.events() if event.kind == "rate"]
    assert [(event.step, event.data) for event in told] == [(change, {"rate": 0.5})]


def replayed(net: Any, change: int) -> dict[str, Any]:
    """Return the weights after two trainers with a rate each: what one with a change must reach."""
    order = [cr.data.order(64, epoch, 0).reshape(8, 8) for epoch in range(4)]
    rows = np.concatenate(order)
    for rate, part in ((0.1, rows[:change]), (0.5, rows[change:])):
        trainer = cr.Trainer(net, loss="cross_entropy", optimizer=cr.optim.SGD(rate=rate))
        trainer.run(X, Y, part)
        net = trainer.model
    return dict(net.state_dict())


def test_another_rate_ends_a_plateau_only_where_it_is() -> None:
    control = Control()
    asks = Asks({1: lambda: control.command({"do": "rate", "rate": 0.5})})
    plateau = cr.optim.Plateau(rate=0.1, factor=0.5, patience=1)
    found = train(asks, control, optimizer=cr.optim.SGD(rate=plateau), epochs=2)
    assert not same(found, train(Asks({}), Control(), epochs=2))


def test_a_resumed_run_keeps_the_rate(tmp_path: Path) -> None:
    half, whole = Control(), Control()
    faster = {"do": "rate", "rate": 0.5}
    options: dict[str, Any] = {"run": tmp_path / "run", "checkpoint_steps": 1}
    train(Asks({1: lambda: half.command(faster)}), half, epochs=2, **options)
    again = train(Asks({}), Control(), epochs=4, resume=True, **options)
    asks = Asks({1: lambda: whole.command(faster)})
    assert same(again, train(asks, whole, run=tmp_path / "other", checkpoint_steps=1))


def test_stop_keeps_what_there_is(tmp_path: Path) -> None:
    control = Control()
    asks = Asks({3: lambda: control.command({"do": "stop"})})
    options: dict[str, Any] = {"run": tmp_path / "run", "checkpoint_steps": 1}
    found = train(asks, control, **options)
    assert found.stopped == "stopped"
    assert asks.steps == 3
    assert len(found.history["loss"]) == 1
    assert set(Run(tmp_path / "run").model().tensors) == set(found.model.state_dict())
    with Store.open(tmp_path / "run") as store:
        assert store.events()[-1].data["stopped"] == "stopped"
    again = train(Asks({}), Control(), resume=True, **options)
    assert same(again, train(Asks({}), Control()))
    assert again.history["epoch"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "asked",
    [{}, {"do": None}, {"do": "fly"}, {"do": ["go"]}, {"do": "rate"}, {"do": "rate", "rate": 0},
     {"do": "rate", "rate": -1}, {"do": "rate", "rate": float("nan")}, {"do": "rate", "rate": "1"},
     {"do": "rate", "rate": True}, {"do": "rate", "rate": float("inf")}, {"do": "x" * 10_000},
     {"do": "rate", "rate": 10**400}],
)  # fmt: skip
def test_what_nobody_can_do(asked: dict[str, Any]) -> None:
    control = Control()
    before = control.state()
    with pytest.raises(UsageError) as error:
        control.command(asked)
    assert len(error.value.message) < 120
    assert control.state() == before


def test_a_training_that_is_stopped_before_it_begins_makes_one_update() -> None:
    control = Control()
    control.command({"do": "stop"})
    asks = Asks({})
    found = train(asks, control)
    assert len(found.history["loss"]) == 1
    assert asks.steps >= 1
