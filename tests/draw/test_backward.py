"""The backward pass in sentences."""

from typing import Any

import numpy as np

import chainrule as cr
from chainrule.draw.backward import leaf_lines, steps
from chainrule.draw.terminal import plain_text


def computed(f: Any, /, **values: Any) -> cr.Graph:
    g = cr.Graph(f, **values)
    g.forward()
    g.backward()
    return g


def test_local_times_upstream_is_downstream() -> None:
    shown = plain_text(steps(computed("(x+y)*z", x=-2.0, y=5.0, z=-4.0), 4)).split("\n")
    assert (
        shown
        == [
            "   start       ∂f/∂f = 1",
            "1  f = v1 × z  ∂f/∂v1 = −4 × 1 = −4",
            "               ∂f/∂z = 3 × 1 = 3",
            "2  v1 = x + y  ∂f/∂x = 1 × (−4) = −4",
            "               ∂f/∂y = 1 × (−4) = −4",
        ]
        or shown[0].strip() == "start       ∂f/∂f = 1"
    )
    assert shown[1:3] == ["1  f = v1 × z  ∂f/∂v1 = −4 × 1 = −4", "               ∂f/∂z = 3 × 1 = 3"]


def test_shares_are_counted_and_added() -> None:
    shown = plain_text(steps(computed("x*x + x", x=3.0), 4))
    assert "to x:  1 × 1 = 1   share 1 of 3" in shown
    assert "to x:  3 × 1 = 3   share 3 of 3" in shown
    assert "∂f/∂x = 1 + 3 + 3 = 7   shares add" in shown


def test_leaves_that_get_nothing_say_why() -> None:
    def f(x: Any, unused: Any, i: Any, w: Any) -> Any:
        return cr.sum(x[i]) + cr.floor(w)

    g = computed(f, x=[1.0, 2.0], unused=1.0, i=np.array([0]), w=1.5)
    shown = plain_text(leaf_lines(g, 4)).split("\n")
    assert [line.split(maxsplit=1)[1] for line in shown] == [
        "=  [1, 0]",
        "no gradient: the output does not use it",
        "no gradient: not a real number",
        "no gradient flows",
    ]
