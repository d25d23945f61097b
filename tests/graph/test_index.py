"""Packed indices: plain, hashable, and the same when packed again."""

import ast

import numpy as np

from chainrule.graph.index import indexed, pack, unpack


def test_an_index_becomes_plain_data():
    arrays, packed = pack((None, ..., slice(1, np.int64(3)), [0, 1]), (5, 4, 3))
    assert packed == (None, ("slice", None, None, None), ("slice", 1, 3, None), "array")
    np.testing.assert_array_equal(arrays[0], [0, 1])
    assert ast.literal_eval(repr(packed)) == packed
    assert hash(packed) == hash(packed)


def test_packing_twice_changes_nothing():
    arrays, packed = pack((slice(None), [0, 1], 2, [True, False, True]), (5, 4, 3, 3))
    again, same = pack(packed, (5, 4, 3, 3), arrays)
    assert same == packed
    assert all(a is b for a, b in zip(again, arrays, strict=True))


def test_a_mask_becomes_the_places_of_its_true_entries():
    mask = np.array([[True, False], [False, True]])
    arrays, packed = pack(mask, (2, 2))
    assert packed == ("array", "array")
    np.testing.assert_array_equal(arrays, [[0, 1], [0, 1]])


def test_unpacking_gives_numpys_index():
    x = np.arange(12).reshape(3, 4)
    index = (slice(None, None, -1), [3, 0])
    arrays, packed = pack(index, x.shape)
    np.testing.assert_array_equal(x[unpack(packed, arrays)], x[index])
    assert indexed((3, 4), (2,), index=packed) == (3, 2)
