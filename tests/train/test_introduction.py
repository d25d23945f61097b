"""The first event says what is trained, on what, and how."""

import json
from typing import Any

import numpy as np

import chainrule as cr
from chainrule import nn
from chainrule.train import introduction
from chainrule.train.fit import fit

RNG = np.random.default_rng(0)


def said(model: Any, data: Any, run: Any, **options: Any) -> dict[str, Any]:
    fit(model, data, run=run, epochs=1, progress=False, **options)
    found = cr.runs.store.Store.open(run).events()[0].data
    assert json.dumps(found)
    return dict(found)


def test_of_a_classifier(tmp_path: Any) -> None:
    x = RNG.normal(size=(50, 3)).astype(np.float32) + np.array([0, 5, 0], np.float32)
    x[:, 2] = 7
    y = np.arange(50) % 3
    net = nn.MLP(3, 4, 3, key=0, activation="tanh")
    found = said(net, (x, y), tmp_path / "r", batch_size=8, validation=0.2, seed=3, l2=0.1)
    assert found["model"] == repr(net)
    assert found["modules"][2] == {"path": "layers.1", "class": "Tanh"}
    assert found["activations"] == {"layers.1": "tanh"}
    assert found["parameters"][0] == {
        "name": "layers.0.weight", "shape": [4, 3], "dtype": "float32"
    }  # fmt: skip
    assert found["loss"] == "softmax_cross_entropy"
    assert found["optimizer"].startswith("Adam(rate=0.001")
    assert (found["epochs"], found["batch"], found["rows"], found["held_out"]) == (1, 8, 40, 10)
    assert (found["steps_per_epoch"], found["classes"], found["seed"]) == (5, 3, 3)
    assert found["l2"] == 0.1
    assert found["settings"]["made_by"] == "cr.fit"
    inputs = found["inputs"]
    assert (inputs["columns"], inputs["constant"]) == (3, [2])
    assert 4 < inputs["mean"]["each"][1] < 6
    assert inputs["std"]["min"] == 0
    assert sum(found["targets"]["counts"]) == 40


def test_of_values(tmp_path: Any) -> None:
    x = RNG.normal(size=(20, 2, 2))
    net = nn.Sequential(nn.Flatten(), nn.Linear(4, 1, key=0, dtype=np.float64))
    found = said(net, (x, x[:, 0, 0] * 3 + 1), tmp_path / "r", loss="huber")
    assert (found["loss"], found["classes"]) == ("huber", None)
    assert found["inputs"]["shape"] == [2, 2]
    assert found["targets"]["kind"] == "value"
    assert found["targets"]["mean"]["min"] > -5


def test_a_loss_of_ones_own_and_two_classes(tmp_path: Any) -> None:
    def mine(outputs: Any, y: Any) -> Any:
        return cr.mean((outputs - y) ** 2)

    x, y = RNG.normal(size=(20, 2)), RNG.integers(0, 2, 20)
    found = said(nn.MLP(2, 1, key=0, dtype=np.float64), (x, y[:, None]), tmp_path / "r", loss=mine)
    assert found["loss"] == "mine"
    found = said(nn.MLP(2, 1, key=0, dtype=np.float64), (x, y), tmp_path / "s")
    assert found["classes"] == 2
    assert found["targets"]["values"] == [0, 1]


def test_wide_tables_are_summed_up() -> None:
    found = introduction.columns(np.zeros((10_000, 300), np.float32))
    assert found["constant_columns"] == 300
    assert len(found["constant"]) == introduction.LISTED
    assert "each" not in found["mean"]


def test_a_column_that_changes_once_is_not_constant() -> None:
    x = np.zeros((10_001, 1))
    x[10_000] = 1
    assert introduction.columns(x)["constant"] == []
