"""Random numbers as a function of a key and an index: Philox4x32-10.

There is no state: entry i of a draw depends on the key and on i alone, so that draws can be made in
any order, in parallel and in native code, with the same bits. One call of the generator turns a
counter of four 32-bit words into four random words, its block. The counter is

    (low word of n, high word of n, 0, purpose)

with n the number of the block and purpose 0 for draws, 1 for `split` and 2 for `fold_in`, so that
new keys never coincide with drawn numbers. Word j of a draw is word j mod 4 of block j // 4.

Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
"""

import math
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from chainrule.errors import UsageError

Key: TypeAlias = NDArray[np.uint32]
Words: TypeAlias = NDArray[np.uint32]
Shape: TypeAlias = int | tuple[int, ...]

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
STEPS = (0x9E3779B9, 0xBB67AE85)  # the golden ratio and sqrt(3) - 1, which the key moves by
MASK = 0xFFFFFFFF
DRAW, SPLIT, FOLD = range(3)


def philox(counters: Words, key: Key) -> Words:
    """Return the random blocks, as (..., 4), of counters of shape (..., 4)."""
    a, b, c, d = np.moveaxis(counters.astype(np.uint64), -1, 0)
    k, m = (int(word) for word in key)
    for _ in range(ROUNDS):
        left, right = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b = (right >> 32) ^ b ^ k, right & MASK
        c, d = (left >> 32) ^ d ^ m, left & MASK
        k, m = (k + STEPS[0]) & MASK, (m + STEPS[1]) & MASK
    return np.stack([a, b, c, d], axis=-1).astype(np.uint32)


def blocks(key: Key, numbers: ArrayLike, purpose: int) -> Words:
    """Return the blocks with the given numbers, as (..., 4)."""
    n = np.asarray(numbers, np.uint64)
    counters = np.zeros((*n.shape, 4), np.uint32)
    counters[..., 0] = n & MASK
    counters[..., 1] = n >> 32
    counters[..., 3] = purpose
    return philox(counters, check_key(key))


def key(seed: int) -> Key:
    """Return the key of a seed in [0, 2^64): its low word, then its high word.

    >>> key(7)
    array([7, 0], dtype=uint32)
    """
    low_first = check_64_bits(seed, "a seed")
    return np.array([low_first & MASK, low_first >> 32], np.uint32)


def split(key: Key, n: int = 2) -> Words:
    """Return n independent keys, as (n, 2): words 0 and 1 of blocks 0 to n - 1.

    The keys do not depend on n: `split(key, 2)` begins `split(key, 3)`.
    """
    return blocks(key, np.arange(check_count(n)), SPLIT)[:, :2].copy()


def fold_in(key: Key, data: int) -> Key:
    """Return the key that belongs to a number in [0, 2^64), for instance to a step of training."""
    return blocks(key, check_64_bits(data, "the number to fold in"), FOLD)[:2].copy()


def bits(key: Key, n: int) -> Words:
    """Return n random 32-bit words."""
    count = check_count(n)
    return blocks(key, np.arange((count + 3) // 4), DRAW).reshape(-1)[:count]


def uniform(key: Key, shape: Shape = (), dtype: DTypeLike = np.float32) -> Any:
    """Return multiples of 2^-24 (float32) or of 2^-53 (float64) in [0, 1), all equally likely.

    Entry i, in row-major order, is (w[i] >> 8) 2^-24 in float32, and in float64
    ((w[2i] >> 5) 2^26 + (w[2i + 1] >> 6)) 2^-53, with w the words of `bits`.
    """
    kind, size = check_float(dtype), sized(shape)
    if kind == np.float32:
        return shaped((bits(key, size) >> 8).astype(kind) * kind.type(2.0**-24), shape)
    high, low = pairs(key, size)
    return shaped(((high >> 5) * 2.0**26 + (low >> 6)) * 2.0**-53, shape)


def normal(key: Key, shape: Shape = (), dtype: DTypeLike = np.float32) -> Any:
    """Return standard normal numbers by the method of Box and Muller.

    Entry i is sqrt(-2 log u) cos(2 pi v) with u = (w[2i] + 1) 2^-32 in (0, 1] and v = w[2i + 1]
    2^-32 in [0, 1), computed in float64 and rounded once; its size is at most 6.67.
    """
    kind = check_float(dtype)
    first, second = pairs(key, sized(shape))
    radius = np.sqrt(-2 * np.log((first + 1.0) * 2.0**-32))
    angle = 2 * np.pi * (second * 2.0**-32)
    return shaped((radius * np.cos(angle)).astype(kind), shape)


def bernoulli(key: Key, p: ArrayLike = 0.5, shape: Shape = ()) -> Any:
    """Return booleans that are true with probability p, which may vary over the shape.

    Entry i is w[i] 2^-32 < p, so p = 0 never is true and p = 1 always.
    """
    chance = np.asarray(p, np.float64)
    if not np.all((chance >= 0) & (chance <= 1)):
        raise UsageError(f"a probability lies between 0 and 1, got {p!r}")
    return shaped(bits(key, sized(shape)), shape) * 2.0**-32 < chance


def permutation(key: Key, n: int) -> NDArray[np.int64]:
    """Return 0 to n - 1 in random order.

    They are sorted, stably, by the 64-bit words w[2i] 2^32 + w[2i + 1].
    """
    high, low = pairs(key, check_count(n))
    order = high.astype(np.uint64) << 32 | low
    return np.argsort(order, kind="stable").astype(np.int64)


def pairs(key: Key, n: int) -> tuple[Words, Words]:
    """Return the even and the odd ones of 2n words."""
    words = bits(key, 2 * n)
    return words[::2], words[1::2]


def sized(shape: Shape) -> int:
    sides = shape if isinstance(shape, tuple) else (shape,)
    if any(side < 0 for side in sides):
        raise UsageError(f"a shape has no negative sides, got {shape}")
    return math.prod(sides)


def shaped(flat: NDArray[Any], shape: Shape) -> Any:
    return flat.reshape(shape)[()]


def check_key(key: Key) -> Key:
    found = np.asarray(key)
    if found.shape != (2,) or found.dtype != np.uint32:
        raise UsageError(
            f"a key is a uint32 array of shape (2,), got {found.dtype} of shape {found.shape}",
            hint="make one with key(seed), and more with split(key, n)",
        )
    return found


def check_64_bits(number: int, what: str) -> int:
    if not 0 <= number < 2**64:
        raise UsageError(f"{what} lies between 0 and 2^64 - 1, got {number}")
    return int(number)


def check_count(n: int) -> int:
    if n < 0:
        raise UsageError(f"a number of draws is not negative, got {n}")
    return int(n)


def check_float(dtype: DTypeLike) -> np.dtype[Any]:
    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float64):
        raise UsageError(f"random numbers are float32 or float64, not {kind}")
    return kind
