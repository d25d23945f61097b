"""A layout as JSON."""

import json

from chainrule.draw.layout.make import layout
from chainrule.draw.layout.records import SCHEMA, layout_data
from tests.draw.layout.scenes import scene_of

SCENE = scene_of({"p": ["x", "y"], "f": ["p", "x"]}, {"p": "m0"})


def test_a_layout_is_json() -> None:
    data = layout_data(layout(SCENE))
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["schema"] == SCHEMA
    assert {*data} == {
        *("schema", "width", "height", "places", "paths", "labels"),
        *("items", "strands", "containers"),
    }


def test_what_is_closed_is_in_the_plan() -> None:
    data = layout_data(layout(SCENE, []))
    assert "p" not in data["places"]
    assert "p" in data["items"]
    assert data["containers"]["m0"][1] == ["p"]
    assert layout(SCENE, []).containers["m0"].layers[1] == ("p",)


def test_the_plan_does_not_depend_on_what_is_open() -> None:
    assert layout(SCENE, []).plan == layout(SCENE).plan
