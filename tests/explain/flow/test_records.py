"""Plain values of a flow, and what counts as trouble."""

import json
import math

from chainrule.explain.flow.records import Row
from chainrule.explain.flow.scale import Band
from tests.explain.flow.made import diverging, flow_of, made


def test_json_knows_what_was_not_measured_and_what_is_not_finite() -> None:
    found = diverging().as_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["map"][1][29:31] == [10.0, "nan"]
    assert found["map"][0][30] == 0.0
    assert found["rows"][2]["gradient"] == "nan"
    assert found["rows"][2]["idle"] is None
    assert found["band"] == {"low": -4.2, "high": -2.2}
    assert found["curves"]["loss"]["last"] == "nan"
    late = flow_of([[1e-3]], range(5, 9), loss=made(range(1, 9), 1.0)).as_dict()
    assert late["steps"] == list(range(1, 9))
    assert late["map"][0][:4] == [None] * 4


def test_the_worst_is_what_is_not_finite() -> None:
    well = Row("w", "w", (), gradient=1e-3, ratio=1e-3, idle=0.1)
    dead = Row("w", "w", (), gradient=1e-3, idle=0.41)
    slow = Row("w", "w", (), gradient=1e-3, ratio=9e-5)
    faint = Row("w", "w", (), gradient=1e-9, ratio=1e-3)
    broken = Row("w", "w", (), gradient=math.nan)
    marks = [row.trouble(Band()) for row in (well, dead, slow, faint, broken)]
    assert marks[0] == 0
    assert marks[1] == marks[2] == 1
    assert marks[2] < marks[3] < marks[4]
    assert Row("w", "w", ()).trouble(Band()) == 0


def test_limits_of_idle_units_depend_on_their_kind() -> None:
    assert Row("w", "w", (), kind="dead", idle=0.5).is_idle
    assert not Row("w", "w", (), kind="saturated", idle=0.5).is_idle
