import dataclasses
import json
import math

import pytest

from chainrule.errors import FileError
from chainrule.explain.scene.records import SCHEMA, CheckRow
from chainrule.explain.scene.stored import (
    expression_data,
    read_expression,
    read_scene,
    scene_data,
    scene_text,
)
from chainrule.graph.formula import Number, Symbol, maths
from tests.golden.graphs import SMALL, neuron

X = Symbol("x")


@pytest.mark.parametrize("name", SMALL)
def test_a_scene_is_read_back_to_the_last_bit(name):
    scene = SMALL[name]().scene()
    again = read_scene(scene_text(scene))
    assert repr(again) == repr(scene)  # which compares NaN, too


def test_what_json_has_not_is_written_in_words():
    scene = SMALL["nan-in-log"]().scene()
    data = json.loads(scene_text(scene))
    values = [wire.get("value") for wire in data["wires"]]
    assert "NaN" in values
    assert math.isnan(
        next(w.value for w in read_scene(scene_text(scene)).wires if w.value != w.value)
    )


def test_the_schema_comes_first_and_blanks_are_left_out():
    data = scene_data(neuron().scene(check=False))
    assert next(iter(data)) == "schema"
    assert data["schema"] == SCHEMA
    assert "check" not in data
    assert "source" not in data["nodes"][0]


@pytest.mark.parametrize(
    ("tree", "data"),
    [
        (X, "x"),
        (Number(2.5), 2.5),
        (X * 2 + maths.exp(-X), ["add", ["multiply", "x", 2], ["exp", ["negative", "x"]]]),
        (Number(math.inf) * X, ["multiply", ["number", "Infinity"], "x"]),
    ],
)
def test_expressions_are_nested_lists(tree, data):
    assert expression_data(tree) == data
    assert read_expression(data) == tree


def test_deep_expressions_need_no_recursion():
    tree = X
    for _ in range(20_000):
        tree = tree + 1
    assert read_expression(expression_data(tree)) == tree


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is no scene: Expecting property name enclosed in double quotes"),
        ("[]", f"expected a scene of schema {SCHEMA}, got None"),
        ('{"schema": "chainrule.scene/9"}', "got chainrule.scene/9"),
        (f'{{"schema": "{SCHEMA}", "nodes": [3]}}', "this scene is damaged: TypeError"),
    ],
)  # fmt: skip
def test_what_is_no_scene_is_refused(text, message):
    with pytest.raises(FileError, match=message):
        read_scene(text)


def test_whole_numbers_and_truth_survive():
    row = CheckRow(
        input="x", value=1.0, backprop=0.1, difference=math.nan, error=0.0, step=1e-5,
        verdict="edge", ok=True,
    )  # fmt: skip
    scene = dataclasses.replace(neuron().scene(check=False), check=(row,))
    assert repr(read_scene(scene_text(scene)).check) == repr((row,))
