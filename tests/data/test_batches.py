"""Splits, orders and batches: nothing lost, nothing twice, the same again for the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data import batches, order, order_alternating, split
from chainrule.errors import UsageError

labels = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(np.array)
fractions = st.floats(0, 0.99)
seeds = st.integers(0, 2**64 - 1)


@given(st.integers(1, 200), fractions, seeds)
def test_split_parts_the_rows(n, fraction, seed):
    train, held_out = split(n, fraction, seed)
    assert sorted([*train, *held_out]) == list(range(n))
    assert len(held_out) == min(round(n * fraction), n - 1)
    assert np.all(np.diff(train) > 0)
    assert np.all(np.diff(held_out) > 0)


@given(labels, fractions, seeds)
def test_split_by_class(labels, fraction, seed):
    train, held_out = split(len(labels), fraction, seed, labels)
    assert sorted([*train, *held_out]) == list(range(len(labels)))
    assert set(labels[train]) == set(labels)
    for label in set(labels.tolist()):
        share = np.count_nonzero(labels == label) * fraction
        assert abs(np.count_nonzero(labels[held_out] == label) - share) <= 1 + 1e-9
    rounded = round(len(labels) * fraction)
    room = len(labels) - len(set(labels.tolist()))
    assert len(held_out) <= min(rounded, room)


def test_split_by_class_meets_the_wanted_size():
    labels = np.repeat([0, 1, 2], [50, 30, 20])
    train, held_out = split(100, 0.25, 0, labels)
    assert np.bincount(labels[held_out]).tolist() in ([13, 7, 5], [12, 8, 5])
    assert len(train) == 75


def test_a_fraction_just_below_one_leaves_a_row():
    assert len(split(3, 1 - 2**-53, 0)[0]) == 1


def test_split_takes_texts_as_labels():
    assert len(split(4, 0.5, 0, np.array(["a", "b", "a", "b"]))[1]) == 2


def test_split_depends_on_the_seed_alone():
    assert np.array_equal(split(50, 0.3, 1)[1], split(50, 0.3, 1)[1])
    assert not np.array_equal(split(50, 0.3, 1)[1], split(50, 0.3, 2)[1])


@pytest.mark.parametrize("fraction", [-0.1, 1.0, float("nan")])
def test_split_refuses_a_fraction(fraction):
    with pytest.raises(UsageError) as caught:
        split(3, fraction, 0)
    expected = f"the fraction held out is at least 0 and below 1, not {fraction}"
    assert str(caught.value) == expected


def test_split_refuses_labels_of_another_length():
    with pytest.raises(UsageError) as caught:
        split(3, 0.5, 0, np.zeros(4))
    assert str(caught.value) == "labels have shape (4,), but there are 3 rows"


@given(st.integers(0, 100), st.integers(0, 1000), seeds)
def test_order_is_a_permutation_that_can_be_had_again(n, epoch, seed):
    rows = order(n, epoch, seed)
    assert sorted(rows.tolist()) == list(range(n))
    assert rows.tobytes() == order(n, epoch, seed).tobytes()


def test_order_differs_between_epochs_and_seeds():
    orders = {order(30, epoch, seed).tobytes() for epoch in range(3) for seed in range(3)}
    assert len(orders) == 9


def test_order_is_even():
    first = [int(order(4, epoch, 0)[0]) for epoch in range(2000)]
    assert np.all(np.abs(np.bincount(first) - 500) < 80)


def repeats(labels):
    return int(np.count_nonzero(labels[1:] == labels[:-1]))


def fewest_repeats(labels):
    """No order of n rows with m of the commonest class can do better."""
    return max(0, 2 * int(np.bincount(labels).max()) - len(labels) - 1)


@given(labels, st.integers(0, 1000), seeds)
def test_alternating_order_is_the_best_possible(labels, epoch, seed):
    rows = order_alternating(labels, epoch, seed)
    assert sorted(rows.tolist()) == list(range(len(labels)))
    assert repeats(labels[rows]) == fewest_repeats(labels)
    assert rows.tobytes() == order_alternating(labels, epoch, seed).tobytes()


@given(st.integers(1, 40), st.integers(0, 40), seeds)
def test_alternating_order_with_a_majority(many, few, seed):
    labels = np.repeat([0, 1], [many, few])
    rows = order_alternating(labels, 0, seed)
    assert sorted(rows.tolist()) == list(range(many + few))
    assert repeats(labels[rows]) == fewest_repeats(labels)


def test_alternating_order_takes_texts_and_no_rows():
    assert order_alternating(np.array(["a", "a", "b"]), 0, 0).tolist() in ([0, 2, 1], [1, 2, 0])
    assert order_alternating(np.zeros(0, np.int64), 0, 0).tolist() == []


def test_alternating_order_mixes_every_part_of_the_epoch():
    labels = np.repeat(np.arange(10), 100)
    parts = labels[order_alternating(labels, 0, 0)].reshape(10, 100)
    assert all(len(set(part.tolist())) == 10 for part in parts)


def test_alternating_orders_differ_between_epochs():
    labels = np.arange(30) % 3
    assert len({order_alternating(labels, epoch, 0).tobytes() for epoch in range(5)}) == 5


@given(st.integers(0, 50), st.integers(1, 60))
def test_batches_drop_no_row(n, size):
    parts = list(batches(order(n, 0, 0), size))
    assert np.array_equal(np.concatenate([*parts, np.zeros(0, int)]), order(n, 0, 0))
    assert [len(part) for part in parts] == [size] * (n // size) + [n % size] * (n % size > 0)


def test_batches_refuse_a_size():
    with pytest.raises(UsageError) as caught:
        batches(np.arange(3), 0)
    assert str(caught.value) == "a batch has 1 row or more, not 0"
