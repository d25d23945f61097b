"""The picture of a chain: units, matrices, activations, frames, ways past columns."""

from typing import Any

import pytest

from chainrule import nn
from chainrule.draw import palette
from chainrule.draw.architecture.columns import described, picture
from chainrule.draw.marks import Path, Words
from chainrule.explain.architecture import Architecture, columns
from chainrule.nn.outline import outline
from tests.nn.architectures import residual_net

XOR = outline(nn.MLP(2, 2, 1, key=0, activation="tanh", output="sigmoid"))


def words(net: Architecture) -> list[str]:
    return [mark.text for mark in picture(net).flat() if isinstance(mark, Words)]


def test_matrices_and_shapes_stand_under_the_gaps() -> None:
    said = words(columns([64, 128, 64, 10]))
    assert [w for w in said if w.startswith("Θ")] == [
        "Θ⁽¹⁾  128×64", "Θ⁽²⁾  64×128", "Θ⁽³⁾  10×64",
    ]  # fmt: skip
    assert said.count("56 more") == 2
    assert "17,226 parameters" in said
    assert "positive" not in said  # nothing is known of the weights


def test_entries_of_small_matrices_are_written() -> None:
    said = words(XOR)
    link = XOR.links[0]
    assert f"{abs(link.weights[0, 0]):.2f}" in " ".join(said)
    assert {"Tanh", "Sigmoid", "positive", "negative"} <= set(said)


def test_repeated_columns_say_how_often() -> None:
    assert "× 49" in words(columns([64] * 50 + [10]))
    assert "× 49" not in words(columns([64, 128, 10]))


def test_ways_past_columns() -> None:
    said = words(outline(residual_net()))
    assert "from before LayerNorm" in said
    assert "+" in said
    assert "× 3" in said


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_are_eleven_pixels_at_least_and_inside(theme: str) -> None:
    for net in (XOR, columns([64] * 50 + [10]), outline(residual_net())):
        drawn = picture(net, theme)
        for mark in drawn.flat():
            if isinstance(mark, Words) and mark.face not in ("italic", "upright"):
                assert mark.size >= 11
            xs: list[Any] = [c[-2] for c in mark.commands] if isinstance(mark, Path) else [mark.x]
            assert all(0 <= x <= drawn.width for x in xs)


def test_the_picture_in_words() -> None:
    assert described(XOR) == (
        "A net with 9 parameters; its columns have these units: 2, 2 (Tanh), 1 (Sigmoid)."
    )


def test_weights_that_are_not_finite_are_named() -> None:
    model = nn.MLP(2, 2, 1, key=0)
    state = model.state_dict()
    state["layers.0.weight"][0, 1] = float("nan")
    drawn = picture(outline(model.load_state_dict(state)))
    inks = {mark.text: mark.colour for mark in drawn.flat() if isinstance(mark, Words)}
    assert inks["NaN"] == palette.GRADIENT.light
    assert "not finite" in inks
    assert "not finite" not in words(XOR)
