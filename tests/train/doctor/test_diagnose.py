"""`cr.diagnose`, from training to findings."""

from pathlib import Path

import numpy as np

import chainrule as cr

RNG = np.random.default_rng(0)
X = RNG.normal(size=(256, 6)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)
ADAM = cr.optim.Adam(rate=0.01)


def test_healthy_on_the_disk_and_in_memory(tmp_path: Path) -> None:
    net = cr.nn.MLP(6, 16, 2, key=0)
    done = cr.fit(net, (X, Y), optimizer=ADAM, run=tmp_path / "a", progress=False)
    for source in (done, tmp_path / "a", str(tmp_path / "a")):
        found = cr.diagnose(source)
        assert found.ok, found
        assert set(found.looked) >= {"vanishing gradient", "loss at chance", "dead units"}
    assert cr.diagnose(cr.fit(net, (X, Y), optimizer=ADAM, progress=False), (X, Y)).ok


def test_the_same_run_with_one_thing_wrong(tmp_path: Path) -> None:
    net = cr.nn.MLP(6, 16, 2, key=0)
    done = cr.fit(net, (X + 30, Y), optimizer=ADAM, run=tmp_path / "a", progress=False)
    assert cr.diagnose(done).rules[0] == "inputs badly scaled"


def test_data_bring_the_stable_bound() -> None:
    y = X[:, :1]
    rule = cr.optim.SGD(rate=0.01)
    done = cr.fit(cr.nn.MLP(6, 8, 1, key=0), (X, y), optimizer=rule, progress=False, epochs=6)
    found = cr.diagnose(done, (X, y))
    assert "inputs badly scaled" in found.looked
    assert "inputs badly scaled" not in cr.diagnose(done).looked


def test_a_loss_of_ones_own(tmp_path: Path) -> None:
    def cubed(outputs: cr.Tensor, y: cr.Tensor) -> cr.Tensor:
        return cr.mean(cr.abs(outputs - y) ** 3)

    done = cr.fit(cr.nn.MLP(6, 8, 1, key=0), (X, X[:, :1]), loss=cubed, run=tmp_path / "a",
                  progress=False)  # fmt: skip
    assert "loss at chance" not in cr.diagnose(done).looked
