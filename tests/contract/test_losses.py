"""What holds for every loss: shapes, reductions, dtypes, derivatives, traced and plain inputs."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError
from chainrule.graph.run import run
from chainrule.graph.trace import trace
from chainrule.nn import losses

RNG = np.random.default_rng(5)
X = RNG.uniform(0.1, 0.9, size=(6, 3))
TARGETS: dict[str, Any] = {
    "absolute_error": X + 0.5,
    "binary_cross_entropy": np.eye(3)[[0, 1, 2, 2, 1, 0]],
    "binary_cross_entropy_with_logits": np.eye(3)[[0, 1, 2, 2, 1, 0]],
    "hinge": np.sign(RNG.normal(size=(6, 3))),
    "huber": X + 0.5,
    "logistic_cost": np.eye(3)[[0, 1, 2, 2, 1, 0]],
    "poisson": RNG.poisson(2, size=(6, 3)),
    "softmax_cross_entropy": np.array([0, 1, 2, 2, 1, 0]),
    "squared_error": X + 0.5,
}
LOSSES: dict[str, Callable[..., Any]] = {
    name: f
    for name, f in vars(losses).items()
    if inspect.isfunction(f)
    and f.__module__ == losses.__name__
    and not name.startswith("_")
    and name not in ("l1", "l2", "weights_of")
}
EVERY = pytest.mark.parametrize("name", LOSSES)


def test_every_loss_has_targets_here() -> None:
    assert set(LOSSES) == set(TARGETS)


@EVERY
def test_reductions(name: Any) -> None:
    loss, y = LOSSES[name], TARGETS[name]
    if "reduction" not in inspect.signature(loss).parameters:
        assert np.shape(loss(X, y)) == ()
        return
    each = loss(X, y, reduction="none")
    assert each.shape == (6,) if name == "softmax_cross_entropy" else each.shape == X.shape
    assert (each >= 0).all() or name == "poisson"
    assert loss(X, y, reduction="sum") == pytest.approx(each.sum(), rel=1e-13)
    assert loss(X, y) == pytest.approx(each.mean(), rel=1e-13)


@EVERY
def test_first_and_second_derivative(name: Any) -> None:
    loss, y = LOSSES[name], TARGETS[name]
    d = np.random.default_rng(0).normal(size=X.shape)
    slope = np.sum(cr.grad(loss)(X, y) * d)
    h = 1e-6
    assert slope == pytest.approx((loss(X + h * d, y) - loss(X - h * d, y)) / (2 * h), rel=1e-6)
    curve = cr.jvp(cr.grad(lambda x: loss(x, y)), (X,), (d,))[1]
    up, down = cr.grad(loss)(X + h * d, y), cr.grad(loss)(X - h * d, y)
    np.testing.assert_allclose(curve, (up - down) / (2 * h), atol=1e-6)


@EVERY
def test_dtypes(name: Any) -> None:
    loss, y = LOSSES[name], TARGETS[name]
    for dtype in (np.float32, np.float64):
        assert np.asarray(loss(X.astype(dtype), y)).dtype == dtype
        assert cr.grad(loss)(X.astype(dtype), y).dtype == dtype
    close = loss(X.astype(np.float32), y)
    assert close == pytest.approx(loss(X, y), rel=1e-5)


@EVERY
def test_traced_and_computed_agree(name: Any) -> None:
    """While it is traced, a loss knows no values, so it must not look at any."""
    loss, y = LOSSES[name], np.asarray(TARGETS[name])
    found = trace(lambda x, t: loss(x, t), X, y)
    assert found.outputs[0].shape == ()
    (value,) = run(found.inputs, found.outputs, [X, y])
    np.testing.assert_array_equal(value, loss(X, y))
    np.testing.assert_array_equal(loss(cr.tensor(X), y).value, loss(X, y))
    np.testing.assert_array_equal(loss(X.tolist(), y.tolist()), loss(X, y))


@EVERY
def test_nothing_is_broadcast(name: Any) -> None:
    loss, y = LOSSES[name], np.asarray(TARGETS[name])
    for wrong in (y[:1], y[..., None], y.reshape(-1)[:2], np.array(0)):
        with pytest.raises(ShapeError) as caught:
            loss(X, wrong)
        assert str(X.shape) in str(caught.value)
        assert str(wrong.shape) in str(caught.value)


@pytest.mark.parametrize("name", [n for n in LOSSES if n not in ("softmax_cross_entropy",)])
def test_a_vector_is_not_a_column(name: Any) -> None:
    loss, y = LOSSES[name], np.asarray(TARGETS[name])
    with pytest.raises(ShapeError) as caught:
        loss(X[:3, 0], y[:3, :1])
    assert str(caught.value) == (
        f"{name}: predictions have shape (3,), targets (3, 1)\n"
        "hint: give both the same shape; y[:, None] makes a column of a vector"
    )
