"""The whole picture: header, legend, size, and what it says in words."""

from dataclasses import replace

import pytest

from chainrule.draw.circuit_picture import Look
from chainrule.draw.marks import Words
from chainrule.draw.metrics import text_width
from chainrule.draw.picture import MARGIN, description, legend, picture
from tests.draw.by_hand import HEIGHT, WIDTH, product

SCENE, LAYOUT = product()


def texts(theme: str = "light", step: int | None = None) -> list[Words]:
    made = picture(SCENE, LAYOUT, theme, step)
    return [mark for mark in made.flat() if isinstance(mark, Words)]


def test_it_says_in_words_what_is_to_be_seen() -> None:
    made = picture(SCENE, LAYOUT)
    assert made.title == "Circuit of f = (x + y) × z"
    assert made.description == (
        "Values: x = −2.00, y = 5.00, z = −4.00. Result: f = −12.00. "
        "Gradients of f: by x −4.00, by y −4.00, by z 3.00."
    )


def test_of_many_leaves_it_names_some() -> None:
    leaf = SCENE.by_id["n0"]
    many = replace(SCENE, nodes=tuple(replace(leaf, id=f"n{i}") for i in range(20)))
    assert " and 8 more." in description(many)


def test_nothing_computed() -> None:
    blank = replace(SCENE, nodes=tuple(replace(n, value=None, grad=None) for n in SCENE.nodes))
    assert description(blank) == "Nothing has been computed yet."


def test_a_long_circuit_is_called_by_its_title() -> None:
    assert picture(replace(SCENE, formula=None, title="loss"), LAYOUT).title == "Circuit of loss"
    assert picture(replace(SCENE, formula=None, title="<lambda>"), LAYOUT).title == "Circuit of f"


@pytest.mark.parametrize("step", [None, 3])
def test_everything_is_inside(step: int | None) -> None:
    made = picture(SCENE, LAYOUT, "light", step)
    assert made.width >= WIDTH + 2 * MARGIN
    assert made.height > HEIGHT + 2 * MARGIN
    for words in texts(step=step):
        wide = text_width(words.text, words.size, words.face)
        left = words.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor] * wide
        assert left >= MARGIN
        assert left + wide <= made.width - MARGIN + 1e-6
        assert words.size <= words.y <= made.height - MARGIN


def test_header_and_legend_do_not_overlap() -> None:
    narrow = replace(LAYOUT, width=200.0)
    for plan in (LAYOUT, narrow):
        found = [m for m in picture(SCENE, plan).flat() if isinstance(m, Words)]
        formula = [w for w in found if w.size > 20 and w.y < 100]
        key = [w for w in found if w.size == 13]
        right = max(w.x + text_width(w.text, w.size, w.face) for w in formula)
        assert min(w.x for w in key) > right or min(w.y for w in key) > formula[0].y + 13


def test_the_legend_tells_of_a_step_where_there_is_one() -> None:
    def said(step: int | None) -> list[str]:
        marks = legend(Look(SCENE, LAYOUT, "light", step)).marks
        return [m.text for m in marks if isinstance(m, Words)]

    assert said(None) == ["value, forward →", "← gradient, backward"]
    assert said(2) == ["value, forward →", "← gradient, backward", "local gradient"]
