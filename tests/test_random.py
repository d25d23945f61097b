"""The public face of randomness: the same key gives the same numbers, another key others."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import random

DRAWS = {
    "uniform": lambda key: random.uniform(key, (64,)),
    "normal": lambda key: random.normal(key, (64,)),
    "bernoulli": lambda key: random.bernoulli(key, 0.5, (64,)),
    "permutation": lambda key: random.permutation(key, 64),
}


def test_what_there_is() -> None:
    assert cr.random is random
    assert set(random.__all__) == {*DRAWS, "fold_in", "key", "split"}
    assert all(callable(getattr(random, name)) for name in random.__all__)


@pytest.mark.parametrize("name", DRAWS)
def test_the_same_key_gives_the_same_numbers(name: str) -> None:
    draw = DRAWS[name]
    np.testing.assert_array_equal(draw(random.key(7)), draw(random.key(7)))
    assert not np.array_equal(draw(random.key(7)), draw(random.key(8)))


@pytest.mark.parametrize("name", DRAWS)
def test_no_state_is_left_behind(name: str) -> None:
    first = DRAWS[name](random.key(7))
    np.random.default_rng().random()
    for other in DRAWS.values():
        other(random.key(1))
    np.testing.assert_array_equal(DRAWS[name](random.key(7)), first)


def test_keys_that_come_from_a_key_differ_from_it_and_each_other() -> None:
    key = random.key(0)
    made = [key, *random.split(key, 5), *(random.fold_in(key, i) for i in range(5))]
    assert len({tuple(np.asarray(k).tolist()) for k in made}) == 11


def test_the_numbers_are_spread_as_they_should_be() -> None:
    key = random.key(3)
    flat, bell = random.uniform(key, (4000,)), random.normal(key, (4000,))
    assert 0 <= flat.min() < 0.01 < 0.99 < flat.max() < 1
    assert abs(flat.mean() - 0.5) < 0.02
    assert abs(bell.mean()) < 0.06
    assert abs(bell.std() - 1) < 0.05
    assert sorted(random.permutation(key, 64).tolist()) == list(range(64))
