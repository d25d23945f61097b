"""Trials before training, as data."""

import json

import numpy as np
import pytest

from chainrule.explain.doctor.trial import Sanity, Trial


def trial(number: float) -> Trial:
    return Trial("loss at chance", "did", "came", "expected", number, 1.0, 2.0, "remedy")


@pytest.mark.parametrize("number", [0.9, 2.1, np.nan, np.inf, -np.inf])
def test_outside(number: float) -> None:
    assert not trial(number).ok
    assert json.loads(json.dumps(trial(number).as_dict(), allow_nan=False))["ok"] is False


def test_all_must_come_as_expected() -> None:
    good, bad = trial(1.5), trial(3.0)
    assert Sanity((good, good)).ok
    both = Sanity((good, bad))
    assert not both.ok
    assert [*both] == [both[0], both[1]] == [*both[:2]]
    assert str(both) == repr(both)
    assert str(both).startswith("1 of 2 trials came as expected")
