"""Why no gradient arrives, in words."""

from typing import Any

import pytest

import chainrule as cr


def two_walls(x: Any) -> Any:
    return cr.floor(x) * cr.sign(x)


def half_blocked(x: Any) -> Any:
    return cr.floor(x) * x


def test_every_gate_that_blocks_is_named() -> None:
    assert cr.derive(two_walls, x=2.5).reason == (
        "every path from x to f is blocked: floor (v1), sign (v2) let none through"
    )


def test_one_open_path_is_enough() -> None:
    found = cr.derive(half_blocked, x=2.5)
    assert (found.gradient, found.reason, found.paths) == (2.0, "", 1)


@pytest.mark.parametrize("wrt", ["v1", "x"])
def test_behind_a_wall(wrt: str) -> None:
    found = cr.derive("floor(x*2) + y", wrt=wrt, x=1.2, y=1.0)
    assert found.gradient is None
    assert "floor (v2) lets none through" in found.reason
