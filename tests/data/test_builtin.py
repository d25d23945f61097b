"""The built-in tables: their formulas, their files, and what they refuse."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

import chainrule.data
from chainrule.data import NAMES, Encoder, load
from chainrule.errors import UsageError

FILES = Path(chainrule.data.__file__).parent / "files"
MADE = ("xor", "moons", "circles", "spirals", "blobs")


def inputs(table):
    return np.column_stack([column.values for column in table.columns[:-1]])


def test_names():
    assert NAMES == ("digits", "iris", "xor", "moons", "circles", "spirals", "blobs", "parity")


@pytest.mark.parametrize(
    ("name", "rows", "columns", "classes"),
    [
        ("digits", 1797, 65, 10),
        ("iris", 150, 5, 3),
        ("xor", 4, 3, 2),
        ("moons", 1000, 3, 2),
        ("circles", 1000, 3, 2),
        ("spirals", 1000, 3, 2),
        ("blobs", 1000, 3, 3),
        ("parity", 256, 9, 2),
    ],
)
def test_sizes(name, rows, columns, classes):
    table = load(name)
    encoder = Encoder.fit(table)
    assert (len(table), len(table.columns)) == (rows, columns)
    assert table.origin == name
    assert len(encoder.classes) == classes
    assert np.isfinite(encoder.inputs(table)).all()


def test_digits_are_those_of_the_repository():
    table = load("digits")
    values = np.column_stack([column.values for column in table.columns]).astype(np.uint8)
    first = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0]
    assert values[0, :16].tolist() == first
    assert values[:10, 64].tolist() == list(range(10))
    assert np.bincount(values[:, 64]).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert hashlib.sha256(values.tobytes()).hexdigest() == DIGITS_SHA256


def test_iris_is_fishers():
    table = load("iris")
    assert table.names[:-1] == ("sepal_length", "sepal_width", "petal_length", "petal_width")
    assert Encoder.fit(table).classes == ("setosa", "versicolor", "virginica")
    np.testing.assert_allclose(
        inputs(table).mean(axis=0), [5.843333, 3.057333, 3.758, 1.199333], atol=1e-6
    )
    assert inputs(table)[34].tolist() == [4.9, 3.1, 1.5, 0.2]  # the repository has 0.1 here


def test_sources_are_named():
    text = (FILES / "SOURCES.md").read_text()
    for needed in (
        "10.24432/C50P49",
        "10.24432/C56C76",
        "CC BY 4.0",
        "E. Alpaydin",
        "R. A. Fisher",
    ):
        assert needed in text
    assert {path.name for path in FILES.iterdir()} == {"SOURCES.md", "digits.npz", "iris.csv"}
    assert all(f"`{name}`" in text for name in ("digits.npz", "iris.csv"))


def test_xor():
    table = load("xor", n=6)
    assert inputs(table).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [0, 0], [0, 1]]
    assert table["y"].values.tolist() == [0, 1, 1, 0, 0, 1]


def test_parity():
    table = load("parity", n=3)
    assert ["".join(map(str, row)) for row in inputs(table)] == [f"{i:03b}" for i in range(8)]
    assert table["y"].values.tolist() == [i.bit_count() % 2 for i in range(8)]


def test_moons_lie_on_two_half_circles():
    table = load("moons", n=200, noise=0)
    x, y = inputs(table), table["y"].values
    centre = np.where(y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    np.testing.assert_allclose(np.hypot(*(x - centre).T), 1)
    assert np.all((x[:, 1] >= 0)[y == 0])
    assert np.all((x[:, 1] <= 0.5)[y == 1])


def test_circles_have_radius_one_and_a_half():
    table = load("circles", n=200, noise=0)
    np.testing.assert_allclose(np.hypot(*inputs(table).T), np.where(table["y"].values == 0, 1, 0.5))


def test_spirals_are_one_arm_turned_by_half():
    table = load("spirals", n=400, noise=0)
    x = inputs(table) * np.where(table["y"].values == 0, 1, -1)[:, None]
    radius = np.hypot(*x.T)
    angle = radius * 3.5 * np.pi
    np.testing.assert_allclose(
        x, radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), atol=1e-12
    )
    assert radius.min() >= 1 / 7
    assert radius.max() <= 1


def test_blobs_lie_about_three_corners():
    table = load("blobs", n=300, noise=0)
    corners = {tuple(np.round(row, 6)) for row in inputs(table)}
    assert corners == {(2.0, 0.0), (-1.0, 1.732051), (-1.0, -1.732051)}


@pytest.mark.parametrize("name", MADE)
def test_noise_is_a_standard_deviation(name):
    clean, noisy = load(name, n=4000, noise=0), load(name, n=4000, noise=0.2)
    assert np.std(inputs(noisy) - inputs(clean)) == pytest.approx(0.2, rel=0.03)


@pytest.mark.parametrize("name", MADE)
def test_the_seed_decides(name):
    a, b, c = (inputs(load(name, n=50, noise=0.1, seed=seed)) for seed in (1, 1, 2))
    assert a.tobytes() == b.tobytes()
    assert not np.array_equal(a, c)


def test_classes_are_balanced():
    for name in MADE:
        counts = np.bincount(load(name, n=120)["y"].values)
        assert len(set(counts.tolist())) == 1


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("moon", {}, "there is no built-in table 'moon'\nhint: did you mean 'moons'?"),
        ("digits", {"n": 5}, "the table 'digits' takes no 'n'"),
        ("iris", {"noise": 0.1}, "the table 'iris' takes no 'noise'"),
        ("parity", {"noise": 0.1}, "the table 'parity' takes no 'noise'"),
        ("parity", {"n": 17}, "parity has from 2 to 16 bits, not 17"),
        ("moons", {"n": 1}, "the table 'moons' needs 2 rows or more, not 1"),
        ("xor", {"noise": -1.0}, "noise is a standard deviation, 0 or more, not -1.0"),
        ("xor", {"noise": float("nan")}, "noise is a standard deviation, 0 or more, not nan"),
        ("xor", {"seed": -1}, "a seed is a whole number from 0 to 2**64 - 1, not -1"),
    ],
)
def test_refused(name, given, message):
    with pytest.raises(UsageError) as caught:
        load(name, **given)
    assert str(caught.value) == message


DIGITS_SHA256 = "68aea062d35a127749050fa0e52dca09d6569ac08092c925610e0954e172dde2"
