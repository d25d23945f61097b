"""Random gates: keys of two kinds, plain and traced alike."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import ShapeError, UsageError
from chainrule.graph.node import leaf
from chainrule.graph.registry import ops


def test_an_integer_is_a_key() -> None:
    key = cr.random.key(3)
    for draw in (cr.random.uniform, cr.random.normal):
        np.testing.assert_array_equal(draw(3, (4,)), draw(key, (4,)))
    np.testing.assert_array_equal(cr.random.split(3), cr.random.split(key))
    np.testing.assert_array_equal(cr.random.fold_in(3, 1), cr.random.fold_in(key, 1))


def test_split_gives_keys_to_unpack() -> None:
    first, second = cr.random.split(cr.random.key(0))
    assert not np.array_equal(cr.random.uniform(first, (8,)), cr.random.uniform(second, (8,)))


def test_bernoulli_takes_its_shape_from_p() -> None:
    assert cr.random.bernoulli(0, np.array([0.0, 1.0])).tolist() == [False, True]
    assert cr.random.bernoulli(0, np.array([0.0, 1.0]), (2, 2)).tolist() == [[False, True]] * 2
    assert abs(np.mean(cr.random.bernoulli(0, 0.3, (4000,))) - 0.3) < 0.03


def test_draws_of_traced_keys_have_shape_and_dtype() -> None:
    key = leaf((2,), np.uint32)
    assert cr.random.uniform(key, (2, 3)).shape == (2, 3)
    assert cr.random.normal(key, (2,), "float64").dtype == np.float64
    assert cr.random.bernoulli(key, 0.5, (3,)).dtype == bool
    first, second = cr.random.split(key)
    assert first.shape == second.shape == (2,)
    step = leaf((), np.int64)
    assert cr.random.fold_in(key, step).dtype == np.uint32


def test_the_mean_and_the_spread_receive_gradients() -> None:
    mean, sigma = cr.tensor(1.0), cr.tensor(2.0)
    noise = cr.random.normal(5, (10,), dtype=np.float64)
    (mean + sigma * noise).sum().backward()
    assert float(mean.grad) == 10.0
    assert float(sigma.grad) == pytest.approx(noise.sum())


def test_what_is_no_key() -> None:
    with pytest.raises(UsageError) as plain:
        cr.random.uniform(np.zeros(3), (2,))
    assert str(plain.value) == (
        "a key is a uint32 array of shape (2,), got float64 of shape (3,)\n"
        "hint: make one with key(seed), and more with split(key, n)"
    )
    with pytest.raises(ShapeError) as traced:
        ops.uniform(leaf((3,)), (2,))
    assert str(traced.value) == (
        "uniform of (3,): a key is a uint32 array of shape (2,)\n"
        "hint: make one with key(seed), and more with split(key, n)"
    )
