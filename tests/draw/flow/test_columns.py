"""Numbers of layers: how they are written, and which give way."""

import math

from chainrule.draw.flow.columns import (
    columns_for,
    gradient,
    idle,
    idle_name,
    label,
    ratio,
    width_of,
)
from chainrule.explain.flow.records import Row
from tests.explain.flow.made import healthy, vanishing


def row(**numbers: float | str) -> Row:
    return Row("w", "layers.0", (2, 2), **numbers)  # type: ignore[arg-type]


def test_gradients() -> None:
    for size, text in ((4.2e-10, "4.2e-10"), (0.0, "0"), (31.0, "3.1e1")):
        assert gradient(row(gradient=size)) == (text, "gradient")
    assert gradient(row(gradient=math.nan)) == ("NaN", "bad")
    assert gradient(row(gradient=math.inf)) == ("∞", "bad")


def test_updates_that_are_not_usual_are_marked() -> None:
    assert ratio(row(ratio=9.6e-4)) == ("1e-3", "forward")
    assert ratio(row(ratio=0.02)) == ("○2e-2", "faint")
    assert ratio(row(ratio=0.0)) == ("○0", "faint")
    assert ratio(row(ratio=math.nan)) == ("NaN", "bad")


def test_idle_units() -> None:
    assert idle(row(idle=0.173)) == ("17 %", "plain")
    assert idle(row(idle=0.41)) == ("41 %", "bad")
    assert idle(row()) == ("", "plain")


def test_what_idle_units_are_called() -> None:
    dead, flat = row(idle=0.1), row(idle=0.1, kind="saturated")
    assert [idle_name(rows) for rows in ([dead], [flat], [dead, flat], [row()])] == [
        "dead", "satur.", "idle", "dead",
    ]  # fmt: skip


def test_the_end_of_a_long_name() -> None:
    assert label(Row("w", "encoder.blocks.11.attention.query", ())) == (
        "….11.attention.query", "plain",
    )  # fmt: skip
    assert len(label(Row("w", "x" * 50, ()))[0]) == 20


def test_columns_give_way_in_a_narrow_window() -> None:
    rows = healthy().rows
    counts = [len(columns_for(rows, room)) for room in (80, 36, 30, 22, 1)]
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (4, 1)
    wide = columns_for(rows, 80)
    assert len(columns_for(rows, width_of(wide))) == 4
    assert len(columns_for(rows, width_of(wide) - 1)) == 3


def test_a_column_with_nothing_in_it_is_left_out() -> None:
    assert [one.name for one in columns_for([row(gradient=1e-3)], 80)] == ["layer", "|∂L/∂W|"]
    assert [one.name for one in columns_for(vanishing().rows, 80)][-1] == "satur."
