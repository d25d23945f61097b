"""NPY and NPZ: arrays as tables; objects and damage are refused."""

import io
from pathlib import Path

import numpy as np
import pytest

from chainrule.data import Table
from chainrule.data.arrays import read_npy, read_npz
from chainrule.errors import ChainruleError, DataError, FileError
from tests.data.attempt import attempt


def npy(array, *, allow_pickle=False):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=allow_pickle)
    return out.getvalue()


def npz(save=np.savez, **arrays):
    out = io.BytesIO()
    save(out, **arrays)
    return out.getvalue()


def from_npy(data):
    return read_npy(Path("a.npy"), data)


def from_npz(data):
    return read_npz(Path("a.npz"), data)


def test_npy_columns():
    table = from_npy(npy(np.array([[1.0, 2.0, 0.0], [3.0, np.nan, 1.0]])))
    assert table.names == ("x0", "x1", "x2")
    assert table["x1"].missing.tolist() == [False, True]
    assert table.place(1) == "row 1 of 'a.npy' (counted from 0)"


@pytest.mark.parametrize("names", [("X", "y"), ("x", "y"), ("data", "target"), ("x", "target")])
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_flattens_images(names, save):
    images = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    table = from_npz(npz(save, **{names[0]: images, names[1]: np.array(["a", "b"])}))
    assert table.names == (*(f"x{i}" for i in range(12)), names[1])
    assert table["x11"].values.tolist() == [11, 23]
    assert table[names[1]].values.tolist() == ["a", "b"]


def test_npz_without_target_and_with_a_column_as_target():
    assert from_npz(npz(X=np.zeros(3))).names == ("x0",)
    assert from_npz(npz(X=np.zeros((3, 1)), y=np.zeros((3, 1)))).names == ("x0", "y")


OBJECTS = (
    " holds Python objects, which are never read: they can run any code\n"
    "hint: save arrays of numbers or texts, such as array.astype(float)"
)


@pytest.mark.parametrize(
    ("error", "reader", "data", "message"),
    [
        (
            DataError,
            from_npy,
            npy(np.zeros(3)),
            "'a.npy' holds an array of shape (3,), but needs two dimensions",
        ),
        (DataError, from_npy, npy(np.zeros((0, 3))), "'a.npy': the table has no rows"),
        (DataError, from_npy, npy(np.zeros((3, 0))), "'a.npy': the table has no columns"),
        (FileError, from_npy, npy(np.array([[None]]), allow_pickle=True), "'a.npy'" + OBJECTS),
        (FileError, from_npy, b"not an array", "'a.npy' is damaged: no array can be read from it"),
        (FileError, from_npz, npz(X=np.array([[None]]), y=np.zeros(1)), "'a.npz'" + OBJECTS),
        (
            FileError,
            from_npz,
            b"not an archive",
            "'a.npz' is damaged: no NPZ archive can be read from it",
        ),
        (
            DataError,
            from_npz,
            npz(images=np.zeros(3), labels=np.zeros(3)),
            "'a.npz' holds no inputs: its arrays are images, labels\n"
            "hint: name the inputs X (rows first) and the target y",
        ),
        (
            DataError,
            from_npz,
            npz(X=np.zeros((3, 2)), y=np.zeros(4)),
            "'a.npz': y has shape (4,), but X has shape (3, 2), so (3,) is needed\n"
            "hint: store one class number or value for each row",
        ),
        (
            DataError,
            from_npz,
            npz(X=np.zeros((0, 2))),
            "'a.npz': X has shape (0, 2), but needs rows and columns",
        ),
        (
            DataError,
            from_npz,
            npz(X=np.array(3)),
            "'a.npz': X has shape (), but needs rows and columns",
        ),
        (
            DataError,
            from_npz,
            npz(X=np.zeros((1, 1), complex)),
            "column 'x0' holds entries of type complex128\n"
            "hint: use numbers, booleans, texts or dates",
        ),
    ],
)
def test_refused(error, reader, data, message):
    with pytest.raises(error) as caught:
        reader(data)
    assert type(caught.value) is error
    assert str(caught.value) == message


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_flipped_byte_never_changes_the_table(save):
    """Names and CRCs in the archive may be hit; then a name is missing, or the file damaged."""
    data = npz(save, X=np.arange(6.0).reshape(3, 2), y=np.arange(3))
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 0x55
        got = attempt(lambda data=bytes(damaged): from_npz(data))
        assert isinstance(got, ChainruleError) or got["x1"].values.tolist() == [1, 3, 5]


@pytest.mark.parametrize("size", range(0, 200, 7))
def test_a_short_file_is_damaged(size):
    data = npy(np.zeros((5, 3)))[:size]
    with pytest.raises(FileError) as caught:
        from_npy(data)
    assert str(caught.value) == "'a.npy' is damaged: no array can be read from it"


def test_a_damaged_head_never_escapes():
    data = npy(np.arange(6.0).reshape(3, 2))
    for at in range(128):
        for mask in (0x01, 0x10, 0x55):
            damaged = bytearray(data)
            damaged[at] ^= mask
            got = attempt(lambda data=bytes(damaged): from_npy(data))
            assert isinstance(got, Table | DataError | FileError)
