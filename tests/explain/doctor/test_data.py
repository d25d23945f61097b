"""Inputs and targets."""

from typing import Any

import numpy as np
import pytest

from chainrule.explain.doctor.data import inputs, labels
from chainrule.explain.doctor.record import Record
from chainrule.train.introduction import columns, targets
from tests.explain.doctor.records import sound

X = np.random.default_rng(0).normal(size=(500, 8))


def of(x: Any) -> Record:
    return sound(start={"inputs": columns(x)})


def changed(column: int, factor: float = 1.0, shift: float = 0.0) -> Any:
    x = X.copy()
    x[:, column] = x[:, column] * factor + shift
    return x


def test_sound() -> None:
    assert not inputs(of(X))
    assert not inputs(Record())
    assert not labels(sound())
    assert not labels(Record())


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (changed(3, shift=9), "input column 3 has mean 9.1 and standard deviation 1,"),
        (changed(2, factor=1000), "input column 2 has standard deviation 9.7e+02, above 30"),
        (X * [1e-3, 1e-3, 1, 1, 1, 1, 1, 1], "below 0.033; so it is with 1 more: one rate cannot"),
        (X + 50, "so it is with 7 more"),
        (changed(1, factor=0, shift=50), "input column 1 is 50 in every row"),
        (np.hstack([X, np.zeros((500, 4))]), "input column 8 is 0 in every row; so it is with 3"),
    ],
)
def test_badly_scaled(x: Any, words: str) -> None:
    (found,) = inputs(of(x))
    assert words in found.text
    assert abs(np.log(found.number)) > abs(np.log(found.threshold)) or "every row" in words


def test_rare_ones_and_a_column_of_zeros_do_no_harm() -> None:
    x = np.hstack([X, np.zeros((500, 2))])
    x[:, 8] = np.arange(500) == 7
    assert not inputs(of(x))


def test_few_columns_that_hardly_vary_do_no_harm() -> None:
    assert not inputs(of(changed(2, factor=1e-3)))


def test_pixels_and_rare_zeros_do_no_harm() -> None:
    pixels = 0.75 + 0.1 * np.tanh(X)
    assert pixels.mean() > 3 * pixels.std()
    assert not inputs(of(pixels))
    rare = X.copy()
    rare[:, 3] = np.arange(500) % 100 > 0
    assert not inputs(of(rare))


def test_many_columns() -> None:
    x = np.random.default_rng(0).normal(size=(300, 400))
    assert not inputs(of(x))
    assert inputs(of(x * 1000))


@pytest.mark.parametrize("y", [np.zeros(50, np.int64), np.full((50, 1), 0.7), np.full(50, 3)])
def test_constant_targets(y: Any) -> None:
    (found,) = labels(sound(start={"targets": targets(y)}))
    assert found.rule == "constant labels"


def test_varied_targets() -> None:
    for y in (np.arange(50) % 3, np.arange(50.0)[:, None]):
        assert not labels(sound(start={"targets": targets(y)}))
