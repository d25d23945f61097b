"""Activations as layers: the functions of the same name, with their settings."""

import numpy as np

import chainrule as cr
from chainrule import nn

RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, 4))


def test_activations_follow_their_functions() -> None:
    for name, layer in (("elu", nn.ELU(alpha=0.5)), ("lecun_tanh", nn.LecunTanh(linear=0.1))):
        settings = {"alpha": 0.5} if name == "elu" else {"linear": 0.1}
        np.testing.assert_array_equal(layer(X), getattr(cr, name)(X, **settings))
    np.testing.assert_allclose(nn.LeakyReLU()(-X), np.where(-X > 0, -X, -0.01 * X), rtol=1e-15)
    np.testing.assert_allclose(nn.Softmax()(X).sum(-1), 1, rtol=1e-14)
    np.testing.assert_allclose(nn.Softmax(axis=0)(X).sum(0), 1, rtol=1e-14)


def test_prelu_learns_its_slope() -> None:
    layer = nn.PReLU(4, dtype=np.float64)
    cr.sum(layer(X)).backward()
    np.testing.assert_allclose(layer.slope.grad, np.minimum(X, 0).sum(0), rtol=1e-14)
