"""Shape and dtype rules: what comes out of an op, from the shapes and dtypes of what goes in.

A shape rule takes the shapes of the inputs and the op's attributes and returns the shape of the
output. It raises `Mismatch` when the inputs do not fit; the op adds its name and the shapes.
"""

from collections.abc import Sequence
from math import prod
from operator import index
from typing import Any

import numpy as np

from chainrule.errors import ShapeError

Shape = tuple[int, ...]


class Mismatch(Exception):
    """Inputs that do not fit; carries what was needed, and what to try."""

    def __init__(self, needed: str, hint: str = "") -> None:
        super().__init__(needed, hint)
        self.needed = needed
        self.hint = hint

    def named(self, op: str, shapes: Sequence[Shape]) -> ShapeError:
        """Return the error that names the op and all shapes."""
        listed = " and ".join(map(str, shapes))
        return ShapeError(f"{op} of {listed}: {self.needed}", hint=self.hint)


# Dtypes ------------------------------------------------------------------------------------------


def boolean(*kinds: Any, **attrs: Any) -> np.dtype[Any]:
    """Return bool, whatever comes in."""
    return np.dtype(bool)


def position(*kinds: Any, **attrs: Any) -> np.dtype[Any]:
    """Return NumPy's index type, whatever comes in."""
    return np.dtype(np.intp)


def kept(*kinds: Any, **attrs: Any) -> np.dtype[Any]:
    """Return the dtype of the first input."""
    return np.result_type(kinds[0])


def promoted(*kinds: Any, **attrs: Any) -> np.dtype[Any]:
    """Return the dtype that NumPy promotes the inputs to."""
    return np.result_type(*kinds)


def floating(*kinds: Any, **attrs: Any) -> np.dtype[Any]:
    """Return the promoted dtype if it is a float, float64 for integers and booleans."""
    found = np.result_type(*kinds)
    return found if found.kind == "f" else np.dtype(np.float64)


def named(*kinds: Any, dtype: str, **attrs: Any) -> np.dtype[Any]:
    """Return the dtype that the attribute `dtype` names."""
    return np.dtype(dtype)


# Shapes ------------------------------------------------------------------------------------------


def broadcast(*shapes: Shape, **attrs: Any) -> Shape:
    """Broadcast the inputs against each other."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise Mismatch("the shapes do not broadcast", broadcast_hint(shapes)) from None


def broadcast_hint(shapes: Sequence[Shape]) -> str:
    """Say which axis clashes, counted from the end as broadcasting does."""
    for back in range(1, max(map(len, shapes)) + 1):
        sizes = {s[-back] for s in shapes if len(s) >= back} - {1}
        if len(sizes) > 1:
            listed = " against ".join(map(str, sorted(sizes)))
            return f"axis {-back} has {listed}; sizes must be equal or 1"
    return ""


def of(x: Any) -> Shape:
    """Return the shape of an array, a gate, a number or nested lists."""
    found = getattr(x, "shape", None)
    return np.shape(x) if found is None else tuple(found)


def same(*shapes: Shape, **attrs: Any) -> Shape:
    """Keep the first input's shape."""
    return shapes[0]


def normalize_axis(axis: int, rank: int) -> int:
    """Return a non-negative axis, or raise."""
    if not -rank <= index(axis) < rank:
        raise Mismatch(f"axis {axis} is out of range for {rank} dimension{'s' * (rank != 1)}")
    return axis % rank


def normalize_axes(axis: int | tuple[int, ...] | None, rank: int) -> tuple[int, ...]:
    """Return the axes as a tuple of non-negative numbers; None means all of them."""
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, tuple) else (axis,)
    found = tuple(normalize_axis(a, rank) for a in axes)
    if len(set(found)) != len(found):
        raise Mismatch(f"axis {axis} names an axis twice")
    return found


def reduced(shape: Shape, axis: Any = None, keepdims: bool = False, **attrs: Any) -> Shape:
    """Drop the reduced axes, or keep them with size 1."""
    axes = normalize_axes(axis, len(shape))
    if keepdims:
        return tuple(1 if i in axes else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def reduced_nonempty(shape: Shape, axis: Any = None, keepdims: bool = False, **attrs: Any) -> Shape:
    """As `reduced`, for reductions that have no value over nothing."""
    axes = normalize_axes(axis, len(shape))
    if any(shape[a] == 0 for a in axes):
        raise Mismatch("nothing to reduce: an axis has size 0")
    return reduced(shape, axis, keepdims)


def along_axis(shape: Shape, *others: Shape, axis: int | None = -1, **attrs: Any) -> Shape:
    """Keep the shape; `axis` must exist; None flattens first."""
    if axis is None:
        return (prod(shape),)
    normalize_axis(axis, len(shape))
    return shape


def matmul(x: Shape, y: Shape, **attrs: Any) -> Shape:
    """Multiply matrices over the last two axes, as `numpy.matmul` does."""
    if not x or not y:
        raise Mismatch("matmul takes arrays, not scalars", "use * to scale by a number")
    left = x if len(x) > 1 else (1, *x)
    right = y if len(y) > 1 else (*y, 1)
    if left[-1] != right[-2]:
        hint = "transpose one of them?" if left[-1] == right[-1] else ""
        raise Mismatch(f"the inner sizes differ, {left[-1]} and {right[-2]}", hint)
    batch = broadcast(left[:-2], right[:-2])
    rows = (left[-2],) if len(x) > 1 else ()
    columns = (right[-1],) if len(y) > 1 else ()
    return (*batch, *rows, *columns)


def reshaped(x: Shape, shape: Any = (), **attrs: Any) -> Shape:
    """Give the entries another shape; one size may be -1."""
    wanted = (shape,) if isinstance(shape, int) else tuple(map(index, shape))
    free = [i for i, n in enumerate(wanted) if n == -1]
    known = prod(n for n in wanted if n != -1)
    fits = known != 0 and prod(x) % known == 0 if free else prod(x) == known
    if len(free) > 1 or not fits or min(wanted, default=0) < -1:
        raise Mismatch(f"its {prod(x)} entries do not fill the shape {wanted}")
    return tuple(prod(x) // known if i in free else n for i, n in enumerate(wanted))


def transposed(x: Shape, axes: Any = None, **attrs: Any) -> Shape:
    """Reorder the axes; None reverses them."""
    if axes is None:
        return x[::-1]
    found = normalize_axes(axes if isinstance(axes, int) else tuple(axes), len(x))
    if len(found) != len(x):
        raise Mismatch(f"axes {axes} must name each of the {len(x)} axes once")
    return tuple(x[a] for a in found)


def broadcast_to(x: Shape, shape: Any = (), **attrs: Any) -> Shape:
    """Repeat along axes of size 1 until the shape is `shape`."""
    wanted = (shape,) if isinstance(shape, int) else tuple(shape)
    if len(x) > len(wanted) or broadcast(x, wanted) != wanted:
        raise Mismatch(f"it does not broadcast to {wanted}")
    return wanted


def concatenated(*shapes: Shape, axis: int = 0, **attrs: Any) -> Shape:
    """Join along an existing axis."""
    if not shapes:
        raise Mismatch("at least one array is needed")
    first = shapes[0]
    if not first:
        raise Mismatch("scalars have no axis to join along", "use stack")
    at = normalize_axis(axis, len(first))
    for s in shapes[1:]:
        if len(s) != len(first) or s[:at] + s[at + 1 :] != first[:at] + first[at + 1 :]:
            raise Mismatch(f"all sizes but that of axis {axis} must be equal")
    return (*first[:at], sum(s[at] for s in shapes), *first[at + 1 :])


def stacked(*shapes: Shape, axis: int = 0, **attrs: Any) -> Shape:
    """Join along a new axis."""
    if not shapes:
        raise Mismatch("at least one array is needed")
    if any(s != shapes[0] for s in shapes):
        raise Mismatch("all shapes must be equal")
    at = normalize_axis(axis, len(shapes[0]) + 1)
    return (*shapes[0][:at], len(shapes), *shapes[0][at:])


def square_matrix(x: Shape, *others: Shape, **attrs: Any) -> Shape:
    """Keep the shape of a (stack of) square matrices."""
    if len(x) < 2 or x[-1] != x[-2]:
        raise Mismatch("a square matrix is needed, (..., n, n)")
    return x


def determinant(x: Shape, **attrs: Any) -> Shape:
    """Drop the two matrix axes."""
    return square_matrix(x)[:-2]


def stand_in(shape: Shape) -> np.ndarray[Any, Any]:
    """Return an array of this shape that takes no memory, to ask NumPy for shapes."""
    return np.broadcast_to(np.float64(0.0), shape)


def axes_exist(x: Shape, axis: Any = None, **attrs: Any) -> Shape:
    """Keep the shape; the axes must exist; None means all of them."""
    normalize_axes(axis, len(x))
    return x


def rolled(x: Shape, shift: Any = 0, axis: Any = None, **attrs: Any) -> Shape:
    """Keep the shape; there must be as many shifts as axes, or one of them."""
    axes = (axis,) if axis is None or isinstance(axis, int) else axis
    for a in axes:
        if a is not None:
            normalize_axis(a, len(x))
    n_shifts = len(shift) if isinstance(shift, tuple) else 1
    if n_shifts != len(axes) and 1 not in (n_shifts, len(axes)):
        raise Mismatch(f"{n_shifts} shifts for {len(axes)} axes")
    return x


def padded(x: Shape, pad_width: Any = (), **attrs: Any) -> Shape:
    """Grow each axis by its (before, after)."""
    return tuple(n + before + after for n, (before, after) in zip(x, pad_width, strict=True))


def solved(x: Shape, y: Shape, **attrs: Any) -> Shape:
    """Solve with matrices (..., n, n) for a vector (n,) or for matrices (..., n, k)."""
    n = square_matrix(x)[-1]
    if not y:
        raise Mismatch("the right side must be a vector (n,) or matrices (..., n, k)")
    length = y[0] if len(y) == 1 else y[-2]
    if length != n:
        raise Mismatch(f"{n} equations need right sides of length {n}, not {length}")
    if len(y) == 1:
        return x[:-1]
    return (*broadcast(x[:-2], y[:-2]), n, y[-1])
