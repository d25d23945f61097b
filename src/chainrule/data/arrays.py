"""NPY and NPZ files: arrays as tables. Pickled objects are never read.

NPY: a 2-D array; its columns are `x0`, `x1` and so on, the last is the usual target.
NPZ: an array `X` (or `x`, `data`) of n rows, each flattened into the columns `x0`, `x1` and so on,
and perhaps an array `y` (or `target`) of n labels or values, which becomes the last column.
"""

import io
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from chainrule.data.column import Array, Column
from chainrule.data.table import Table
from chainrule.errors import DataError, FileError

INPUTS = ("X", "x", "data")
TARGETS = ("y", "target")

_DAMAGE = (
    ValueError,
    TypeError,
    KeyError,
    EOFError,
    OSError,
    MemoryError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    UnicodeError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_npy(path: Path, data: bytes) -> Table:
    """Read the bytes of the NPY file `path`, a 2-D array.

    Raises `FileError` if it is damaged or holds objects, `DataError` for another shape.
    """
    array = _array(path, data)
    if array.ndim != 2:
        raise DataError(f"'{path}' holds an array of shape {array.shape}, but needs two dimensions")
    return Table(_columns(array), str(path))


def read_npz(path: Path, data: bytes) -> Table:
    """Read the bytes of the NPZ file `path`, with inputs and perhaps a target.

    Raises `FileError` if it is damaged or holds objects, `DataError` if the inputs are not there or
    the rows of the two differ in number.
    """
    arrays = _members(path, data)
    inputs = _first_of(INPUTS, arrays)
    target = _first_of(TARGETS, arrays)
    if inputs is None:
        found = ", ".join(arrays) or "none"
        raise DataError(
            f"'{path}' holds no inputs: its arrays are {found}",
            hint="name the inputs X (rows first) and the target y",
        )
    x = arrays[inputs]
    if x.ndim == 0 or x.size == 0:
        raise DataError(f"'{path}': {inputs} has shape {x.shape}, but needs rows and columns")
    columns = _columns(x.reshape(len(x), -1))
    if target is not None:
        columns += (_target(path, inputs, x, target, arrays[target]),)
    return Table(columns, str(path))


def _target(path: Path, inputs: str, x: Array, name: str, y: Array) -> Column:
    if y.shape not in ((len(x),), (len(x), 1)):
        raise DataError(
            f"'{path}': {name} has shape {y.shape}, but {inputs} has shape {x.shape}, "
            f"so ({len(x)},) is needed",
            hint="store one class number or value for each row",
        )
    return Column.of(name, y.reshape(-1))


def _members(path: Path, data: bytes) -> dict[str, Array]:
    """Return the arrays of a zip archive, each checked against its CRC."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name.removesuffix(".npy"): archive.read(name) for name in archive.namelist()}
    except _DAMAGE as error:
        raise _damaged(path, "no NPZ archive can be read from it") from error
    return {name: _array(path, part) for name, part in parts.items()}


def _array(path: Path, data: bytes) -> Array:
    try:
        array: Array = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except _DAMAGE as error:
        if "Object arrays" in str(error):
            raise FileError(
                f"'{path}' holds Python objects, which are never read: they can run any code",
                hint="save arrays of numbers or texts, such as array.astype(float)",
            ) from error
        raise _damaged(path, "no array can be read from it") from error
    return array


def _columns(matrix: Array) -> tuple[Column, ...]:
    """Return the columns of a matrix; a number, boolean or text type is for all of them."""
    by_column = np.asfortranarray(matrix)
    return tuple(Column.of(f"x{i}", by_column[:, i]) for i in range(matrix.shape[1]))


def _first_of(names: tuple[str, ...], arrays: Mapping[str, Array]) -> str | None:
    return next((name for name in names if name in arrays), None)


def _damaged(path: Path, what: str) -> FileError:
    return FileError(f"'{path}' is damaged: {what}")
