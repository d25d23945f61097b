"""Random words as expressions have the bits of the reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.graph.builder import Builder
from chainrule.graph.place import Place
from chainrule.ops import words
from chainrule.ops.reference import philox
from tests.contract.entries import entries_of, value

m = Builder()
SEED = 2**40 + 7
WORD = st.integers(0, 2**64 - 1)


@given(WORD, WORD, st.sampled_from([philox.DRAW, philox.SPLIT, philox.FOLD]))
def test_blocks(seed: int, number: int, purpose: int) -> None:
    key = philox.key(seed)
    made = words.block(m, entries_of(key), m.cast(number, words.WIDE), purpose)
    assert [value(w, {}) for w in made] == philox.blocks(key, number, purpose).tolist()


@pytest.mark.parametrize("seed", [SEED, np.int64(SEED), np.uint64(SEED)])
def test_a_seed_stands_for_its_key(seed: int) -> None:
    made = [value(w, {}) for w in words.words_of(m, entries_of(seed))]
    assert made == philox.key(SEED).tolist()


@pytest.mark.parametrize("shape", [(7,), (2, 3), (4, 4)])
def test_every_entry_has_its_word(shape: tuple[int, ...]) -> None:
    key = philox.key(SEED)
    made = [
        value(words.word(m, entries_of(key), [Place(int(i)) for i in at], shape), {})
        for at in np.ndindex(shape)
    ]
    assert made == philox.bits(key, len(made)).tolist()


@pytest.mark.parametrize("shape", [(), (5,), (2, 3)])
def test_every_entry_has_its_pair_of_words(shape: tuple[int, ...]) -> None:
    key = philox.key(SEED)
    made = [
        value(w, {})
        for at in np.ndindex(shape)
        for w in words.pair(m, entries_of(key), [Place(int(i)) for i in at], shape)
    ]
    assert made == philox.bits(key, len(made)).tolist()


def test_a_word_becomes_a_float() -> None:
    largest = m.cast(2**32 - 1, words.WIDE)
    assert value(words.number_of(m, largest, np.float64), {}) == 2.0**32 - 1
