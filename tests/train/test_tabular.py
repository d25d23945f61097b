"""A net on a table: prepared, trained, judged, stored, and used again."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.data import Table
from chainrule.errors import DataError, FileError, UsageError
from chainrule.runs.folder import Run
from chainrule.train import tabular
from chainrule.train.settings import Settings, store
from tests.train import reference

RNG = np.random.default_rng(8)


def write_regression(path: Path, n: int = 300) -> None:
    """Write a table whose target is far from 0 and from scale 1."""
    x = RNG.uniform(-2, 2, size=(n, 2))
    kind = RNG.integers(0, 2, n)
    y = 5000 + 300 * (np.sin(2 * x[:, 0]) + x[:, 1] * np.where(kind, 1, -1)) + RNG.normal(size=n)
    lines = [f"{a:.5f},{b:.5f},{'up' if k else 'down'},{c:.3f}"
             for (a, b), k, c in zip(x, kind, y, strict=True)]  # fmt: skip
    path.write_text("\n".join(["a,b,kind,price", *lines]) + "\n")


def train(path: Path | str, run: Path, **options: Any) -> tuple[tabular.Outcome, tabular.Prepared]:
    """Do what the command does, without a word."""
    settings = Settings(str(path), **{"hidden": (16,), "epochs": 5, **options}).checked()
    data = tabular.prepare(settings)
    settings = tabular.decide(settings, data)
    folder = Run.create(run, settings=store(settings, data.digest()))
    folder.write_encoder(data.encoder.to_json())
    return tabular.train_table(settings, data, run=folder, progress=False), data


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    write_regression(path)
    return path


@pytest.mark.parametrize("name", ["iris", "moons", "digits"])
def test_predictions_are_those_of_the_model_to_the_bit(name: str, tmp_path: Path) -> None:
    outcome, data = train(name, tmp_path / "run", epochs=2)
    net, encoder = cr.load(tmp_path / "run")
    table = cr.data.open_table(name)
    outputs = np.asarray(net(data.x))
    found = tabular.predict(tmp_path / "run", table)
    assert encoder == data.encoder
    assert list(found["prediction"]) == list(encoder.decode(outputs))
    shares = np.stack([found[f"p({label})"] for label in encoder.classes], axis=1)
    np.testing.assert_array_equal(shares, tabular.probabilities(outputs))
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    judged = [str(p) for p in found["prediction"][data.held_out]]
    true = table[encoder.target.name].texts()[data.held_out]
    assert outcome.metrics["accuracy"] == np.mean(judged == true)


def test_the_stored_model_is_the_one_in_memory(prices: Path, tmp_path: Path) -> None:
    """Trained again from the same seed, without the disk: the same bits."""
    _, data = train(prices, tmp_path / "run")
    settings, _ = tabular.stored_settings(Run.open(tmp_path / "run"))
    rows = data.training
    again = cr.fit(
        tabular.build(settings, data.encoder), (data.x[rows], data.y[rows]), epochs=5,
        optimizer=cr.optim.Adam(rate=settings.rate), progress=False,
    )  # fmt: skip
    found = tabular.predict(tmp_path / "run", cr.data.open_table(str(prices)))
    outputs = np.asarray(again.model(data.x))
    np.testing.assert_array_equal(found["prediction"], data.encoder.decode(outputs))


def test_regression_is_in_the_units_of_the_table(prices: Path, tmp_path: Path) -> None:
    outcome, data = train(prices, tmp_path / "run", epochs=60)
    table = cr.data.open_table(str(prices))
    found = tabular.predict(tmp_path / "run", table)
    assert list(found) == ["prediction"]
    error = found["prediction"][data.held_out] - table["price"].values[data.held_out]
    assert outcome.metrics["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-4)
    assert outcome.metrics["mae"] == pytest.approx(np.mean(np.abs(error)), rel=1e-4)
    assert 4000 < found["prediction"].mean() < 6000


def test_r2_is_what_the_same_net_reaches_elsewhere(prices: Path, tmp_path: Path) -> None:
    outcome, data = train(
        prices, tmp_path / "run", epochs=100, activation="tanh", rate=0.01, hidden=(24,)
    )
    settings, _ = tabular.stored_settings(Run.open(tmp_path / "run"))
    weights = [np.array(p, float) for p in tabular.build(settings, data.encoder).parameters()]
    update, rng = reference.adam(0.01), np.random.default_rng(0)
    x, y = data.x.astype(float), data.y.astype(float)
    for _ in range(100):
        rows = rng.permutation(data.training)
        for start in range(0, len(rows), 32):
            at = rows[start : start + 32]
            z, seen = reference.forward(weights, x[at])
            weights = update(
                weights, reference.backward(weights, seen, reference.squared_loss(z, y[at])[1])
            )
    held = data.held_out
    theirs = tabular.METRICS["r2"](reference.forward(weights, x[held])[0], y[held])
    assert theirs > 0.95
    assert abs(outcome.metrics["r2"] - theirs) < 0.02


def test_probabilities_of_extreme_outputs() -> None:
    found = tabular.probabilities(np.array([[1e4], [-1e4], [0.0]], np.float32))
    assert found.tolist() == [[0, 1], [1, 0], [0.5, 0.5]]
    three = tabular.probabilities(np.array([[1e30, 0, -1e30]], np.float32))
    assert three.tolist() == [[1, 0, 0]]


def test_hinge_gives_classes_and_no_probabilities(tmp_path: Path) -> None:
    outcome, _ = train("moons", tmp_path / "run", loss="hinge", epochs=20)
    assert list(outcome.metrics) == ["accuracy"]
    assert outcome.metrics["accuracy"] > 0.8
    found = tabular.predict(tmp_path / "run", cr.data.open_table("moons"))
    assert list(found) == ["prediction"]


def table_of(**columns: Any) -> Table:
    return Table.of(columns)


def test_columns_of_another_table(prices: Path, tmp_path: Path) -> None:
    train(prices, tmp_path / "run")
    known = table_of(a=[0.0], b=[0.5], kind=["up"], price=[0.0])
    one = tabular.predict(tmp_path / "run", known)["prediction"]
    shuffled = table_of(extra=["x"], kind=["up"], b=[0.5], a=[0.0])
    assert tabular.predict(tmp_path / "run", shuffled)["prediction"] == one
    unseen = table_of(a=[0.0], b=[0.5], kind=["sideways"])
    assert np.isfinite(tabular.predict(tmp_path / "run", unseen)["prediction"]).all()
    assert tabular.predict(tmp_path / "run", unseen)["prediction"] != one
    with pytest.raises(DataError) as error:
        tabular.predict(tmp_path / "run", table_of(a=[0.0], bb=[0.5], kind=["up"]))
    assert str(error.value) == (
        "the column 'b' is missing, and the model needs it\nhint: did you mean 'bb'?"
    )


def test_a_missing_number_counts_as_the_mean(prices: Path, tmp_path: Path) -> None:
    _, data = train(prices, tmp_path / "run")
    mean = next(f.mean for f in data.encoder.features if f.name == "a")
    gap = table_of(a=[math.nan], b=[0.5], kind=["up"])
    full = table_of(a=[mean], b=[0.5], kind=["up"])
    one, two = (tabular.predict(tmp_path / "run", t)["prediction"] for t in (gap, full))
    np.testing.assert_allclose(one, two, rtol=1e-6)


def test_complete_tables_are_judged_on_all_their_rows() -> None:
    for name, rows in (("xor", 4), ("parity", 256)):
        data = tabular.prepare(Settings(name))
        assert len(data.training) == len(data.scored) == rows
        assert data.decisions[-1].startswith("every case is in the table")


def test_what_decides_when_to_stop_does_not_judge(tmp_path: Path) -> None:
    settings = Settings("iris", patience=3)
    data = tabular.prepare(settings)
    assert data.decisions[-1] == "10% of the other rows watched to decide when to stop"
    assert tabular.watched(settings, data) == 0.1
    outcome, _ = train("iris", tmp_path / "run", patience=2, epochs=500, rate=0.05)
    assert (outcome.stopped, outcome.judged_by) == ("patience", "held-out rows")
    assert outcome.epochs < 500


def test_statistics_come_from_the_training_rows_alone(prices: Path) -> None:
    data = tabular.prepare(Settings(str(prices)))
    np.testing.assert_allclose(data.y[data.training].mean(), 0, atol=1e-6)
    np.testing.assert_allclose(data.y[data.training].std(), 1, rtol=1e-5)
    assert abs(data.y[data.held_out].mean()) > 1e-4


def test_no_sentence_is_said_twice() -> None:
    for name in ("iris", "digits", "xor"):
        said = tabular.prepare(Settings(name)).decisions
        assert len(set(said)) == len(said)


def test_a_constant_target(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,y\n1,5\n2,5\n3,5\n")
    with pytest.raises(DataError) as error:
        tabular.prepare(Settings(str(path)))
    assert str(error.value) == (
        "the target 'y' has the same value in every row\n"
        "hint: there is nothing to learn: choose another target or add rows"
    )


def test_the_digest_notices_a_change(prices: Path) -> None:
    before = tabular.prepare(Settings(str(prices))).digest()
    assert tabular.prepare(Settings(str(prices))).digest() == before
    text = prices.read_text()
    prices.write_text(text.replace("up", "down", 1))
    assert tabular.prepare(Settings(str(prices))).digest() != before


def test_outcome_as_json(tmp_path: Path) -> None:
    outcome, _ = train("iris", tmp_path / "run")
    found = json.loads(json.dumps(outcome.as_dict(), allow_nan=False))
    assert found["run"] == str(tmp_path / "run")
    assert found["sizes"] == [4, 16, 3]
    assert (found["task"], found["epochs"], found["stopped"]) == ("multiclass", 5, "epochs")
    assert set(found["metrics"]) == {"accuracy"}
    nothing = replace(outcome, metrics={"r2": math.nan})
    assert nothing.as_dict()["metrics"] == {"r2": None}


def test_a_net_that_does_not_fit_into_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    data = tabular.prepare(Settings("xor"))

    def none_left(*sizes: int, **options: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(tabular, "MLP", none_left)
    with pytest.raises(UsageError) as error:
        tabular.build(Settings("xor", hidden=(10**9,)), data.encoder)
    assert str(error.value) == (
        "a net of 2-1000000000-1 units does not fit into the memory\nhint: make hidden smaller"
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("trained") / "run"
    train("iris", run, epochs=1)
    return run


FILES = ["settings.json", "encoder.json", "model.safetensors"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["empty", "cut", "flip", "digit", "text"])
def test_damaged_files_are_named(name: str, how: str, trained: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for file in FILES:
        (run / file).write_bytes((trained / file).read_bytes())
    data = (run / name).read_bytes()
    flipped = bytes([data[0] ^ 1]) + data[1:]
    at = max(i for i, byte in enumerate(data) if chr(byte).isdigit())
    digit = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    changed = {
        "digit": digit,
        "empty": b"",
        "cut": data[: len(data) // 2],
        "flip": flipped,
        "text": b"{}",
    }
    (run / name).write_bytes(changed[how])
    with pytest.raises(FileError) as error:
        cr.load(run)
    place = run if (name, how) == ("settings.json", "text") else run / name
    assert f"'{place}" in error.value.message


def test_foreign_files_are_refused(trained: Path, tmp_path: Path) -> None:
    train("moons", tmp_path / "run", epochs=1)
    for name, check in (
        ("encoder.json", r"encoder\.json' is damaged or of another run: its sha256 should be"),
        ("model.safetensors", r"settings\.json' is damaged or of another run"),
    ):
        own = (tmp_path / "run" / name).read_bytes()
        (tmp_path / "run" / name).write_bytes((trained / name).read_bytes())
        with pytest.raises(FileError, match=check):
            cr.load(tmp_path / "run")
        (tmp_path / "run" / name).write_bytes(own)
    cr.load(tmp_path / "run")


def test_a_run_without_a_model(tmp_path: Path) -> None:
    data = tabular.prepare(Settings("xor"))
    settings = tabular.decide(Settings("xor"), data)
    run = Run.create(tmp_path / "run", settings=store(settings, data.digest()))
    with pytest.raises(FileError, match=r"encoder\.json"):
        cr.load(run)
    run.write_encoder(data.encoder.to_json())
    with pytest.raises(FileError, match="has no trained model yet"):
        cr.load(run)
