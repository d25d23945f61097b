"""Arrays that live at the same time never share memory; others do."""

import numpy as np

from chainrule.compiler.memory import (
    ALIGN,
    Life,
    Slot,
    arrange,
    bytes_of,
    lowest,
    outside,
    overlaps,
    padded,
)
from chainrule.graph.node import ConstantNode, leaf


def clashes(lives: list[Life], slots: dict[object, Slot]) -> list[tuple[Life, Life]]:
    """Return the pairs of arrays that live at the same time in the same place."""
    found = []
    for n, a in enumerate(lives):
        for b in lives[:n]:
            x, y = slots[a.node].number, slots[b.node].number
            if overlaps(a, b) and x < y + b.size and y < x + a.size:
                found.append((a, b))
    return found


def many(seed: int) -> list[Life]:
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 40, size=60)
    return [
        Life(leaf((int(n),)), 8 * int(n), int(a), int(a + more))
        for n, a, more in zip(rng.integers(1, 900, 60), first, rng.integers(0, 9, 60), strict=True)
    ]


def test_lives_at_one_time_lie_apart() -> None:
    for seed in range(20):
        lives = many(seed)
        slots, size = arrange(lives)
        assert not clashes(lives, slots)
        assert all(s.number % ALIGN == 0 and s.kind == "arena" for s in slots.values())
        assert max(slots[x.node].number + x.size for x in lives) <= size


def test_a_planted_clash_is_seen() -> None:
    lives = many(0)
    slots, _ = arrange(lives)
    one, two = next((a, b) for a in lives for b in lives if a is not b and overlaps(a, b))
    assert clashes(lives, {**slots, one.node: slots[two.node]})


def test_memory_is_used_again() -> None:
    chain = [Life(leaf((100,)), 800, n, n + 1) for n in range(20)]
    assert arrange(chain)[1] == 2 * padded(800)
    assert arrange([]) == ({}, 0)


def test_gaps_are_filled() -> None:
    held = [(0, Life(leaf((8,)), 64, 0, 9)), (192, Life(leaf((8,)), 64, 0, 9))]
    assert lowest(Life(leaf((16,)), 128, 0, 9), held) == 64
    assert lowest(Life(leaf((17,)), 136, 0, 9), held) == 256


def test_sizes() -> None:
    assert bytes_of(leaf((3, 2), np.float32)) == 24
    assert bytes_of(leaf((5,), bool)) == 5
    assert bytes_of(leaf((0, 5))) == 0
    assert (padded(0), padded(64), padded(65)) == (64, 64, 128)


def test_given_arrays() -> None:
    x, y, new, other = (leaf((2,)) for _ in range(4))
    table = ConstantNode(np.ones(2))
    slots = outside([x, y], {1: other}, [table], {x: new})
    assert slots[x] == slots[new] == Slot("input", 0, x.dtype.itemsize)
    assert slots[y] == Slot("input", 1, y.dtype.itemsize)
    assert slots[other] == Slot("output", 1, other.dtype.itemsize)
    assert slots[table] == Slot("constant", 0, ALIGN)
