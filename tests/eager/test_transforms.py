"""Transforms against closed forms: JAX's signatures, pytrees, nesting to any order."""

from dataclasses import dataclass

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DtypeError, GradientError, ShapeError, UsageError

A = np.array([[2.0, 1.0], [1.0, 3.0]])
X = np.array([0.5, -1.5])


def quadratic(x):
    return 0.5 * cr.sum(x * (A @ x))


def test_grad_of_a_quadratic_form():
    np.testing.assert_allclose(cr.grad(quadratic)(X), A @ X, rtol=1e-15)
    value, gradient = cr.value_and_grad(quadratic)(X)
    assert value == pytest.approx(0.5 * X @ A @ X, rel=1e-15)
    assert isinstance(gradient, np.ndarray)


def test_argnums_and_aux():
    def f(x, y, scale):
        return cr.sum(x * y) * scale, {"seen": x + y}

    gradients, aux = cr.grad(f, argnums=(1, 0), has_aux=True)(X, 2 * X, 3.0)
    np.testing.assert_array_equal(gradients[0], 3 * X)
    np.testing.assert_array_equal(gradients[1], 6 * X)
    np.testing.assert_array_equal(aux["seen"], 3 * X)
    assert type(aux["seen"]) is np.ndarray
    (value, _), gradient = cr.value_and_grad(f, has_aux=True)(X, X, 1.0)
    assert value == float(X @ X)
    np.testing.assert_array_equal(gradient, X)


@dataclass(frozen=True)
class Point:
    x: object
    name: str


def test_pytrees_keep_their_structure():
    def f(p):
        return p["w"][0] * 2 + cr.sum(p["b"] ** 2) + p["at"].x * 3

    found = cr.grad(f)({"w": [1.0, 5.0], "b": X, "at": Point(2.0, "here")})
    assert found["w"] == [2.0, 0.0]
    np.testing.assert_array_equal(found["b"], 2 * X)
    assert found["at"] == Point(3.0, "here")


def test_vjp_and_jvp_are_transposes():
    def f(x, y):
        return cr.sin(x) * y, cr.sum(x * x)

    y, pull = cr.vjp(f, X, 2 * X)
    up = (np.array([0.3, 0.7]), 0.2)
    gx, gy = pull(up)
    v = (np.array([1.0, -2.0]), np.array([0.5, 0.25]))
    same, pushed = cr.jvp(f, (X, 2 * X), v)
    np.testing.assert_array_equal(same[0], y[0])
    np.testing.assert_allclose(pushed[0], np.cos(X) * v[0] * 2 * X + np.sin(X) * v[1], rtol=1e-15)
    assert pushed[1] == pytest.approx(2 * X @ v[0], rel=1e-15)
    backward = gx @ v[0] + gy @ v[1]
    assert backward == pytest.approx(up[0] @ pushed[0] + up[1] * pushed[1], rel=1e-14)


def test_jacobian_hessian_and_hvp():
    np.testing.assert_allclose(cr.jacobian(lambda x: A @ x)(X), A, rtol=1e-15)
    np.testing.assert_allclose(cr.hessian(quadratic)(X), A, rtol=1e-15)
    v = np.array([1.0, 2.0])
    np.testing.assert_allclose(cr.hvp(quadratic, (X,), (v,)), A @ v, rtol=1e-15)
    cubes = cr.jacobian(lambda x, y: x**3 * y, argnums=(0, 1))(X, X)
    np.testing.assert_allclose(cubes[0], np.diag(3 * X**3), rtol=1e-15)
    np.testing.assert_allclose(cubes[1], np.diag(X**3), rtol=1e-15)


def test_any_order_nests():
    def f(x):
        return x**5

    expected = [5 * 16.0, 20 * 8.0, 60 * 4.0, 120 * 2.0, 120.0]
    for value in expected:
        f = cr.grad(f)
        assert f(2.0) == pytest.approx(value, rel=1e-13)
        assert isinstance(f(2.0), float)


def test_inner_arguments_do_not_leak_into_outer_derivatives():
    assert cr.grad(lambda x: x * cr.grad(lambda y: x + y)(1.0))(3.0) == 1.0
    assert cr.grad(lambda x: cr.grad(lambda y: x * y * y)(1.0))(3.0) == 2.0
    assert cr.grad(lambda x: cr.jvp(lambda y: x * x * y, (1.0,), (1.0,))[1])(3.0) == 6.0


def test_gradients_by_tensors_stay_on_the_graph():
    w = cr.tensor(3.0)
    slope = cr.grad(lambda x: w * x * x)(2.0)
    slope.backward()
    assert float(slope) == 12.0
    assert w.grad == 4.0


def test_gradients_inside_a_trace_are_part_of_the_circuit():
    from chainrule.graph.run import run

    found = cr.trace(lambda x, v: cr.hvp(quadratic, (x,), (v,)), X, X)
    (value,) = run(found.inputs, found.outputs, [X, np.array([1.0, 2.0])])
    np.testing.assert_allclose(value, A @ [1.0, 2.0], rtol=1e-15)


def test_no_grad_around_a_transform_does_not_blind_it():
    with cr.no_grad():
        assert cr.grad(lambda x: x * x)(3.0) == 6.0


def test_what_cannot_be_differentiated_is_said():
    with pytest.raises(GradientError, match=r"grad needs a scalar, but <lambda> returned \(2,\)"):
        cr.grad(lambda x: x)(X)
    with pytest.raises(DtypeError, match="cannot differentiate by int64 values"):
        cr.grad(lambda x: x * 2.0)(3)
    with pytest.raises(UsageError, match="argnums=2, but quadratic was called with 1 positional"):
        cr.grad(quadratic, argnums=2)(X)
    with pytest.raises(ShapeError, match=r"a tangent has shape \(3,\), its primal \(2,\)"):
        cr.jvp(quadratic, (X,), (np.ones(3),))
    with pytest.raises(UsageError, match="pull needs 1 gradients"):
        cr.vjp(quadratic, X)[1]((1.0, 2.0))


def test_arguments_without_influence_get_zeros():
    gradients = cr.grad(lambda x, y: cr.sum(x), argnums=(0, 1))(X, X)
    assert gradients[1].tolist() == [0.0, 0.0]
    assert cr.grad(lambda x: 5.0)(2.0) == 0.0


def test_a_module_as_auxiliary_data_can_be_differentiated_by_again():
    net = cr.nn.MLP(2, 3, 1, key=0, dtype=np.float64)

    def f(model):
        return cr.sum(model(X) ** 2), model

    _, same = cr.grad(f, has_aux=True)(net)
    assert [name for name, _ in same.named_parameters()] == [n for n, _ in net.named_parameters()]
    assert cr.grad(lambda m: cr.sum(m(X)))(same).layers[0].weight.shape == (3, 2)
