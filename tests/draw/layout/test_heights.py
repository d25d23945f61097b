"""Heights of slots: straight lines, room between neighbours, least squares."""

from itertools import pairwise

import numpy as np
import pytest

from chainrule.draw.layout.heights import Blocks, Link, Slot, heights, straightened

ROW = Slot(10, 10)


def link(column: int, start: int, end: int, straight: int = 0, weight: float = 1.0) -> Link:
    return Link(column, start, 0.0, end, 0.0, weight, straight)


def random_case(seed: int) -> tuple[list[list[Slot]], list[Link]]:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 9, rng.integers(2, 8))
    columns = [[Slot(*map(float, rng.integers(5, 40, 2))) for _ in range(n)] for n in sizes]
    links = [
        link(c, int(rng.integers(a)), int(rng.integers(b)), int(rng.integers(5)))
        for c, (a, b) in enumerate(pairwise(sizes))
        for _ in range(a + b)
    ]
    return columns, links


def bends(links: list[Link], ys: list[list[float]]) -> list[float]:
    return [ys[x.column][x.start] + x.leave - ys[x.column + 1][x.end] - x.arrive for x in links]


def test_two_leaves_stand_around_their_gate() -> None:
    wide = Slot(20, 20)
    ys = heights([[wide, wide], [ROW]], [link(0, 0, 0), link(0, 1, 0)])
    assert ys == [[20, 60], [40]]


def test_a_chain_is_straight_by_its_ports() -> None:
    links = [Link(0, 0, 5.0, 0, -3.0, 1.0, 3), Link(1, 0, 0.0, 0, 0.0, 1.0, 3)]
    ys = heights([[ROW], [ROW], [ROW]], links)
    assert bends(links, ys) == [0, 0]
    assert ys[1][0] - ys[0][0] == 8


def test_what_is_nearly_straight_becomes_straight() -> None:
    near = [Link(0, 0, 0.0, 0, -4.0, 1.0, 0), Link(0, 1, 0.0, 0, 4.0, 1.0, 0)]
    assert 0 in bends(near, heights([[ROW, ROW], [ROW]], near))
    far = [Link(0, 0, 0.0, 0, -4.0, 1.0, 0), Link(0, 1, 0.0, 0, 4.0, 1.0, 0)]
    apart = [[Slot(30, 30)] * 2, [ROW]]
    assert bends(far, heights(apart, far)) == [-26, 26]


def test_crossing_links_are_not_both_straight() -> None:
    chosen = straightened([link(0, 0, 1, 1), link(0, 1, 0, 2)], 2)
    assert chosen == [{}, {0: link(0, 1, 0, 2)}]


def test_a_slot_is_straight_to_one_side_once() -> None:
    chosen = straightened([link(0, 0, 0, 2), link(0, 0, 1, 2), link(0, 1, 0, 2)], 2)
    assert chosen == [{}, {0: link(0, 0, 0, 2)}]


@pytest.mark.parametrize("seed", range(40))
def test_neighbours_keep_their_order_and_room(seed: int) -> None:
    columns, links = random_case(seed)
    ys = heights(columns, links)
    for column, found in zip(columns, ys, strict=True):
        for (a, y), (b, below) in pairwise(zip(column, found, strict=True)):
            assert below - y >= a.below + b.above - 0.51  # half a pixel by rounding
    assert min(y - slot.above for y, slot in zip(ys[0], columns[0], strict=True)) >= 0


@pytest.mark.parametrize("seed", range(40))
def test_straight_links_are_straight_to_the_bit(seed: int) -> None:
    columns, links = random_case(seed)
    ys = heights(columns, links)
    chosen = [x for column in straightened(links, len(columns)) for x in column.values()]
    assert chosen
    assert not any(bends(chosen, ys))


def long_case(seed: int) -> tuple[list[list[Slot]], list[Link]]:
    """Return wires through many columns, some ending on the way, and slots of all sizes."""
    rng = np.random.default_rng(seed)
    columns: list[list[Slot]] = []
    links = []
    size = 6
    for c in range(12):
        columns.append([Slot(*map(float, rng.integers(2, 60, 2))) for _ in range(size)])
        kept = sorted(rng.choice(size, max(size - int(rng.integers(3)), 2), replace=False).tolist())
        size = len(kept) + int(rng.integers(3))
        places = sorted(rng.choice(size, len(kept), replace=False).tolist())
        for start, end in zip(kept, places, strict=True):
            ports = rng.integers(-9, 9, 2) * 2.0
            links.append(Link(c, start, ports[0], end, ports[1], 1.0, int(rng.random() < 0.8)))
        links += [link(c, int(rng.integers(len(columns[c]))), int(rng.integers(size)))] * 2
    return columns, [x for x in links if x.column < 11]


@pytest.mark.parametrize("seed", range(30))
def test_no_move_brings_two_blocks_too_near_in_any_column(seed: int) -> None:
    columns, links = long_case(seed)
    blocks = Blocks(columns, links)
    for _ in range(3):
        for column in range(len(columns)):
            blocks.relax(column)
            for block, over in enumerate(blocks.over):
                for other, distance in over:
                    assert blocks.base[block] - blocks.base[other] >= distance - 1e-6


def energy(blocks: Blocks, links: list[Link]) -> float:
    ys = [
        [blocks.base[b] + o for b, o in zip(*pair, strict=True)]
        for pair in zip(blocks.block, blocks.offset, strict=True)
    ]
    return float(sum(x.weight * bend**2 for x, bend in zip(links, bends(links, ys), strict=True)))


@pytest.mark.parametrize("seed", range(20))
def test_bends_never_grow_on_the_way(seed: int) -> None:
    columns, links = random_case(seed)
    blocks = Blocks(columns, links)
    before = energy(blocks, links)
    for _ in range(3):
        for column in range(len(columns)):
            blocks.relax(column)
            after = energy(blocks, links)
            assert after <= before * (1 + 1e-3) + 1e-6
            before = after


def test_one_column_finds_the_constrained_least_squares() -> None:
    wanted = np.array([50.0, 10.0, 40.0, 20.0, 90.0])
    fixed = [Slot(0, 0)] * 5
    columns = [fixed, [Slot(5, 5)] * 5]
    links = [link(0, i, i) for i in range(5)]
    blocks = Blocks(columns, links)
    for i, y in enumerate(wanted):
        blocks.base[blocks.block[0][i]] = y
    blocks.relax(1)
    found = np.array([blocks.base[b] for b in blocks.block[1]])
    assert found == pytest.approx(projected(wanted, 10.0), abs=0.1)  # each is held back a little


def projected(wanted: np.ndarray, gap: float) -> np.ndarray:
    """Return the nearest increasing heights, by trying every way to pool neighbours."""
    n = len(wanted)
    best, found = np.inf, wanted
    shift = gap * np.arange(n)
    for cuts in range(2 ** (n - 1)):
        pools = np.split(wanted - shift, [i + 1 for i in range(n - 1) if cuts >> i & 1])
        levels = np.concatenate([np.full(len(p), p.mean()) for p in pools])
        error = np.sum((levels - (wanted - shift)) ** 2)
        if np.all(np.diff(levels) >= 0) and error < best:
            best, found = error, levels + shift
    return found


def test_nothing_has_no_heights() -> None:
    assert heights([], []) == []
    assert heights([[], [ROW]], []) == [[], [10]]
