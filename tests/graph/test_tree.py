"""Pytrees: taken apart, put together again, compared, and named by their paths."""

from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.graph.node import leaf
from chainrule.graph.tree import flatten, is_leaf, map_leaves, paths, rebuild, unflatten


class Pair(NamedTuple):
    left: Any
    right: Any


@dataclass(frozen=True, kw_only=True)
class Point:
    x: Any
    y: Any
    name: str = "here"

    def __post_init__(self) -> None:
        if self.name == "nowhere":
            raise ValueError("the checks run")


@dataclass(slots=True)
class Slotted:
    x: Any
    name: str


class Own:
    """A class that says itself what it is made of."""

    def __init__(self, weight: Any, rebuilt: int = 0) -> None:
        self.weight = weight
        self.rebuilt = rebuilt

    def tree_children(self) -> Any:
        return iter([("weight", self.weight)])

    def tree_rebuild(self, parts: dict[str, Any]) -> "Own":
        return Own(parts["weight"], self.rebuilt + 1)


SHAPED: list[tuple[Any, list[float], list[str]]] = [
    (2.0, [2.0], [""]),
    ([1.0, (2.0, 3.0)], [1.0, 2.0, 3.0], ["0", "1.0", "1.1"]),
    ({"b": 1.0, "a": [2.0]}, [2.0, 1.0], ["a.0", "b"]),
    ({2: 1.0, 1: 2.0}, [2.0, 1.0], ["1", "2"]),
    (Pair(1.0, Pair(2.0, None)), [1.0, 2.0], ["0", "1.0"]),
    (Point(x=1.0, y=[2.0]), [1.0, 2.0], ["x", "y.0"]),
    (Slotted(1.0, "s"), [1.0], ["x"]),
    (OrderedDict(a=1.0, b=2.0), [1.0, 2.0], ["a", "b"]),
    (defaultdict(list, a=1.0), [1.0], ["a"]),
    (Counter(a=1, b=2), [1, 2], ["a", "b"]),
    (MappingProxyType({"a": 1.0}), [1.0], ["a"]),
    ([], [], []),
    ({"only": "text", "none": None, "function": len}, [], []),
]
every_shape = pytest.mark.parametrize(("value", "leaves", "names"), SHAPED)


@every_shape
def test_there_and_back(value: Any, leaves: Any, names: Any) -> None:
    found, tree = flatten(value)
    assert found == leaves
    assert tree.n_leaves == len(leaves)
    same = unflatten(tree, found)
    assert same == value
    assert type(same) is type(value)


@every_shape
def test_paths_stand_beside_the_leaves(value: Any, leaves: Any, names: Any) -> None:
    assert paths(value) == names
    assert paths(value, "p") == [f"p.{n}" if n else "p" for n in names]


@every_shape
def test_new_leaves_for_old(value: Any, leaves: Any, names: Any) -> None:
    doubled = map_leaves(lambda a: a * 2, value)
    assert flatten(doubled)[0] == [x * 2 for x in leaves]
    assert flatten(doubled)[1] == flatten(value)[1]
    assert flatten(value)[0] == leaves


@every_shape
def test_structures_are_equal_to_themselves_only(value: Any, leaves: Any, names: Any) -> None:
    tree = flatten(value)[1]
    again = flatten(map_leaves(lambda a: a, value))[1]
    assert tree == again
    assert hash(tree) == hash(again)
    others = [other for other, *_ in SHAPED if other is not value]
    assert all(tree != flatten(other)[1] for other in others)
    assert tree != "a tree"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ({"w": 1.0}, {"v": 1.0}),
        ([1.0, 2.0], [1.0]),
        ([1.0], (1.0,)),
        ((1.0, 2.0), Pair(1.0, 2.0)),
        ([1.0, "relu"], [1.0, "tanh"]),
        ([1.0, None], [1.0, 2.0]),
        (1.0, [1.0]),
    ],
)
def test_structures_that_differ(a: Any, b: Any) -> None:
    assert flatten(a)[1] != flatten(b)[1]
    assert flatten(b)[1] != flatten(a)[1]


LEAVES = st.floats(allow_nan=False) | st.integers()
TREES = st.recursive(
    LEAVES | st.text(max_size=3) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.builds(Pair, inner, inner)
        | st.builds(Point, x=inner, y=inner)
    ),
    max_leaves=12,
)


@given(TREES)
def test_any_structure_there_and_back(value: Any) -> None:
    found, tree = flatten(value)
    assert unflatten(tree, found) == value
    assert len(paths(value)) == len(found) == tree.n_leaves


def test_what_is_a_leaf() -> None:
    for x in (1.0, 2, True, np.ones(2), np.float32(1), cr.tensor(1.0), leaf()):
        assert is_leaf(x)
        assert flatten(x)[0] == [x]
    for x in (None, "text", len, [1.0], float, Point):
        assert not is_leaf(x)


def test_a_class_is_no_container() -> None:
    assert flatten([Own, Point])[0] == []


def test_a_class_says_itself_what_it_is_made_of() -> None:
    made = map_leaves(lambda a: a + 1, {"net": Own([1.0, 2.0])})["net"]
    assert (made.weight, made.rebuilt) == ([2.0, 3.0], 1)
    assert paths({"net": made}) == ["net.weight.0", "net.weight.1"]


def test_neither_init_nor_checks_run_again() -> None:
    point = rebuild(Point(x=1.0, y=2.0), {"x": 3.0, "name": "nowhere"})
    assert (point.x, point.y, point.name) == (3.0, 2.0, "nowhere")


def test_a_default_survives() -> None:
    made = map_leaves(lambda a: a, defaultdict(list, a=1.0))
    assert made["new"] == []


def test_leaves_beside_each_other() -> None:
    a, b = {"w": 1.0, "v": [2.0]}, {"w": 10.0, "v": [20.0]}
    assert map_leaves(lambda x, y, z: x + y + z, a, b, a) == {"w": 12.0, "v": [24.0]}


def test_what_does_not_fit() -> None:
    with pytest.raises(UsageError) as caught:
        map_leaves(lambda x, y: x, {"w": 1.0}, {"w": 1.0, "v": [2.0]})
    assert str(caught.value) == "the structures differ: ['w'] and ['v.0', 'w']"
    with pytest.raises(UsageError) as caught:
        unflatten(flatten([1.0, 2.0])[1], [1.0])
    assert str(caught.value) == "the structure holds 2 leaves, got 1"
