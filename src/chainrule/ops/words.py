"""Random words one at a time: the generator of `reference/philox.py` as scalar expressions.

All of it runs on 64-bit integers that hold 32-bit words, which gives the same bits everywhere.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.graph.builder import Builder, Entries
from chainrule.graph.formula import Expression
from chainrule.graph.place import Place
from chainrule.ops.reference.philox import DRAW, MASK, MULTIPLIERS, ROUNDS, STEPS

WIDE = np.dtype(np.uint64)
Block = tuple[Expression, Expression, Expression, Expression]


def block(m: Builder, key: Entries, number: Expression, purpose: int) -> Block:
    """Return the four words of the block with this number, a 64-bit one."""
    k, n = words_of(m, key)
    a, b = low(m, number), high(m, number)
    c, d = m.cast(0, WIDE), m.cast(purpose, WIDE)
    for _ in range(ROUNDS):
        left, right = a * MULTIPLIERS[0], c * MULTIPLIERS[1]
        a, b = m.bit_xor(m.bit_xor(high(m, right), b), k), low(m, right)
        c, d = m.bit_xor(m.bit_xor(high(m, left), d), n), low(m, left)
        k, n = low(m, k + STEPS[0]), low(m, n + STEPS[1])
    return a, b, c, d


def words_of(m: Builder, key: Entries) -> tuple[Expression, Expression]:
    """Return the two words of a key, or of the key of a seed."""
    if key.shape:
        return m.cast(key(0), WIDE), m.cast(key(1), WIDE)
    seed = m.cast(key(), WIDE)
    return low(m, seed), high(m, seed)


def low(m: Builder, number: Expression) -> Expression:
    return m.bit_and(number, MASK)


def high(m: Builder, number: Expression) -> Expression:
    return m.shift_right(number, 32)


def word(m: Builder, key: Entries, at: Sequence[Place], shape: Sequence[int]) -> Expression:
    """Return the word of an entry of a draw with this shape: one of the four of its block."""
    number, which = m.at_flat(m.flat(at, shape), (math.ceil(math.prod(shape) / 4), 4))
    a, b, c, d = block(m, key, m.cast(m.position(number), WIDE), DRAW)
    j = m.position(which)
    return m.where(j < 2, m.where(m.equal(j, 0), a, b), m.where(m.equal(j, 2), c, d))


def pair(
    m: Builder, key: Entries, at: Sequence[Place], shape: Sequence[int]
) -> tuple[Expression, Expression]:
    """Return the two words of an entry of a draw that takes two for each."""
    number, which = m.at_flat(m.flat(at, shape), (math.ceil(math.prod(shape) / 2), 2))
    a, b, c, d = block(m, key, m.cast(m.position(number), WIDE), DRAW)
    first = m.equal(m.position(which), 0)
    return m.where(first, a, c), m.where(first, b, d)


def number_of(m: Builder, word: Expression, dtype: Any) -> Expression:
    """Return a word as a float, by way of signed integers, which processors convert faster."""
    return m.cast(m.cast(word, np.int64), dtype)
