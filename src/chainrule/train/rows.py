"""From the data that a person has to the rows that a net is trained on: arrays, checked."""

from typing import Any

import numpy as np

from chainrule.data.batches import split
from chainrule.errors import DataError, ShapeError, UsageError
from chainrule.graph.mode import no_grad
from chainrule.optim.rule import parameters
from chainrule.train.step import plain

Array = np.ndarray[Any, Any]
Rows = tuple[Array, Array]


def float_dtype(model: Any) -> Any:
    """Return the one floating-point dtype of the model's parameters; None for none or several."""
    found = {np.asarray(plain(p)).dtype for p in parameters(model).values()}
    return found.pop() if len(found) == 1 else None


def as_rows(data: Any, dtype: Any, *, finite: Any = None) -> Rows:
    """Return (x, y) as arrays with one row each for an example, floats in this dtype.

    An x that is `finite` itself is not looked through again.

    Raises:
        DataError: no rows, or something else than numbers, or inputs that are not finite.
        ShapeError: x and y of different length.
    """
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise UsageError(f"data must be (x, y), got {type(data).__name__}")
    x, y = (numbers(name, part, dtype) for name, part in zip("xy", data, strict=True))
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ShapeError(f"x of shape {x.shape} and y of shape {y.shape} differ in their rows")
    if len(x) == 0:
        raise DataError("there are no rows to learn from")
    if x is not finite and x.dtype.kind == "f" and not np.isfinite(x).all():
        row = int(np.argwhere(~np.isfinite(x))[0][0])
        raise DataError(f"x is not finite in row {row} (counted from 0), as {x.dtype}")
    return x, y


def numbers(name: str, part: Any, dtype: Any) -> Any:
    """Return `part` as an array of numbers, floats in this dtype."""
    try:
        found = np.asarray(plain(part))
    except ValueError:
        raise ShapeError(f"{name} is no array: its rows differ in length") from None
    if found.dtype.kind not in "fiub":
        raise DataError(
            f"{name} holds {found.dtype}, expected numbers",
            hint="encode texts as numbers, or train on a table with `chainrule train`",
        )
    if found.dtype.kind != "f" or dtype is None:
        return found
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused as such
        return found.astype(dtype, copy=False)


def probe(model: Any, x: Any) -> tuple[tuple[int, ...], Any]:
    """Return the shape of one row's outputs, and their dtype, by a look at one row."""
    if not callable(model):
        raise UsageError(f"a model is a module or a function of x, got {type(model).__name__}")
    with no_grad(), np.errstate(all="ignore"):  # what comes of it is found in training
        z = np.asarray(plain(model(x[:1])))
    return z.shape[1:], z.dtype


def hold_out(rows: Rows, validation: float | Rows, seed: int) -> tuple[Rows, Rows | None]:
    """Split off the held-out part, with the classes' shares kept."""
    return taken(rows, *parted(rows, validation, seed))


def taken(rows: Rows, kept: Array, held: Array) -> tuple[Rows, Rows | None]:
    """Return the rows with these numbers; those held out are None where there are none."""
    x, y = rows
    return ((x[kept], y[kept]), (x[held], y[held])) if len(held) else (rows, None)


def parted(rows: Rows, validation: float | Rows, seed: int) -> tuple[Array, Array]:
    """Return the numbers of the rows to train on and of those held out, as `hold_out` has it."""
    x, y = rows
    if isinstance(validation, (tuple, list)):
        return np.arange(len(x)), np.arange(0)
    if not isinstance(validation, (float, int)):
        kind = type(validation).__name__
        raise UsageError(f"validation must be a share of the rows or (x, y), got {kind}")
    labels = y.reshape(len(y)) if y.size == len(y) and (y.dtype.kind in "iu" or two(y)) else None
    return split(len(x), validation, seed, labels)


def two(y: Any) -> bool:
    """Return whether the targets are those of two classes."""
    return len(np.unique(y)) <= 2
