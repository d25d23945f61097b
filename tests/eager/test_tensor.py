"""Tensors: gradients on every tensor, blank before, NumPy's protocols, messages."""

import gc
import weakref

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DtypeError, GradientError, ShapeError, UsageError


def test_every_tensor_between_leaves_and_root_gets_its_gradient():
    x, y = cr.tensor(2.0), cr.tensor(3.0)
    product = x * y
    total = product + x
    assert (x.grad, product.grad, total.grad) == (None, None, None)
    total.backward()
    assert (x.grad, y.grad, product.grad, total.grad) == (4.0, 2.0, 1.0, 1.0)


def test_a_second_backward_replaces_and_adds_only_when_asked():
    x = cr.tensor(3.0)
    y = x * x
    y.backward()
    y.backward()
    assert x.grad == 6.0
    y.backward(accumulate=True)
    assert x.grad == 12.0


def test_gradients_have_shape_and_dtype_of_their_values():
    x = cr.tensor(np.ones((3, 1), np.float32))
    y = cr.tensor(np.ones(4))
    cr.sum(x * y).backward()
    assert x.grad.shape == (3, 1)
    assert x.grad.dtype == np.float32
    assert y.grad.tolist() == [3.0] * 4


def test_python_numbers_are_weak():
    x = cr.tensor(np.ones(2, np.float32))
    assert (2.5 * x - 1 / x + x**3).dtype == np.float32


def test_numpy_functions_stay_on_the_graph():
    x = cr.tensor([[1.0, 2.0], [3.0, 4.0]])
    y = np.sum(np.exp(x), axis=0)
    assert isinstance(y, cr.Tensor)
    np.testing.assert_array_equal(y.value, np.exp(x.value).sum(axis=0))
    np.sum(y).backward()
    np.testing.assert_array_equal(x.grad, np.exp(x.value))
    assert isinstance(np.ones((2, 2)) @ x, cr.Tensor)


def test_numpy_functions_without_a_gate_say_so():
    with pytest.raises(UsageError, match=r"np\.cbrt has no derivative here"):
        np.cbrt(cr.tensor(8.0))
    with pytest.raises(UsageError, match=r"np.exp\(out\) does not work on gates"):
        np.exp(cr.tensor(1.0), out=np.zeros(()))


def test_plain_values_come_out_as_arrays():
    x = cr.tensor([1.0, 2.0])
    assert np.asarray(x).tolist() == [1.0, 2.0]
    assert float(x[1]) == 2.0
    assert x.tolist() == [1.0, 2.0]
    assert isinstance(cr.exp(np.ones(2)), np.ndarray)


def test_no_grad_and_detach_cut_the_history():
    x = cr.tensor(2.0)
    with cr.no_grad():
        y = x * 3
    (x * y + x.detach() * 5).backward()
    assert x.grad == 6.0


def test_gradients_can_be_differentiated_again():
    x = cr.tensor(2.0)
    (x**3).backward(create_graph=True)
    first = x.grad
    assert float(first) == 12.0
    first.backward()
    assert float(x.grad) == 12.0  # 6 x


def test_backward_from_an_array_needs_the_gradient_that_enters():
    y = cr.tensor([1.0, 2.0]) * 2
    with pytest.raises(GradientError, match="starts from a scalar, this tensor has shape"):
        y.backward()
    with pytest.raises(ShapeError, match=r"has shape \(3,\), this tensor \(2,\)"):
        y.backward(np.ones(3))


def test_backward_from_a_constant_is_an_error():
    with pytest.raises(GradientError, match="called on a constant"):
        cr.tensor(2).backward()


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(DtypeError, match="expected numbers, got str"):
        cr.tensor("two")
    with pytest.raises(ShapeError, match="ragged"):
        cr.tensor([[1.0], [2.0, 3.0]])
    with pytest.raises(DtypeError, match="real numbers, not complex128"):
        cr.tensor(1j)


def test_shapes_that_clash_are_named():
    with pytest.raises(ShapeError, match=r"add of \(2,\) and \(3,\): the shapes do not broadcast"):
        cr.tensor([1.0, 2.0]) + np.ones(3)


def test_a_misspelt_method_suggests_the_nearest():
    with pytest.raises(AttributeError, match="did you mean 'exp'"):
        cr.tensor(1.0).expo()


def test_a_tensor_knows_its_variable_and_line():
    x = cr.tensor(2.0)
    hidden = cr.tanh(x * 3)
    assert hidden.source.variable == "hidden"
    assert hidden.source.text == "hidden = cr.tanh(x * 3)"
    assert hidden.source.file == __file__
    assert x.source.variable == "x"


def test_a_leaf_does_not_share_memory_with_what_it_was_made_from():
    array = np.ones(2)
    x = cr.tensor(array)
    array[0] = 7.0
    assert x.tolist() == [1.0, 1.0]


def test_a_graph_is_freed_without_the_garbage_collector():
    x = cr.tensor(2.0)
    y = x * x
    gone = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert gone() is None
    finally:
        gc.enable()


def test_operators_follow_numpy():
    x = cr.tensor([1.0, -2.0])
    for found, expected in [
        (-x, [-1.0, 2.0]),
        (abs(x), [1.0, 2.0]),
        (5 - x, [4.0, 7.0]),
        (4 / x, [4.0, -2.0]),
        (2**x, [2.0, 0.25]),
        (x % 3, [1.0, 1.0]),
        (x**2, [1.0, 4.0]),
        (x.T, [1.0, -2.0]),
        (x.reshape(2, 1)[:, 0], [1.0, -2.0]),
    ]:
        assert found.tolist() == expected
    assert (x > 0).tolist() == [True, False]
    assert [float(entry) for entry in x] == [1.0, -2.0]
    assert len(x) == 2
