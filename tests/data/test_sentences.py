"""The sentences on what was decided."""

import numpy as np

from chainrule.data import Feature, Table
from chainrule.data.sentences import on_categories, on_gaps, on_inputs, on_left_out


def test_on_inputs():
    features = [
        Feature(name="a", kind="number"),
        Feature(name="b", kind="number"),
        Feature(name="c", kind="boolean"),
        Feature(name="d", kind="category", categories=("x",)),
        Feature(name="e", kind="category", categories=("y",)),
        Feature(name="f", kind="date"),
    ]
    assert on_inputs(features, "scaled somehow") == [
        "2 numbers scaled somehow: 'a', 'b'",
        "1 date as days since 1970-01-01, with mean 0 and standard deviation 1: 'f'",
        "1 boolean as 0 and 1: 'c'",
        "2 categories as one input of 0 or 1 for each category: 'd', 'e'",
    ]


def test_long_lists_are_cut():
    features = [Feature(name=f"x{i}", kind="boolean") for i in range(7)]
    assert on_inputs(features, "") == [
        "7 booleans as 0 and 1: 'x0', 'x1', 'x2', 'x3', 'x4' and 2 more"
    ]


def test_on_categories():
    names = [f"c{i:02}" for i in range(51)]
    rows = np.arange(102)
    table = Table.of({"c": names * 2, "d": (names[:50] * 3)[:102]})
    features = [Feature.fit(table, name, rows) for name in ("c", "d")]
    assert on_categories(features, table, rows) == [
        "'c' has 51 categories: the 50 most frequent are kept, others count as not seen"
    ]


def test_on_gaps():
    features = [Feature(name="a", kind="number", gaps=True), Feature(name="b", kind="number")]
    assert on_gaps(features) == ["entries are missing in 'a': one more input says where"]
    assert on_gaps(features[1:]) == []


def test_on_left_out():
    reasons = {"a": "always the same", "b": "no entry is present", "c": "always the same"}
    assert on_left_out(reasons) == [
        "left out 'a', 'c': always the same",
        "left out 'b': no entry is present",
    ]
