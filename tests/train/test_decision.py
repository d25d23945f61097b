"""Surfaces, gradients of single rows and mistakes against slow ways to the same numbers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import chainrule as cr
from chainrule.cli.main import run as chainrule
from chainrule.errors import FileError, UsageError
from chainrule.runs.folder import Run
from chainrule.runs.snapshots import Snapshots
from chainrule.train import decision as module
from chainrule.train.decision import decision, gradient_norms
from chainrule.train.tabular import load
from chainrule.train.tasks import GOALS


@pytest.fixture(scope="module")
def moons(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("runs") / "moons"
    words = ["train", "moons", "--epochs", "5", "--hidden", "6,4", "-q", "-o", str(path)]
    assert chainrule(words) == 0
    return Run.open(path)


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    yield
    module.known_run.cache_clear()


def test_the_surface_is_what_the_net_says(moons: Run) -> None:
    found = decision(moons)
    net, _ = load(moons)
    assert found.step is None
    assert found.surface.shape == (64, 64, 2)
    np.testing.assert_allclose(found.surface.sum(axis=2), 1)
    for row, column in ((0, 0), (3, 60), (63, 0)):
        at = [
            low + (high - low) * place / 63
            for low, high, place in zip(found.lows, found.highs, (column, row), strict=True)
        ]
        one = float(np.asarray(cr.sigmoid(net(np.array([at], np.float32)))).item())
        assert found.surface[row, column, 1] == pytest.approx(one, rel=1e-4)


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "softmax_cross_entropy", "squared_error"])
def test_gradients_of_single_rows(loss: str) -> None:
    rng = np.random.default_rng(0)
    outputs = {"softmax_cross_entropy": 3}.get(loss, 1)
    net = cr.nn.MLP(4, 5, 3, outputs, activation="tanh", key=0, dtype=np.float64)
    x = rng.normal(size=(7, 4))
    y = rng.integers(0, 2, 7) if loss != "squared_error" else rng.normal(size=(7, 1))
    found = gradient_norms(net, x, y, loss)
    for row in range(7):
        target = y[row : row + 1].reshape(-1, 1) if outputs == 1 else y[row : row + 1]
        gradient = cr.grad(
            lambda m, i=row, t=target: GOALS[loss].loss(m(x[i : i + 1]), t.astype(t.dtype))
        )(net)
        parts = [np.asarray(part).ravel() for part in gradient.state_dict().values()]
        assert found[row] == pytest.approx(np.linalg.norm(np.concatenate(parts)), rel=1e-9)


def test_mistakes_are_counted(moons: Run) -> None:
    found = decision(moons)
    assert found.confusion.shape == (2, 2)
    net, encoder = load(moons)
    data = module.known_run(moons.path, (moons.path / "settings.json").stat().st_mtime_ns).data
    said = np.asarray(net(data.x[data.scored]).value).reshape(-1) > 0
    true = data.y[data.scored].reshape(-1)
    assert found.confusion[1, 0] == np.sum((true == 1) & ~said)
    assert found.confusion.sum() == len(data.scored)
    assert found.classes == encoder.classes


def test_points_and_the_hardest_of_them(moons: Run) -> None:
    found = decision(moons)
    assert len(found.points) == len(found.rows) == len(found.targets) == len(found.norms)
    assert len(found.hardest) == 12
    net, _ = load(moons)
    shares = np.asarray(cr.sigmoid(net(found.points)).value).reshape(-1)
    own = np.where(found.targets.reshape(-1) == 1, shares, 1 - shares)
    assert own[found.hardest[0]] == pytest.approx(own.min())
    assert (np.diff(own[found.hardest]) >= -1e-6).all()


def test_units(moons: Run) -> None:
    found = decision(moons)
    assert {path: array.shape for path, array in found.units.items()} == {
        "layers.1": (6, 24, 24),
        "layers.3": (4, 24, 24),
    }
    assert all((array >= 0).all() for array in found.units.values())  # relu


def test_weights_are_those_of_the_model(moons: Run) -> None:
    known = {path: array for path, array in moons.model().tensors.items() if "weight" in path}
    found = decision(moons).weights
    assert [*found] == ["layers.0", "layers.2", "layers.4"]
    for path, array in found.items():
        np.testing.assert_array_equal(array, known[f"{path}.weight"])


def test_snapshots(moons: Run) -> None:
    steps = Snapshots(moons.path).steps()
    assert decision(moons, step=3).step == 2
    assert decision(moons, step=10**9).step == steps[-1]
    first, last = decision(moons, step=0), decision(moons, step=steps[-1])
    assert not np.allclose(first.surface, last.surface)
    assert last.step == steps[-1]
    assert decision(moons).step is None


def test_other_inputs_stand_at_the_median(tmp_path: Path) -> None:
    path = tmp_path / "iris"
    assert chainrule(["train", "iris", "--epochs", "2", "-q", "-o", str(path)]) == 0
    run = Run.open(path)
    found = decision(run, axes=(2, 0))
    assert found.axes == (found.inputs[2], found.inputs[0])
    data = module.known_run(path, (path / "settings.json").stat().st_mtime_ns).data
    x = np.median(data.x[data.training], axis=0)
    x[2], x[0] = found.lows
    net, _ = load(run)
    np.testing.assert_allclose(
        found.surface[0, 0], np.asarray(cr.softmax(net(x[None])).value)[0], rtol=1e-4
    )
    for axes in ((0, 0), (0, 4), (-1, 0)):
        with pytest.raises(UsageError, match="two of the net's 4 inputs"):
            decision(run, axes=axes)


def test_values_are_in_the_units_of_the_table(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 2))
    table = tmp_path / "t.csv"
    lines = [f"{a},{b},{1000 + 100 * a}" for a, b in x]
    table.write_text("\n".join(["a,b,y", *lines]))
    path = tmp_path / "run"
    assert chainrule(["train", str(table), "--epochs", "2", "-q", "-o", str(path)]) == 0
    found = decision(Run.open(path))
    assert found.classes == ()
    assert found.confusion.shape == (0, 0)
    assert found.surface.shape == (64, 64, 1)
    np.testing.assert_allclose(found.targets, 1000 + 100 * x[:, 0], rtol=1e-4)
    table.write_text("\n".join(["a,b,y", *reversed(lines)]))
    module.known_run.cache_clear()
    with pytest.raises(FileError, match="is not the data that"):
        decision(Run.open(path))


def test_runs_of_another_kind(tmp_path: Path) -> None:
    run = Run.create(tmp_path / "run", settings={"made_by": "cr.fit"})
    with pytest.raises(FileError, match="was not made by `chainrule train`"):
        decision(run)
