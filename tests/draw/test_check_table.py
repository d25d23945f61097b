"""A gradient check in HTML."""

import re

import chainrule as cr
from chainrule.draw.check_table import html
from tests.explain import faulty


def cells(text: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", text)
    return [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in rows]


def test_a_row_for_each_input() -> None:
    text = html(cr.check_gradients("x*y + max(y, 3)", x=2.0, y=3.0))
    header, x, y = cells(text)
    assert header == ["input", "backprop", "differences", "relative error", ""]
    assert (x[:2], x[4]) == (["x", "3"], "✓ agrees")
    assert (y[0], y[4]) == ("y", "∧ kink: no derivative")
    assert "backward rules agree" in text
    assert "hint" not in text


def test_what_is_wrong_is_said() -> None:
    text = html(cr.check_gradients(lambda x, y: faulty.swapped(x, y), 2.0, 3.0))
    assert "✗ wrong" in text
    assert "the backward rule of swapped is wrong" in text
    assert "hint: a rule returns" in text
