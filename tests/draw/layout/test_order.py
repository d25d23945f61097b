"""The order of columns: operands in order always, then few crossings."""

from itertools import pairwise

import numpy as np
import pytest

from chainrule.draw.layout.order import (
    Columns,
    Slot,
    crossings,
    operand_groups,
    ordered,
    place,
    saved,
)


def columns_of(sizes: list[int], wires: list[tuple[int, int, int]]) -> Columns:
    """Return slots named by column and number; a wire joins two of neighbouring columns."""
    columns = [[Slot(f"{c}.{i}", c) for i in range(n)] for c, n in enumerate(sizes)]
    arrived: dict[int, list[Slot]] = {}
    for column, start, end in wires:
        source, target = columns[column][start], columns[column + 1][end]
        arrived.setdefault(id(target), []).append(source)
        target.before.append((source, 0.0))
    for column in columns:
        for target in column:
            sources = arrived.get(id(target), [])
            for i, source in enumerate(sources):
                source.after.append((target, (i + 0.5) / len(sources) - 0.5))
    return columns


def names(columns: Columns) -> list[list[str]]:
    return [[slot.name for slot in column] for column in columns]


def random_columns(seed: int) -> Columns:
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(2, 6, 4)]
    wires = [
        (c, int(rng.integers(a)), int(rng.integers(b)))
        for c, (a, b) in enumerate(pairwise(sizes))
        for _ in range(a + 2)
    ]
    return columns_of(sizes, list(dict.fromkeys(wires)))


def test_a_tree_has_no_crossing() -> None:
    found = ordered(columns_of([4, 2, 1], [(0, 3, 0), (0, 1, 0), (0, 0, 1), (0, 2, 1),
                                           (1, 1, 0), (1, 0, 0)]))  # fmt: skip
    assert names(found) == [["0.0", "0.2", "0.3", "0.1"], ["1.1", "1.0"], ["2.0"]]
    assert crossings(found) == 0


def test_operands_are_not_swapped_to_save_a_crossing() -> None:
    """Both values of the second column want the other one on top; each gate has its own order."""
    found = ordered(columns_of([2, 1], [(0, 1, 0), (0, 0, 0)]))
    assert names(found)[0] == ["0.1", "0.0"]


@pytest.mark.parametrize("seed", range(40))
def test_slots_of_one_member_stand_in_operand_order(seed: int) -> None:
    columns = random_columns(seed)
    groups = [group for column in columns for group in operand_groups(column)]
    found = ordered(columns)
    at = {slot.name: i for column in found for i, slot in enumerate(column)}
    for group in groups:
        positions = [at[slot.name] for slot in group]
        assert positions == sorted(positions)


@pytest.mark.parametrize("seed", range(20))
def test_every_slot_keeps_its_column(seed: int) -> None:
    before = [{slot.name for slot in column} for column in random_columns(seed)]
    after = ordered(random_columns(seed))
    assert [{slot.name for slot in column} for column in after] == before
    assert names(ordered(random_columns(seed))) == names(after)


@pytest.mark.parametrize("seed", range(20))
def test_crossings_are_counted_right(seed: int) -> None:
    columns = ordered(random_columns(seed))
    wires = [
        (slot.column, i, other.at + port)
        for column in columns
        for i, slot in enumerate(column)
        for other, port in slot.after
    ]
    pairs = sum(a[0] == b[0] and a[1] < b[1] and a[2] > b[2] for a in wires for b in wires)
    assert crossings(columns) == pairs


def test_what_can_be_drawn_without_crossings_is() -> None:
    """A value that goes three ways, through two columns, and comes together again."""
    wires = [(0, 0, 2), (0, 0, 0), (0, 0, 1), (1, 1, 2), (1, 2, 0), (1, 0, 1), (2, 1, 0), (2, 2, 0)]
    found = ordered(columns_of([1, 3, 3, 1], [*wires, (2, 0, 0)]))
    assert crossings(found) == 0
    assert names(found)[2] == ["2.1", "2.2", "2.0"]


def test_there_are_far_fewer_crossings_than_in_order_of_execution() -> None:
    before = after = 0
    for seed in range(30):
        columns = random_columns(seed)
        for column in columns:
            place(column, [])
        before += crossings(columns)
        after += crossings(ordered(columns))
    assert after < before / 2


def test_swapping_neighbours_saves_what_it_says() -> None:
    for seed in range(20):
        columns = ordered(random_columns(seed))
        column = columns[1]
        claimed = saved(column[0], column[1])
        count = crossings(columns)
        column[0], column[1] = column[1], column[0]
        place(column, [])
        assert count - crossings(columns) == claimed
