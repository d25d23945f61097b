"""What holds for every layout, on random scenes; and how long it may take."""

import time
from itertools import pairwise

import pytest

from chainrule.draw.layout.make import layout
from chainrule.draw.layout.records import Layout, layout_data
from chainrule.explain.scene.records import MODULE, Scene
from tests.draw.layout.geometry import complaints, operands_out_of_order
from tests.draw.layout.scenes import dense, random_scene, scene_of

SEEDS = range(30)


def made(seed: int) -> Scene:
    return random_scene(seed, 2 + seed, seed // 4)


def boxes(scene: Scene) -> list[str]:
    return [node.id for node in scene.nodes if node.kind == MODULE]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_overlaps_and_no_wire_passes_through_a_gate(seed: int) -> None:
    scene = made(seed)
    inside = boxes(scene)
    for opened in (None, [], inside[:1], inside[::2]):
        assert not complaints(scene, opened, layout(scene, opened))


@pytest.mark.parametrize("seed", SEEDS)
def test_operands_stand_in_order(seed: int) -> None:
    scene = made(seed)
    assert not [*operands_out_of_order(scene, layout(scene))]


def test_the_first_operand_is_on_top_whatever_crosses() -> None:
    crossing = {"p": ["a", "b"], "q": ["c", "d"], "r": ["b", "p"], "f": ["q", "r"]}
    assert not [*operands_out_of_order(scene_of(crossing), layout(scene_of(crossing)))]
    drawn = layout(scene_of({"f": ["a", "b"]}))
    assert drawn.places["a"].y < drawn.places["b"].y
    swapped = layout(scene_of({"f": ["b", "a"]}))
    assert swapped.places["b"].y < swapped.places["a"].y


@pytest.mark.parametrize("seed", SEEDS[::5])
def test_the_same_scene_has_the_same_layout(seed: int) -> None:
    assert layout_data(layout(made(seed))) == layout_data(layout(made(seed)))


def inner_order(drawn: Layout) -> list[list[str]]:
    """Return what stands beneath each other, by column of each container, from top to bottom."""
    found = []
    for container in drawn.containers.values():
        for column in container.layers:
            seen = [name for name in column if name in drawn.places]
            found.append(sorted(seen, key=lambda name: drawn.places[name].y))
    return found


@pytest.mark.parametrize("seed", SEEDS[4::3])
def test_opening_a_box_keeps_the_order_of_everything_else(seed: int) -> None:
    scene = made(seed)
    closed = layout(scene, [])
    for box in boxes(scene):
        opened = layout(scene, [box])
        before = {frozenset(column): column for column in inner_order(closed) if column}
        after = {frozenset(column): column for column in inner_order(opened) if column}
        assert before.items() <= after.items()
        for column in closed.containers[""].layers:
            middles = {
                drawn.places[n].x for drawn in (closed,) for n in column if n in drawn.places
            }
            assert len(middles) <= 1
        assert columns_from_left(opened) == columns_from_left(closed)


def columns_from_left(drawn: Layout) -> list[int]:
    x = [
        min((drawn.places[name].x for name in column if name in drawn.places), default=None)
        for column in drawn.containers[""].layers
    ]
    seen = [i for i, value in enumerate(x) if value is not None]
    return sorted(seen, key=lambda i: x[i] or 0.0)


def test_a_chain_is_one_straight_line() -> None:
    drawn = layout(scene_of({"g": ["x"], "h": ["g"], "f": ["h"]}))
    assert len({place.y for place in drawn.places.values()}) == 1
    assert all(len(path) == 2 for path in drawn.paths.values())


def test_a_long_wire_is_straight_between_its_ends() -> None:
    scene = scene_of({"p": ["x"], "q": ["p"], "r": ["q"], "f": ["x", "r"]})
    path = layout(scene).paths[next(w.id for w in scene.wires if w.target == "f")]
    level = [(a, b) for a, b in pairwise(path) if a.y == b.y]
    assert max(b.x - a.x for a, b in level) > 0.8 * (path[-1].x - path[0].x)


def test_leaves_stand_beside_their_first_use() -> None:
    drawn = layout(scene_of({"g": ["x"], "h": ["g"], "f": ["h", "late"]}))
    assert drawn.places["late"].x == drawn.places["h"].x


LIMITS = [  # milliseconds on one of two cores
    ("10 nodes", scene_of({"p": "ab", "q": "cd", "r": "pq", "s": "r", "f": "s"}), 2),
    ("300 nodes in a net", dense([7, 6, 5]), 50),
    ("300 nodes in boxes", random_scene(1, 120, 20), 50),
    ("3,000 nodes in a dense net", dense([22, 21, 22]), 1000),
    ("3,000 nodes in a row", scene_of({f"g{i}": [f"g{i - 1}"] for i in range(3000)}), 1000),
]


@pytest.mark.parametrize(("scene", "limit"), [x[1:] for x in LIMITS], ids=[x[0] for x in LIMITS])
def test_it_takes_no_more_than_five_times_the_limit(scene: Scene, limit: float) -> None:
    spent = []
    for _ in range(3):
        start = time.process_time()
        layout(scene)
        spent.append(1000 * (time.process_time() - start))
        if spent[-1] < 5 * limit:
            break
    assert min(spent) < 5 * limit
