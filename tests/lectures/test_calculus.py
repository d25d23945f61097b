"""Worked examples W8 to W12 and W14: slopes that one can find by hand, and identities."""

import math

import numpy as np
import pytest

import chainrule as cr
from tests.lectures.slopes import gradients


def test_w08_a_line_with_its_slopes_the_right_way_round() -> None:
    w, x, b = cr.tensor(-2.0), cr.tensor(5.0), cr.tensor(3.0)
    g = w * x
    f = g + b
    assert (g.value, f.value) == (-10, -7)
    f.backward()
    assert (w.grad, x.grad, b.grad, g.grad) == (5, -2, 1, 1)
    # One deck writes df/dw = -2 and df/dx = 5: the two are swapped.
    assert (w.grad, x.grad) != (-2, 5)
    assert gradients(lambda w, x, b: w * x + b, -2.0, 5.0, 3.0) == [5, -2, 1]


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (lambda x: 3 + 0 * x, 0),
        (lambda x: x, 1),
        (lambda x: 2 * x, 2),
        (lambda x: x + x, 2),
        (lambda x: x + 3, 1),
    ],
)
@pytest.mark.parametrize("x", [-1.5, 0.0, 4.0])
def test_w09_simple_slopes(f, slope, x) -> None:  # type: ignore[no-untyped-def]
    assert gradients(f, x) == [slope]


def test_w09_a_constant_does_not_depend_on_x() -> None:
    assert cr.grad(lambda x: 3.0)(2.0) == 0


def test_w09_two_inputs() -> None:
    assert gradients(lambda x, y: x * y, 2.5, -7.0) == [-7, 2.5]
    assert gradients(lambda x, y: x + y, 2.5, -7.0) == [1, 1]


def test_w10_a_quadratic_form() -> None:
    def f(x1, x2):  # type: ignore[no-untyped-def]
        return x1**2 + 2 * x2**2 + 3 * x1 * x2

    assert f(1.0, 2.0) == 15
    assert gradients(f, 1.0, 2.0) == [8, 11]


@pytest.mark.parametrize("x", [-1.2, 0.3, 1.0, 2.5])
def test_w11_chain_rule(x: float) -> None:
    assert gradients(lambda x: cr.log(x**2), x)[0] == pytest.approx(2 / x, rel=1e-14)
    wanted = 3 * x**2 * math.exp(x**3)
    assert gradients(lambda x: cr.exp(x**3), x)[0] == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("n", [-2, -1, 0, 1, 2, 3, 7])
@pytest.mark.parametrize("x", [0.4, 1.7])
def test_power_rule(n: int, x: float) -> None:
    assert gradients(lambda x: x**n, x)[0] == pytest.approx(n * x ** (n - 1), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("k", "0"),
        ("x^5", "5*x^4"),
        ("exp(x)", "exp(x)"),
        ("log(x)", "1/x"),
        ("log(x^2)", "2/x"),
        ("exp(x^3)", "3*x^2*exp(x^3)"),
    ],
)
def test_w11_derivatives_as_formulas(text: str, found: str) -> None:
    assert str(cr.derivative(text, "x")) == found


def test_w10_partial_derivatives_as_formulas() -> None:
    text = "x1^2 + 2*x2^2 + 3*x1*x2"
    by_x1, by_x2 = cr.derivative(text, "x1"), cr.derivative(text, "x2")
    assert (str(by_x1), str(by_x2)) == ("2*x1 + 3*x2", "3*x1 + 4*x2")
    assert (by_x1(1.0, 2.0), by_x2(1.0, 2.0)) == (8, 11)


def test_w12_three_times_a_sum() -> None:
    a, b, c = cr.tensor(5.0), cr.tensor(3.0), cr.tensor(2.0)
    u = b * c
    v = a + u
    j = 3 * v
    assert (u.value, v.value, j.value) == (6, 11, 33)
    j.backward()
    assert (v.grad, a.grad, u.grad, b.grad, c.grad) == (3, 3, 3, 6, 9)

    def cost(a, b, c):  # type: ignore[no-untyped-def]
        return 3 * (a + b * c)

    assert gradients(cost, 5.0, 3.0, 2.0) == [3, 6, 9]
    assert cost(5.001, 3.0, 2.0) == pytest.approx(33.003, rel=1e-15)
    assert cost(5.0, 3.001, 2.0) == pytest.approx(33.006, rel=1e-15)


def slopes(f, x):  # type: ignore[no-untyped-def]
    return cr.grad(lambda x: cr.sum(f(x)))(x)


def test_w14_identities_of_the_activations() -> None:
    x = np.linspace(-6, 6, 101)
    s = cr.sigmoid(x)
    np.testing.assert_allclose(slopes(cr.sigmoid, x), (1 - s) * s, rtol=1e-13)
    np.testing.assert_allclose(slopes(cr.tanh, x), 1 - np.tanh(x) ** 2, rtol=1e-13)
    np.testing.assert_allclose(np.tanh(x), 2 * cr.sigmoid(2 * x) - 1, atol=1e-15)
    np.testing.assert_array_equal(slopes(cr.relu, x), x > 0)


def test_slopes_of_the_activations_at_most() -> None:
    x = np.linspace(-6, 6, 101)  # holds 0
    assert slopes(cr.sigmoid, x).max() == 0.25
    assert slopes(cr.tanh, x).max() == 1


def test_elu_has_exp_of_plus_x() -> None:
    # One deck writes alpha exp(-x), which grows without bound to the left; ELU tends to -alpha.
    x = np.array([-30.0, -1.0, 2.0])
    np.testing.assert_allclose(cr.elu(x, alpha=0.5), [-0.5, 0.5 * np.expm1(-1), 2.0], rtol=1e-12)
    np.testing.assert_allclose(slopes(lambda x: cr.elu(x, 0.5), x)[1:], [0.5 * np.exp(-1), 1.0])


def test_the_leak_is_a_parameter() -> None:
    # One deck uses 0.1, the course notes 0.01, which is the default.
    assert cr.leaky_relu(-1.0) == -0.01
    assert cr.leaky_relu(-1.0, slope=0.1) == -0.1
    assert gradients(lambda x: cr.leaky_relu(x, slope=0.1), -1.0) == [0.1]


def test_maxout_of_two_lines() -> None:
    w1, b1, w2, b2 = 2.0, 1.0, -1.0, 0.5

    def f(x):  # type: ignore[no-untyped-def]
        return cr.maxout(cr.stack([w1 * x + b1, w2 * x + b2]))

    assert gradients(f, 1.0) == [w1]
    assert gradients(f, -1.0) == [w2]


def test_lecun_tanh_has_fixed_points_at_one() -> None:
    assert cr.lecun_tanh(1.0) == pytest.approx(1, abs=1e-4)
    assert cr.lecun_tanh(-1.0) == pytest.approx(-1, abs=1e-4)
    assert gradients(cr.lecun_tanh, 0.0)[0] == pytest.approx(1.14393, abs=5e-6)


def test_numeric_derivative_as_definition() -> None:
    def f(x):  # type: ignore[no-untyped-def]
        return x**3

    errors = [abs((f(2.0 + h) - f(2.0)) / h - 12) for h in (1e-1, 1e-2, 1e-3)]
    assert errors == pytest.approx([0.61, 0.0601, 0.006001], rel=1e-6)
    assert cr.grad(f)(2.0) == 12
