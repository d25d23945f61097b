"""Worked examples W6, W7 and W15: the same rules on vectors and matrices."""

from typing import Any

import numpy as np

import chainrule as cr
from tests.lectures.slopes import gradients

RNG = np.random.default_rng(5)


def test_w06_a_product_of_matrices() -> None:
    w, x = RNG.normal(size=(5, 10)), RNG.normal(size=(10, 3))
    upstream = RNG.normal(size=(5, 3))
    W, X = cr.tensor(w), cr.tensor(x)
    D = W @ X
    D.backward(upstream)
    assert (W.grad.shape, X.grad.shape) == ((5, 10), (10, 3))
    np.testing.assert_allclose(W.grad, upstream @ x.T, rtol=1e-14)
    np.testing.assert_allclose(X.grad, w.T @ upstream, rtol=1e-14)
    _, pull = cr.vjp(lambda w, x: w @ x, w, x)
    for a, b in zip(pull(upstream), (W.grad, X.grad), strict=True):
        np.testing.assert_array_equal(a, b)


def test_w07_the_squared_length_of_a_product() -> None:
    W, x = cr.tensor([[0.1, 0.5], [-0.3, 0.8]]), cr.tensor([0.2, 0.4])
    q = W @ x
    f = cr.sum(q**2)
    np.testing.assert_allclose(q.value, [0.22, 0.26], rtol=1e-15)
    np.testing.assert_allclose(f.value, 0.116, rtol=1e-15)
    f.backward()
    np.testing.assert_allclose(q.grad, [0.44, 0.52], rtol=1e-15)
    np.testing.assert_allclose(W.grad, [[0.088, 0.176], [0.104, 0.208]], rtol=1e-15)
    np.testing.assert_allclose(x.grad, [-0.112, 0.636], rtol=1e-15)
    found = gradients(lambda W, x: cr.sum((W @ x) ** 2), W.value, x.value)
    np.testing.assert_array_equal(found[0], W.grad)
    np.testing.assert_array_equal(found[1], x.grad)


def small_net() -> dict[str, cr.Tensor]:
    return {
        "W1": cr.tensor(RNG.normal(size=(4, 3))),
        "b1": cr.tensor(RNG.normal(size=4)),
        "W2": cr.tensor(RNG.normal(size=(2, 4))),
        "b2": cr.tensor(RNG.normal(size=2)),
    }


def test_w15_error_signal_of_the_last_layer() -> None:
    net = small_net()
    x = RNG.normal(size=(6, 3))
    y = (RNG.random(size=(6, 2)) < 0.5).astype(float)
    n = y.size
    z1 = x @ net["W1"].T + net["b1"]
    a1 = cr.tanh(z1)
    z2 = a1 @ net["W2"].T + net["b2"]
    y_hat = cr.sigmoid(z2)
    J = -cr.mean(y * cr.log(y_hat) + (1 - y) * cr.log(1 - y_hat))
    J.backward()
    delta = (y_hat.value - y) / n
    np.testing.assert_allclose(z2.grad, delta, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(net["W2"].grad, delta.T @ a1.value, rtol=1e-12)
    np.testing.assert_allclose(net["b2"].grad, delta.sum(axis=0), rtol=1e-12)
    # Middle layers: through W^T, then times the slope of the activation.
    da = delta @ net["W2"].value
    np.testing.assert_allclose(a1.grad, da, rtol=1e-12)
    dz = da * (1 - a1.value**2)
    np.testing.assert_allclose(z1.grad, dz, rtol=1e-12)
    np.testing.assert_allclose(net["W1"].grad, dz.T @ x, rtol=1e-12)
    np.testing.assert_allclose(net["b1"].grad, dz.sum(axis=0), rtol=1e-12)


def test_w15_the_loss_from_logits_has_the_same_signal() -> None:
    z = cr.tensor(RNG.normal(size=(6, 2)))
    y = (RNG.random(size=(6, 2)) < 0.5).astype(float)
    cr.losses.binary_cross_entropy_with_logits(z, y).backward()
    np.testing.assert_allclose(z.grad, (cr.sigmoid(z.value) - y) / y.size, rtol=1e-12)


def test_w15_the_error_signal_is_written_out_with_shapes() -> None:
    def net(T1: Any, T2: Any, T3: Any, x: Any, y: Any) -> Any:
        z1 = T1 @ x
        a1 = cr.sigmoid(z1)
        z2 = T2 @ a1
        a2 = cr.sigmoid(z2)
        z3 = T3 @ a2
        return cr.sum((z3 - y) ** 2) / 2

    thetas = {f"T{k}": RNG.normal(size=s) for k, s in enumerate([(5, 3), (4, 5), (2, 4)], 1)}
    x, y = RNG.normal(size=3), RNG.normal(size=2)
    found = cr.derive(net, wrt="T1", **thetas, x=x, y=y, evaluations=False)
    lines = {line.label: line for line in found.lines}
    assert [lines[z].shape for z in ("z3", "z2", "z1", "T1")] == [(2,), (4,), (5,), (5, 3)]
    (term,) = lines["T1"].terms
    assert [part.shape for part in term.parts] == [(5, 1), (1, 3)]
    a1 = 1 / (1 + np.exp(-thetas["T1"] @ x))
    a2 = 1 / (1 + np.exp(-thetas["T2"] @ a1))
    d2 = thetas["T3"].T @ (thetas["T3"] @ a2 - y) * a2 * (1 - a2)
    d1 = thetas["T2"].T @ d2 * a1 * (1 - a1)
    gradient = np.reshape(found.gradient.data, (5, 3))
    np.testing.assert_allclose(gradient, np.outer(d1, x), rtol=1e-12)


def test_backward_pass_of_a_deep_net_by_the_matrix_formulas() -> None:
    """g <- g * f'(a), db = g + decay, dW = g h^T + decay W, g <- W^T g, for five layers."""
    decay, depth = 0.1, 5
    weights = [cr.tensor(RNG.normal(size=(4, 4)) / 2) for _ in range(depth)]
    biases = [cr.tensor(RNG.normal(size=4)) for _ in range(depth)]
    h = cr.tensor(RNG.normal(size=4))
    hs, sums = [h], []
    for W, b in zip(weights, biases, strict=True):
        sums.append(b + W @ hs[-1])
        hs.append(cr.tanh(sums[-1]))
    penalty = sum((W**2).sum() for W in weights) / 2
    J = cr.sum(hs[-1] ** 2) / 2 + decay * penalty
    J.backward()
    g = hs[-1].value
    for k in reversed(range(depth)):
        g = g * (1 - np.tanh(sums[k].value) ** 2)
        np.testing.assert_allclose(biases[k].grad, g, rtol=1e-11)
        wanted = np.outer(g, hs[k].value) + decay * weights[k].value
        np.testing.assert_allclose(weights[k].grad, wanted, rtol=1e-11)
        g = weights[k].value.T @ g
    np.testing.assert_allclose(h.grad, g, rtol=1e-11)


def test_cost_of_k_logistic_outputs() -> None:
    """-1/m sum_i sum_k [...] + decay / 2m sum theta^2, weights only."""
    theta, bias = cr.tensor(RNG.normal(size=(3, 4))), cr.tensor(RNG.normal(size=3))
    x, y = RNG.normal(size=(5, 4)), (RNG.random((5, 3)) < 0.5).astype(float)
    m, decay = len(x), 0.7
    z = x @ theta.T + bias
    cost = cr.losses.logistic_cost(z, y, [theta, bias], decay=decay)
    h = 1 / (1 + np.exp(-z.value))
    data = -(y * np.log(h) + (1 - y) * np.log(1 - h)).sum() / m
    wanted = data + decay / (2 * m) * (theta.value**2).sum()
    np.testing.assert_allclose(cost.value, wanted, rtol=1e-13)
    cost.backward()
    delta = (h - y) / m
    np.testing.assert_allclose(theta.grad, delta.T @ x + decay / m * theta.value, rtol=1e-11)
    np.testing.assert_allclose(bias.grad, delta.sum(axis=0), rtol=1e-11)
