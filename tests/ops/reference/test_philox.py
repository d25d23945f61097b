"""The random generator: published answers, definitions word by word, and statistics."""

import math

import numpy as np
import pytest
import scipy.stats
from numpy.testing import assert_allclose, assert_array_equal

from chainrule.errors import UsageError
from chainrule.ops.reference import philox as cp
from chainrule.ops.reference.philox import (
    bernoulli,
    bits,
    fold_in,
    key,
    normal,
    permutation,
    philox,
    split,
    uniform,
)

K = key(2026)


def words(text: str) -> np.ndarray:
    return np.array([int(word, 16) for word in text.split()], np.uint32)


@pytest.mark.parametrize(
    ("counter", "secret", "answer"),
    [
        ("0 0 0 0", "0 0", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        (
            "ffffffff ffffffff ffffffff ffffffff",
            "ffffffff ffffffff",
            "408f276d 41c83b0e a20bc7c6 6d5451fd",
        ),
        (
            "243f6a88 85a308d3 13198a2e 03707344",
            "a4093822 299f31d0",
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_published_answers(counter: str, secret: str, answer: str) -> None:
    assert_array_equal(philox(words(counter), words(secret)), words(answer))
    several = np.stack([words(counter)] * 3)
    assert_array_equal(philox(several, words(secret)), np.stack([words(answer)] * 3))


def test_key_holds_the_seed() -> None:
    assert_array_equal(key(0), [0, 0])
    assert_array_equal(key(0x123456789ABCDEF0), [0x9ABCDEF0, 0x12345678])
    assert key(1).dtype == np.uint32


def test_bits_follow_the_counter() -> None:
    drawn = bits(K, 11)
    for i, word in enumerate(drawn):
        counter = np.array([i // 4, 0, 0, 0], np.uint32)
        assert word == philox(counter, K)[i % 4]
    assert drawn.dtype == np.uint32
    assert_array_equal(bits(K, 3), drawn[:3])
    assert bits(K, 0).shape == (0,)


def test_block_numbers_have_64_bits() -> None:
    far = cp.blocks(K, 5 * 2**32 + 7, cp.DRAW)
    assert_array_equal(far, philox(np.array([7, 5, 0, 0], np.uint32), K))


def test_split_and_fold_in_follow_their_counters() -> None:
    for i, child in enumerate(split(K, 3)):
        assert_array_equal(child, philox(np.array([i, 0, 0, 1], np.uint32), K)[:2])
    folded = fold_in(K, 3 * 2**32 + 9)
    assert_array_equal(folded, philox(np.array([9, 3, 0, 2], np.uint32), K)[:2])
    assert split(K).shape == (2, 2)
    assert split(K, 2).dtype == folded.dtype == np.uint32


def test_keys_do_not_coincide() -> None:
    made = [*split(K, 1000), *(fold_in(K, i) for i in range(1000)), *bits(K, 2000).reshape(-1, 2)]
    assert len({tuple(k) for k in made}) == 3000
    assert_array_equal(split(K, 5)[:2], split(K, 2))


def test_uniform_word_by_word() -> None:
    w = [int(word) for word in bits(K, 12)]
    assert_array_equal(uniform(K, 12), np.array([(v >> 8) / 2**24 for v in w], np.float32))
    expected = [((a >> 5) * 2**26 + (b >> 6)) / 2**53 for a, b in zip(w[::2], w[1::2], strict=True)]
    assert_array_equal(uniform(K, (2, 3), np.float64), np.reshape(expected, (2, 3)))


def test_uniform_never_reaches_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp, "bits", lambda key, n: np.full(n, 0xFFFFFFFF, np.uint32))
    assert uniform(K, 2)[0] == np.float32(1 - 2.0**-24)
    assert uniform(K, 2, np.float64)[0] == 1 - 2.0**-53


def test_normal_word_by_word() -> None:
    w = [int(word) for word in bits(K, 8)]
    expected = [
        math.sqrt(-2 * math.log((a + 1) / 2**32)) * math.cos(2 * math.pi * (b / 2**32))
        for a, b in zip(w[::2], w[1::2], strict=True)
    ]
    assert_allclose(normal(K, 4, np.float64), expected, rtol=1e-14)
    assert_array_equal(normal(K, 4), normal(K, 4, np.float64).astype(np.float32))


def test_normal_is_finite_at_the_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp, "bits", lambda key, n: np.zeros(n, np.uint32))
    assert normal(K, 1, np.float64)[0] == pytest.approx(6.660436)
    monkeypatch.setattr(cp, "bits", lambda key, n: np.full(n, 0xFFFFFFFF, np.uint32))
    assert normal(K, 1, np.float64)[0] == 0


def test_shapes_and_dtypes() -> None:
    assert uniform(K).shape == ()
    assert type(uniform(K)) is np.float32
    assert type(normal(K, dtype="float64")) is np.float64
    assert normal(K, (2, 0, 3)).shape == (2, 0, 3)
    assert normal(K, (2, 3)).dtype == np.float32
    assert bernoulli(K, 0.5, (4, 5)).dtype == np.bool_
    assert permutation(K, 5).dtype == np.int64


def test_draws_repeat() -> None:
    for draw in (uniform, normal):
        assert_array_equal(draw(K, 100), draw(key(2026), 100))
        assert not np.array_equal(draw(K, 100), draw(key(2027), 100))
        assert_array_equal(draw(K, (5, 20)).ravel(), draw(K, 100))


def test_bernoulli() -> None:
    assert not bernoulli(K, 0.0, 1000).any()
    assert bernoulli(K, 1.0, 1000).all()
    assert_array_equal(bernoulli(K, 0.3, 1000), bits(K, 1000) < 0.3 * 2**32)
    word = int(bits(K, 1)[0])
    assert not bernoulli(K, word / 2**32, 1)[0]
    assert bernoulli(K, (word + 1) / 2**32, 1)[0]
    mixed = bernoulli(K, np.array([0.0, 0.5, 1.0]), (2000, 3)).mean(axis=0)
    assert_allclose(mixed, [0, 0.5, 1], atol=0.05)


def test_permutation() -> None:
    order = permutation(K, 1000)
    assert_array_equal(np.sort(order), np.arange(1000))
    assert permutation(K, 0).shape == (0,)
    w = [int(word) for word in bits(K, 10)]
    by_hand = sorted(range(5), key=lambda i: (w[2 * i], w[2 * i + 1]))
    assert_array_equal(permutation(K, 5), by_hand)


def test_permutation_breaks_ties_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    few = np.repeat(np.arange(2000) % 3, 2).astype(np.uint32)
    monkeypatch.setattr(cp, "bits", lambda key, n: few)
    expected = [i for first in range(3) for i in range(2000) if i % 3 == first]
    assert_array_equal(permutation(K, 2000), expected)


def test_permutation_looks_at_both_words(monkeypatch: pytest.MonkeyPatch) -> None:
    alternating = np.array([1, 9, 1, 8, 0, 7, 0, 6], np.uint32)
    monkeypatch.setattr(cp, "bits", lambda key, n: alternating)
    assert_array_equal(permutation(K, 4), [3, 2, 1, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_uniform_numbers_are_uniform(dtype: type) -> None:
    drawn = uniform(K, 50_000, dtype)
    assert scipy.stats.kstest(drawn.astype(np.float64), "uniform").pvalue > 1e-3
    assert scipy.stats.chisquare(np.histogram(drawn, 64, (0, 1))[0]).pvalue > 1e-3


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normal_numbers_are_normal(dtype: type) -> None:
    drawn = normal(K, 50_000, dtype).astype(np.float64)
    assert scipy.stats.kstest(drawn, "norm").pvalue > 1e-3
    moments = [(drawn**n).mean() for n in range(1, 5)]
    assert_allclose(moments, [0, 1, 0, 3], atol=0.1)


def test_every_bit_is_fair() -> None:
    drawn = bits(K, 50_000)
    ones = [int(((drawn >> i) & 1).sum()) for i in range(32)]
    assert all(abs(n - 25_000) < 4.5 * math.sqrt(50_000) / 2 for n in ones)


@pytest.mark.parametrize("lag", [1, 2, 3, 4])
def test_neighbours_are_uncorrelated(lag: int) -> None:
    drawn = uniform(K, 50_000, np.float64) - 0.5
    assert abs((drawn[lag:] * drawn[:-lag]).mean() * 12) < 4.5 / math.sqrt(50_000)


def test_children_are_uncorrelated() -> None:
    a, b, c = (normal(child, 50_000) for child in (*split(K), fold_in(K, 0)))
    for first, second in ((a, b), (a, c), (b, c)):
        assert abs((first * second).mean()) < 4.5 / math.sqrt(50_000)


def test_permutations_are_equally_likely() -> None:
    counts: dict[tuple[int, ...], int] = {}
    for child in split(K, 2400):
        order = tuple(permutation(child, 3))
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 6
    assert scipy.stats.chisquare(list(counts.values())).pvalue > 1e-3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: key(-1), "a seed lies between 0 and 2^64 - 1, got -1"),
        (lambda: key(2**64), f"a seed lies between 0 and 2^64 - 1, got {2**64}"),
        (
            lambda: fold_in(K, -1),
            "the number to fold in lies between 0 and 2^64 - 1, got -1",
        ),
        (lambda: split(K, -1), "a number of draws is not negative, got -1"),
        (lambda: uniform(K, (2, -1)), "a shape has no negative sides, got (2, -1)"),
        (lambda: normal(K, 2, "int32"), "random numbers are float32 or float64, not int32"),
        (lambda: bernoulli(K, 1.5), "a probability lies between 0 and 1, got 1.5"),
        (lambda: bernoulli(K, math.nan), "a probability lies between 0 and 1, got nan"),
        (
            lambda: bits(np.array([1, 2]), 3),
            "a key is a uint32 array of shape (2,), got int64 of shape (2,)\n"
            "hint: make one with key(seed), and more with split(key, n)",
        ),
        (
            lambda: normal(split(K, 3), 3),
            "a key is a uint32 array of shape (2,), got uint32 of shape (3, 2)\n"
            "hint: make one with key(seed), and more with split(key, n)",
        ),
    ],
)
def test_refuses(call: object, message: str) -> None:
    with pytest.raises(UsageError) as error:
        call()  # type: ignore[operator]
    assert str(error.value) == message


def test_seed_zero_is_pinned() -> None:
    """These bits may never change: saved runs resume from them."""
    assert_array_equal(bits(key(0), 4), words("6627e8d5 e169c58d bc57ac4c 9b00dbd8"))
    assert_array_equal(uniform(key(0), 2), np.array([0x6627E8, 0xE169C5], np.float32) / 2**24)
    assert_array_equal(split(key(0), 2)[1], words("e9535be3 510c4549"))
    assert_array_equal(fold_in(key(0), 1), words("ba98ca8c 646648d3"))
