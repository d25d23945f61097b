"""Ties, bounds and NaN: which input the gradient goes to."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DtypeError
from chainrule.graph.registry import ops


def shares(function: object, *values: float) -> list[float]:
    assert callable(function)
    inputs = [cr.tensor(v) for v in values]
    function(*inputs).backward()
    return [float(x.grad) for x in inputs]


@pytest.mark.parametrize("function", [cr.maximum, cr.minimum])
def test_a_tie_goes_to_the_first_input(function: object) -> None:
    assert shares(function, 2.0, 2.0) == [1.0, 0.0]


@pytest.mark.parametrize("function", [cr.maximum, cr.minimum])
@pytest.mark.parametrize("values", [(np.nan, 1.0), (1.0, np.nan)])
def test_nan_is_passed_on_and_the_first_receives(
    function: object, values: tuple[float, float]
) -> None:
    assert callable(function)
    assert np.isnan(function(*values))
    assert shares(function, *values) == [1.0, 0.0]


def test_on_a_bound_of_clip_the_input_receives() -> None:
    assert shares(cr.clip, 1.0, 0.0, 1.0) == [1.0, 0.0, 0.0]
    assert shares(cr.clip, 0.0, 0.0, 1.0) == [1.0, 0.0, 0.0]


def test_beyond_a_bound_the_bound_receives() -> None:
    assert shares(cr.clip, 3.0, 0.0, 1.0) == [0.0, 0.0, 1.0]
    assert shares(cr.clip, -3.0, 0.0, 1.0) == [0.0, 1.0, 0.0]
    assert shares(cr.clip, 0.5, 2.0, 1.0) == [0.0, 0.0, 1.0]  # crossed bounds: the upper one


def test_clip_with_open_ends_keeps_integers() -> None:
    assert cr.clip(np.array([-3, 3]), None, 2).tolist() == [-3, 2]
    assert cr.clip(np.array([-3, 3]), 0, None).dtype == np.int64
    assert np.clip(cr.tensor([-3.0, 3.0]), a_min=None, a_max=1).tolist() == [-3.0, 1.0]
    assert cr.clip(2.5, 0, None) == 2.5


def test_where_with_numbers_keeps_float32() -> None:
    x = cr.tensor([1.0, -1.0], np.float32)
    y = np.where(x > 0, x, 0)
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.tolist() == [1.0, 0.0]
    assert x.grad.dtype == np.float32


def test_astype_casts_the_gradient_back() -> None:
    x = cr.tensor([1.0, 2.0])
    cr.astype(x, np.float32).sum().backward()
    assert x.grad.dtype == np.float64


def test_integers_carry_no_gradient() -> None:
    x = cr.tensor([1.5, 2.5])
    whole = x.astype(int)
    assert not whole.differentiable
    (whole * x).sum().backward()
    assert x.grad.tolist() == [1.0, 2.0]


def test_astype_knows_dtypes() -> None:
    with pytest.raises(DtypeError) as error:
        cr.astype(np.ones(2), "flaot32")
    assert str(error.value) == (
        "astype: there is no dtype 'flaot32'\nhint: did you mean 'float32'?"
    )


def test_conditions_of_gates() -> None:
    x = cr.tensor([1.0, np.inf, np.nan])
    assert (~(x > 1)).tolist() == [True, False, True]
    assert ((x > 0) & ops.isfinite(x)).tolist() == [True, False, False]
    assert ((x < 0) | cr.isnan(x)).tolist() == [False, False, True]
