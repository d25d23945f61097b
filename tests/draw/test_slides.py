"""Slides: a page for each step, everything on it, nothing cut."""

import re

import pytest

from chainrule.draw.layout.make import layout
from chainrule.draw.marks import Picture, Words
from chainrule.draw.metrics import text_width
from chainrule.draw.slides import HEIGHT, MARGIN, WIDTH, pages, slides
from chainrule.explain.scene.records import Scene
from tests.golden.graphs import neuron, two_layers


@pytest.fixture(scope="module")
def scene() -> Scene:
    return neuron().scene()


@pytest.fixture(scope="module")
def made(scene: Scene) -> list[Picture]:
    return list(pages(scene, layout(scene)))


def texts(page: Picture) -> list[str]:
    return [mark.text for mark in page.flat() if isinstance(mark, Words)]


def test_a_page_for_each_step_and_two_more(scene: Scene, made: list[Picture]) -> None:
    assert len(made) == len(scene.steps) + 2 == 19
    assert {(page.width, page.height) for page in made} == {(WIDTH, HEIGHT)}
    assert WIDTH / HEIGHT == 16 / 9
    assert all(f"{i} of 19" in texts(page) for i, page in enumerate(made, 1))


def test_first_and_last(made: list[Picture]) -> None:
    assert "−2.00" in texts(made[0])  # what the leaves bring
    assert "0.73" not in texts(made[0])
    last = texts(made[-1])
    assert {"0.73", "1.00", "−0.59", "✓ finite differences agree"} <= set(last)


def test_a_step_says_where_it_is(made: list[Picture]) -> None:
    assert "Forward 8 of 8" in texts(made[8])
    assert "Backward 1 of 9" in texts(made[9])


def test_everything_is_on_the_page(made: list[Picture]) -> None:
    for page in made:
        for mark in page.flat():
            if isinstance(mark, Words):
                wide = text_width(mark.text, mark.size, mark.face)
                left = mark.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * wide
                assert left >= MARGIN - 1
                assert left + wide <= WIDTH - MARGIN + 1
                assert mark.size < mark.y < HEIGHT


def test_a_wide_circuit_follows_the_step() -> None:
    scene = two_layers().scene(check=False)
    plan = layout(scene)
    found = list(pages(scene, plan))
    sizes = [max(w.size for w in p.flat() if isinstance(w, Words) and w.face == "mono")
             for p in found]  # fmt: skip
    assert sizes[0] == sizes[-1] < 8 < min(sizes[1:-1])
    assert all(size >= 11.8 for size in sizes[1:-1])


def test_the_file(scene: Scene) -> None:
    data = slides(scene, layout(scene), "dark")
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/MediaBox \[0 0 960(?:.00)? 540(?:.00)?\]", data)) == 19
