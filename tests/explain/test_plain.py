"""Plain data: nothing that JSON does not have."""

import json
import math

import numpy as np

import chainrule as cr
from chainrule.explain.plain import graph_data, jsonable, report_data


def test_numbers_that_json_has_not() -> None:
    found = jsonable({"a": np.array([1.0, math.inf]), "b": (-math.inf, math.nan), "c": np.int64(2)})
    assert found == {"a": [1.0, "Infinity"], "b": ["-Infinity", "NaN"], "c": 2}


def test_a_graph_is_plain_before_and_after_its_passes() -> None:
    g = cr.Graph("x*x + 1", x=3.0)
    assert json.loads(json.dumps(graph_data(g)))["value"] is None
    g.forward()
    g.backward()
    data = json.loads(json.dumps(graph_data(g)))
    assert data["gates"][0]["inputs"] == ["x", "x"]
    assert data["leaves"][0]["contributions"] == [
        {"from": "v1", "operand": 0, "value": 3.0},
        {"from": "v1", "operand": 1, "value": 3.0},
    ]
    assert data["backward_order"] == ["f", "v1"]


def test_a_report_is_plain() -> None:
    data = json.loads(json.dumps(report_data(cr.check_gradients("relu(x)", 0.0))))
    assert data["inputs"][0]["verdict"] == "kink"
    assert data["inputs"][0]["numeric"] == "NaN"
    assert data["gates"][0]["op"] == "relu"
