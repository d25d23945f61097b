"""All rules over one record."""

import json

import numpy as np
import pytest

from chainrule.explain.doctor.diagnosis import NEEDS, RULES, Diagnosis, examine
from chainrule.explain.doctor.record import Record, Series
from tests.explain.doctor.records import STEPS, even, rules, sound


def test_sound_and_empty_records() -> None:
    assert rules(sound()) == []
    assert rules(sound({"layers.1": "tanh"})) == []
    assert rules(Record()) == []


def test_causes_come_first() -> None:
    record = sound(
        start={"targets": {"counts": [640]}},
        series={"layers.3:dead": even(1.0), "loss": even(1.5), "layers.3:std": even(1e-9)},
    )
    found = rules(record)
    assert found == sorted(found, key=[*RULES].index)
    assert found[0] == "constant labels"
    assert {"dead units", "vanishing gradient", "loss not moving"} <= set(found)


def test_each_finding_is_complete() -> None:
    record = sound(
        {"layers.1": "tanh", "layers.3": "relu"},
        start={"targets": {"counts": [9]}, "inputs": {"mean": [90.0], "std": [1.0]}},
        series={"layers.3:dead": even(1.0), "layers.1:saturated": even(0.9), "loss": even(9.0)},
        weights={"layers.0.weight": np.ones((20, 8))},
    )
    for finding in examine(record):
        assert finding.rule in RULES
        assert finding.text.endswith(".")
        assert finding.remedy.endswith(".")
        assert finding.source
        assert finding.where


def test_sequence() -> None:
    found = examine(sound(series={"layers.3:dead": even(1.0)}), "runs/a-1")
    assert not found.ok
    assert [x.rule for x in found] == found.rules == [found[0].rule]
    assert found[:1] == found.findings
    assert json.loads(json.dumps(found.as_dict()))["run"] == "runs/a-1"
    assert Diagnosis().ok


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 0.0, 1e308])
def test_no_numbers_break_it(bad: float) -> None:
    """Whatever stands in the series, rules find something or nothing, and do not raise."""
    names = [*sound().series]
    for name in names:
        rules(sound(series={name: even(bad)}))
        rules(sound(series={name: Series(STEPS[:1], np.array([bad]))}))
        rules(sound(series={name: Series(STEPS[:0], np.array([]))}))
    rules(sound(series={name: even(bad) for name in names}))
    rules(sound(weights={"layers.0.weight": np.full((20, 8), bad)}))


def test_rules_whose_numbers_are_missing_are_not_asked() -> None:
    assert list(NEEDS) == list(RULES)
    assert examine(sound()).looked == tuple(RULES)
    assert examine(Record()).looked == ("saturated units", "dead units")
    bare = sound()
    record = Record(start={}, series={"loss": bare.loss})
    assert "loss not moving" in examine(record).looked
    assert "loss at chance" not in examine(record).looked
