"""Tables and maps of runs that were really trained."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import Diverged
from chainrule.runs.store import Store
from chainrule.train.flow import course_of, flow_of


def rows(n: int = 64) -> tuple[Any, Any]:
    x = np.random.default_rng(0).normal(size=(n, 4)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(int)


def trained(folder: Path, net: Any, rate: float = 0.1, **options: Any) -> Store:
    """Return the store of a run of two epochs of four steps."""
    rule = cr.optim.SGD(rate=rate)
    cr.fit(net, rows(), epochs=2, batch_size=16, optimizer=rule, run=folder,
           progress=False, **options)  # fmt: skip
    return Store.open(folder)


def test_the_gradient_is_that_of_the_first_step(tmp_path: Path) -> None:
    net = cr.nn.MLP(4, 8, 2, key=0)
    with trained(tmp_path / "run", net, order="given") as store:
        flow = flow_of(store)
        course = course_of(store, "run", "finished")
    x, y = rows()
    loss = cr.grad(lambda m: cr.losses.softmax_cross_entropy(m(x[:16]), y[:16]))(net)
    for row, sizes, layer in zip(flow.rows, flow.sizes, (loss.layers[0], loss.layers[2]),
                                 strict=True):  # fmt: skip
        expected = float(np.sqrt(np.mean(np.square(np.asarray(layer.weight)))))
        assert sizes[0] == pytest.approx(expected, rel=1e-4)
        assert row.shape == layer.weight.shape
    assert [row.activation for row in flow.rows] == ["layers.1", "layers.2"]
    assert flow.rows[0].kind == "dead"
    assert (flow.first, flow.last) == (1, 8)
    assert "over 2 layers. Loss 0." in flow.sentence
    assert (course.step, course.steps, course.epoch, course.fault) == (8, 8, 2, "")
    assert course.rate == pytest.approx(0.1)


def test_a_deep_net_of_tanh_with_small_weights(tmp_path: Path) -> None:
    net = cr.nn.MLP(4, *[8] * 5, 2, activation="tanh", key=0)
    small = {name: 0.05 * np.asarray(x) for name, x in net.state_dict().items()}
    with trained(tmp_path / "run", net.load_state_dict(small)) as store:
        flow = flow_of(store)
    assert len(flow.rows) == 6
    assert flow.band.verdict(flow.rows[0].gradient or 0) == "vanishing"
    assert "lost over 6 layers" in flow.sentence
    assert flow.rows[0].kind == "saturated"


def test_a_run_that_breaks_off(tmp_path: Path) -> None:
    x, _ = rows()
    y = (1e6 * x[:, :1]).astype(np.float32)
    with pytest.raises(Diverged):
        cr.fit(cr.nn.MLP(4, 8, 8, 1, key=0), (x, y), epochs=9, run=tmp_path / "run",
               optimizer=cr.optim.SGD(rate=1e3), progress=False)  # fmt: skip
    with Store.open(tmp_path / "run") as store:
        flow, course = flow_of(store), course_of(store, "run", "diverged")
    assert "no longer finite" in course.fault or "the loss became" in course.fault
    assert not np.isfinite(flow.curves[0].last) or "Non-finite" in flow.sentence


def test_a_recording_without_layers(tmp_path: Path) -> None:
    with Store.create(tmp_path) as store:
        assert flow_of(store).rows == ()
        assert course_of(store, "run", "stopped").step == 0
