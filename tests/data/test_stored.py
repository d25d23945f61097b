"""Checked access to stored mappings."""

import pytest

from chainrule.data.stored import Stored
from chainrule.errors import FileError


def stored(value):
    return Stored({"k": value}, "top")


def test_right_types_pass():
    assert stored("a").text("k") == "a"
    assert stored("a").text("k", among=("a", "b")) == "a"
    assert stored(3).number("k") == 3.0
    assert stored(True).truth("k") is True
    assert stored(["a", "a"]).texts("k") == ("a", "a")
    assert stored({"t": "x"}).object("k").text("t") == "x"
    assert [item.text("t") for item in stored([{"t": "x"}]).objects("k")] == ["x"]


@pytest.mark.parametrize(
    ("value", "read", "message"),
    [
        (1, lambda s: s.text("k"), "top.k is 1, but needs to be a text"),
        ("c", lambda s: s.text("k", among=("a", "b")), "top.k is 'c', but needs to be one of a, b"),
        ("1", lambda s: s.number("k"), "top.k is '1', but needs to be a finite number"),
        (True, lambda s: s.number("k"), "top.k is True, but needs to be a finite number"),
        (1e999, lambda s: s.number("k"), "top.k is inf, but needs to be a finite number"),
        (
            10**400,
            lambda s: s.number("k"),
            "top.k is 1" + "0" * 39 + "..., but needs to be a finite number",
        ),
        (0, lambda s: s.number("k", positive=True), "top.k is 0, but needs to be a number above 0"),
        (1, lambda s: s.truth("k"), "top.k is 1, but needs to be true or false"),
        ("ab", lambda s: s.texts("k"), "top.k is 'ab', but needs to be a list of texts"),
        (["a", 1], lambda s: s.texts("k"), "top.k is ['a', 1], but needs to be a list of texts"),
        (
            ["a", "a"],
            lambda s: s.texts("k", distinct=True),
            "top.k is ['a', 'a'], but needs to be a list of different texts",
        ),
        ({}, lambda s: s.objects("k"), "top.k is {}, but needs to be a list"),
        ([1], lambda s: s.objects("k"), "top.k[0] is 1, but needs to be an object"),
        (None, lambda s: s.object("k"), "top.k is None, but needs to be an object"),
        (
            "x" * 50,
            lambda s: s.truth("k"),
            "top.k is '" + "x" * 39 + "..., but needs to be true or false",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_types_are_named(value, read, message):
    with pytest.raises(FileError) as caught:
        read(stored(value))
    assert str(caught.value) == "the stored encoder is damaged: " + message


def test_the_whole_is_no_object():
    with pytest.raises(FileError) as caught:
        Stored([])
    assert str(caught.value) == "the stored encoder is damaged: it is [], but needs to be an object"
