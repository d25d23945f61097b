"""What may stand in an address."""

import pytest
from starlette.datastructures import QueryParams

from chainrule.errors import UsageError
from chainrule.serve.queries import MOST_NAMES, Query


def query(text: str) -> Query:
    return Query(QueryParams(text))


def test_what_is_left_out() -> None:
    assert query("").window() == (0, None, 2000)
    assert query("").texts("names") == []
    assert query("").text("stat", "rms") == "rms"
    assert query("step=").whole("step", None) is None


def test_what_is_given() -> None:
    assert query("first=3&last=9&columns=5").window() == (3, 9, 5)
    assert query("names=a%2Cb&names=%3Cb%3E").texts("names") == ["a,b", "<b>"]


@pytest.mark.parametrize(
    "text",
    ["first=-1", "first=x", "last=1.5", "columns=0", "columns=20001", "first=1&first=2",
     "last=99999999999999999999", "last=9999999999999999", "first=%D9%A1", "first=1_0",
     "first=%2B1", "columns=1e3"],
)  # fmt: skip
def test_what_is_wrong(text: str) -> None:
    with pytest.raises(UsageError):
        query(text).window()


def test_too_many_names() -> None:
    with pytest.raises(UsageError, match="1000 times"):
        query("&".join(["names=a"] * (MOST_NAMES + 1))).texts("names")
