"""Random numbers from an explicit seed: Philox, counter based, a stream for each purpose."""

import numpy as np

from chainrule.data.column import Array
from chainrule.errors import UsageError


def bits(seed: int, stream: int, step: int = 0) -> np.random.Philox:
    """Return the generator of 64-bit integers of (seed, step, stream).

    Its integers are the same in every version of NumPy. Raises `UsageError` unless ``0 <= seed``
    and ``seed < 2**64``.
    """
    if not 0 <= seed < 2**64:
        raise UsageError(f"a seed is a whole number from 0 to 2**64 - 1, not {seed}")
    key = np.array([seed, step], dtype=np.uint64)
    return np.random.Philox(key=key, counter=[0, 0, 0, stream])


def generator(seed: int, stream: int, step: int = 0) -> np.random.Generator:
    """Return the NumPy generator over `bits`."""
    return np.random.Generator(bits(seed, stream, step))


def permutation(n: int, source: np.random.Philox) -> Array:
    """Return 0 to n - 1 in random order: the order of n random 64-bit integers."""
    return np.argsort(source.random_raw(n), kind="stable")
