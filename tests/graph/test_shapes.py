"""Shape rules against NumPy on sizes that fit, and word for word on sizes that do not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.errors import ShapeError
from chainrule.graph import shapes
from chainrule.graph.node import leaf
from chainrule.graph.shapes import Mismatch

SIZES = st.lists(st.integers(0, 3), max_size=4).map(tuple)


def numpys(function: Callable[..., Any], *found: Any, **attrs: Any) -> Any:
    """Return the shape that NumPy makes of inputs of these shapes; None where it refuses."""
    try:
        return np.shape(function(*(shapes.stand_in(s) for s in found), **attrs))
    except (ValueError, IndexError):
        return None


def ours(rule: Callable[..., Any], *found: Any, **attrs: Any) -> Any:
    try:
        return rule(*found, **attrs)
    except Mismatch:
        return None


@given(SIZES, SIZES)
def test_rules_for_two_inputs(x: Any, y: Any) -> None:
    assert ours(shapes.broadcast, x, y) == numpys(np.add, x, y)
    assert ours(shapes.matmul, x, y) == numpys(np.matmul, x, y)
    both = [shapes.stand_in(x), shapes.stand_in(y)]
    assert ours(shapes.stacked, x, y, axis=-1) == numpys(lambda *_: np.stack(both, -1), x, y)
    assert ours(shapes.concatenated, x, y) == numpys(lambda *_: np.concatenate(both), x, y)


@given(SIZES.filter(lambda s: len(s) > 1 and s[-1] == s[-2]), SIZES)
def test_solving(x: Any, y: Any) -> None:
    eyes = np.broadcast_to(np.eye(x[-1]), x)
    assert ours(shapes.solved, x, y) == numpys(lambda _, right: np.linalg.solve(eyes, right), x, y)
    assert ours(shapes.determinant, x) == np.shape(np.linalg.det(eyes))


@pytest.mark.parametrize(
    ("rule", "found", "attrs", "says"),
    [
        (shapes.broadcast, [(2, 3), (2, 4)], {}, "the shapes do not broadcast"),
        (shapes.reduced, [(2, 3)], {"axis": 2}, "axis 2 is out of range for 2 dimensions"),
        (shapes.reduced, [(2,)], {"axis": -2}, "axis -2 is out of range for 1 dimension"),
        (shapes.reduced, [(2, 3)], {"axis": (0, -2)}, "axis (0, -2) names an axis twice"),
        (
            shapes.reduced_nonempty,
            [(0, 0)],
            {"axis": 0},
            "nothing to reduce: an axis has size 0",
        ),
        (shapes.along_axis, [(2,)], {"axis": 1}, "axis 1 is out of range for 1 dimension"),
        (shapes.axes_exist, [(2,)], {"axis": (0, 1)}, "axis 1 is out of range for 1 dimension"),
        (shapes.matmul, [(), (2,)], {}, "matmul takes arrays, not scalars"),
        (shapes.matmul, [(2, 3), (4, 5)], {}, "the inner sizes differ, 3 and 4"),
        (
            shapes.reshaped,
            [(2, 3)],
            {"shape": (4, -1)},
            "its 6 entries do not fill the shape (4, -1)",
        ),
        (
            shapes.reshaped,
            [(2, 3)],
            {"shape": (-1, -1)},
            "its 6 entries do not fill the shape (-1, -1)",
        ),
        (
            shapes.reshaped,
            [(2, 3)],
            {"shape": (-2, -3)},
            "its 6 entries do not fill the shape (-2, -3)",
        ),
        (
            shapes.reshaped,
            [(0, 3)],
            {"shape": (0, -1)},
            "its 0 entries do not fill the shape (0, -1)",
        ),
        (
            shapes.transposed,
            [(2, 3)],
            {"axes": (1,)},
            "axes (1,) must name each of the 2 axes once",
        ),
        (shapes.broadcast_to, [(2, 3)], {"shape": (3,)}, "it does not broadcast to (3,)"),
        (shapes.broadcast_to, [(3,)], {"shape": 1}, "it does not broadcast to (1,)"),
        (shapes.concatenated, [], {}, "at least one array is needed"),
        (shapes.concatenated, [(), ()], {}, "scalars have no axis to join along"),
        (
            shapes.concatenated,
            [(2, 3), (2, 4)],
            {"axis": 0},
            "all sizes but that of axis 0 must be equal",
        ),
        (shapes.stacked, [], {}, "at least one array is needed"),
        (shapes.stacked, [(2,), (3,)], {}, "all shapes must be equal"),
        (shapes.square_matrix, [(2, 3)], {}, "a square matrix is needed, (..., n, n)"),
        (shapes.determinant, [(4,)], {}, "a square matrix is needed, (..., n, n)"),
        (
            shapes.rolled,
            [(2, 3)],
            {"shift": (1, 2, 3), "axis": (0, 1)},
            "3 shifts for 2 axes",
        ),
        (
            shapes.solved,
            [(2, 2), ()],
            {},
            "the right side must be a vector (n,) or matrices (..., n, k)",
        ),
        (
            shapes.solved,
            [(2, 2), (3,)],
            {},
            "2 equations need right sides of length 2, not 3",
        ),
    ],
)
def test_what_does_not_fit(rule: Any, found: Any, attrs: Any, says: str) -> None:
    with pytest.raises(Mismatch) as caught:
        rule(*found, **attrs)
    assert caught.value.needed == says


@pytest.mark.parametrize(
    ("rule", "found", "attrs", "shape"),
    [
        (shapes.reduced, [(2, 3, 4)], {"axis": (0, -1), "keepdims": True}, (1, 3, 1)),
        (shapes.reduced, [(2, 3)], {}, ()),
        (shapes.along_axis, [(2, 3)], {"axis": None}, (6,)),
        (shapes.reshaped, [(2, 3)], {"shape": -1}, (6,)),
        (shapes.reshaped, [(0, 3)], {"shape": (-1, 5)}, (0, 5)),
        (shapes.transposed, [(2, 3)], {"axes": (-1, 0)}, (3, 2)),
        (shapes.transposed, [(2,)], {"axes": 0}, (2,)),
        (shapes.padded, [(2, 3)], {"pad_width": ((1, 1), (0, 2))}, (4, 5)),
        (shapes.same, [(2,), (3,)], {}, (2,)),
    ],
)
def test_what_fits(rule: Any, found: Any, attrs: Any, shape: Any) -> None:
    assert rule(*found, **attrs) == shape


def test_the_error_names_the_op_all_shapes_and_the_axis() -> None:
    with pytest.raises(Mismatch) as caught:
        shapes.broadcast((4, 5, 3), (2, 3))
    error = caught.value.named("add", [(4, 5, 3), (2, 3)])
    assert isinstance(error, ShapeError)
    assert str(error) == (
        "add of (4, 5, 3) and (2, 3): the shapes do not broadcast\n"
        "hint: axis -2 has 2 against 5; sizes must be equal or 1"
    )


def test_a_matrix_the_wrong_way_round() -> None:
    with pytest.raises(Mismatch) as caught:
        shapes.matmul((2, 3), (4, 3))
    assert caught.value.hint == "transpose one of them?"


def test_dtypes() -> None:
    single, double, whole = np.dtype("f4"), np.dtype("f8"), np.dtype("i8")
    assert shapes.boolean(single) == np.dtype(bool)
    assert shapes.position(single) == np.dtype(np.intp)
    assert shapes.kept(single, double) == single
    assert shapes.promoted(single, double) == double
    assert shapes.promoted(single, 2.5) == single
    assert shapes.floating(single, 3) == single
    assert shapes.floating(whole) == double
    assert shapes.floating(np.dtype(bool)) == double
    assert shapes.named(double, dtype="float32") == single


def test_the_shape_of_anything() -> None:
    found = [shapes.of(x) for x in (2.0, [[1, 2, 3]], np.ones((2, 1)), leaf((4,)))]
    assert found == [(), (1, 3), (2, 1), (4,)]


def test_a_stand_in_takes_no_memory() -> None:
    made = shapes.stand_in((10**6, 10**6))
    assert made.shape == (10**6, 10**6)
    assert made.strides == (0, 0)
