"""What losses ask of their inputs: known values only, and nothing broadcast."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError, UsageError
from chainrule.graph.node import as_node, leaf
from chainrule.nn import checks


def test_known_values() -> None:
    assert checks.known(leaf((2,))) is None
    assert checks.known(as_node(np.array([1, 2]))).tolist() == [1, 2]
    assert checks.known(cr.tensor([1.0])).tolist() == [1.0]
    array = np.ones(2)
    assert checks.known(array) is array


def test_traced_targets_are_not_judged() -> None:
    unknown = leaf((2, 3), np.int64, "y")
    checks.within("loss", unknown, 0, 1)
    checks.one_of("loss", unknown, (0, 1))
    checks.class_numbers("loss", unknown, 3)
    checks.distributions("loss", unknown)


def test_constants_in_a_trace_are() -> None:
    with pytest.raises(UsageError, match="targets must be from 0 to 1, found 2"):
        checks.within("loss", as_node(np.array([0, 2])), 0, 1)


def test_pairs_have_one_shape_and_the_dtype_of_the_predictions() -> None:
    x, y = checks.pair("loss", np.ones(2, np.float32), [0, 1])
    assert (x.dtype, y.dtype) == (np.float32, np.float32)
    x, y = checks.pair("loss", [1, 2], [0.5, 1])
    assert (x.dtype, y.dtype) == (np.float64, np.float64)
    with pytest.raises(ShapeError, match="loss: predictions have shape"):
        checks.pair("loss", np.ones(3), np.ones((3, 1)))


def test_traced_shapes_are_compared_too() -> None:
    with pytest.raises(ShapeError, match="loss: predictions have shape"):
        checks.pair("loss", leaf((3,)), leaf((3, 1)))
