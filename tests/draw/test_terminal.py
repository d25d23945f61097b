"""Ink for terminals: styles fall away where there is no colour, tables fit their window."""

import io

import pytest

from chainrule.draw import palette
from chainrule.draw.terminal import (
    STYLES,
    console,
    heading,
    indented,
    line,
    natural_width,
    plain_text,
    show,
    stacked,
    table,
)
from chainrule.graph.registry import ROLES


def test_plain_text_has_no_colours_and_no_trailing_spaces() -> None:
    made = table(("a", "bc"), [(line(("1", "forward")), line("2"))])
    assert plain_text(stacked([heading("Title"), indented(made)])) == "Title\n  a  bc\n  1  2"


def test_tables_without_names_have_no_line_for_them() -> None:
    assert plain_text(table(("", ""), [(line("x"), line("y"))])) == "x  y"


def test_columns_fold_where_they_may() -> None:
    made = table(("", ""), [(line("keep"), line("word " * 8))], folding=[1])
    assert natural_width(made) == 4 + 2 + 40
    folded = plain_text(made, 20).split("\n")
    assert len(folded) > 2
    assert max(map(len, folded)) <= 20


def test_showing_on_something_that_is_no_terminal() -> None:
    stream = io.StringIO()
    show(line(("value", "forward")), console(stream, 80))
    assert stream.getvalue() == "value\n"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("meaning", ["FORWARD", "GRADIENT", "LOCAL", "SECONDARY"])
def test_colours_can_be_read_on_light_and_on_dark(meaning: str) -> None:
    colour = getattr(palette, meaning)
    assert contrast(colour.light, "#fbfaf7") >= 4.5
    assert contrast(colour.dark, "#111317") >= 4.5
    assert contrast(colour.terminal, "#ffffff") >= 4.3
    assert contrast(colour.terminal, "#000000") >= 4.3


def test_every_role_and_style_has_words() -> None:
    assert set(ROLES) < set(palette.ROLES)
    assert {"forward", "gradient", "local"} < set(STYLES)
