"""The reverse pass: adding at branches, undoing broadcasts, stopping where nothing flows."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.autodiff.reverse import backward, gather_to
from chainrule.errors import GradientError


def test_gradients_add_at_branches():
    x = cr.tensor(3.0)
    (x * x + x + cr.exp(x)).backward()
    assert x.grad == pytest.approx(7 + np.exp(3.0), rel=1e-15)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3), ()), ((4, 2, 3), (1, 3)), ((2, 3), (2, 3))],
)
def test_broadcasting_is_undone_by_sums(given, wanted):
    g = np.arange(float(np.prod(given))).reshape(given)
    found = gather_to(g, wanted)
    assert found.shape == wanted
    ones = np.ones(wanted)
    assert np.sum(found) == np.sum(g * np.broadcast_to(ones, given))


def test_one_gradient_for_all_entries_is_repeated():
    assert gather_to(np.float64(2.0), (2, 2)).tolist() == [[2.0, 2.0], [2.0, 2.0]]


def test_only_what_is_asked_for_is_computed():
    x, y = cr.tensor(2.0), cr.tensor(3.0)
    hidden = y * y
    root = x * hidden
    found = backward(root, np.float64(1.0), lambda t: t.value, wrt=[x])
    assert found[x] == 9.0
    assert hidden not in found
    assert y not in found


def test_a_rule_with_the_wrong_number_of_gradients_is_named():
    @cr.op(numpy=lambda x, y: x * y, name="lopsided")
    def lopsided(g, z, x, y):
        return (g * y,)

    with pytest.raises(GradientError, match="rule of lopsided returned 1 gradients for 2 inputs"):
        lopsided(cr.tensor(1.0), cr.tensor(2.0)).backward()


def test_a_rule_on_raw_arrays_works_once_and_says_so_when_asked_for_more():
    @cr.op(numpy=np.cbrt, name="raw_cbrt")
    def raw_cbrt(g, z, x):
        return (np.asarray(g) / (3 * np.square(np.asarray(z, dtype=float))),)

    assert cr.grad(raw_cbrt)(8.0) == pytest.approx(1 / 12)
    with pytest.raises(GradientError, match="works on plain arrays only"):
        cr.grad(cr.grad(raw_cbrt))(8.0)


def test_a_gate_may_compute_with_python_numbers():
    @cr.op(numpy=lambda x: float(x) ** 3, name="plain_cube")
    def plain_cube(g, z, x):
        return (g * 3 * x**2,)

    x = cr.tensor(2.0)
    (plain_cube(x) * 2).backward()
    assert x.grad == 24.0


def test_a_gate_of_the_users_own_does_not_take_over_numpys_function():
    @cr.op(numpy=np.sin, name="my_sine")
    def my_sine(g, z, x):
        return (g * 100,)

    x = cr.tensor(0.5)
    assert np.sin(x).op is cr.sin
    assert my_sine(x).op is my_sine
