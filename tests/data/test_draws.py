"""Random numbers from an explicit seed."""

import numpy as np
import pytest

from chainrule.data.draws import bits, generator, permutation
from chainrule.errors import UsageError


def test_the_integers_are_pinned():
    """A run that was stopped under another version of NumPy must find its order again."""
    assert bits(7, 2, 3).random_raw(2).tolist() == [6626441875418973127, 4298078626401097108]
    assert permutation(8, bits(7, 2, 3)).tolist() == [4, 2, 1, 6, 0, 7, 5, 3]


def test_seed_stream_and_step_each_matter():
    draws = {tuple(bits(*at).random_raw(4)) for at in ((0, 1), (1, 1), (0, 2), (0, 1, 1))}
    assert len(draws) == 4


@pytest.mark.parametrize("n", [0, 1, 100])
def test_permutation(n):
    assert sorted(permutation(n, bits(0, 0)).tolist()) == list(range(n))


def test_generator_reads_the_same_integers():
    assert generator(5, 1).bit_generator.random_raw() == bits(5, 1).random_raw()


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seed_out_of_range(seed):
    with pytest.raises(UsageError) as caught:
        bits(seed, 0)
    assert str(caught.value) == f"a seed is a whole number from 0 to 2**64 - 1, not {seed}"


def test_the_largest_seed():
    assert isinstance(bits(2**64 - 1, 0), np.random.Philox)
