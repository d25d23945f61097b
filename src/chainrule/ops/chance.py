"""The gates of chance: random numbers as a function of an explicit key.

A key is a uint32 array of shape (2,), or the integer it is made from. The same key gives the same
numbers, on every machine; `split` and `fold_in` make independent keys of one.
"""

import numpy as np

from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, publish
from chainrule.ops.reference import philox
from chainrule.ops.words import WIDE, block, number_of, pair, word

KEY = np.array([7, 0], np.uint32)
NO_KEY = "a key is a uint32 array of shape (2,)"


def as_key(key):
    """Return the key, or the key of a seed."""
    return philox.key(int(key)) if np.ndim(key) == 0 else key


def check_key(key):
    if key not in ((), (2,)):
        raise shapes.Mismatch(NO_KEY, "make one with key(seed), and more with split(key, n)")


def of_shape(key, *others, shape=(), **attrs):
    """Return the shape that was asked for."""
    check_key(key)
    return (shape,) if isinstance(shape, int) else tuple(shape)


def of_chance(key, p, shape=None):
    """Return the shape that was asked for, or that of p, which must broadcast to it."""
    check_key(key)
    return p if shape is None else shapes.broadcast_to(p, shape)


def of_count(key, n):
    check_key(key)
    return (n,)


def of_keys(key, n=2):
    check_key(key)
    return (n, 2)


def of_folded(key, data):
    check_key(key)
    if data:
        raise shapes.Mismatch("the number to fold in must be a single one")
    return (2,)


def words(*kinds, **attrs):
    """Return the dtype of keys."""
    return np.dtype(np.uint32)


def lower_uniform(m, at, key, shape, dtype):
    sides = of_shape(key.shape, shape=shape)
    if np.dtype(dtype) == np.float32:
        return number_of(m, m.shift_right(word(m, key, at, sides), 8), dtype) * 2.0**-24
    first, second = pair(m, key, at, sides)
    large = number_of(m, m.shift_right(first, 5), dtype) * 2.0**26
    return (large + number_of(m, m.shift_right(second, 6), dtype)) * 2.0**-53


def lower_normal(m, at, key, shape, dtype):
    first, second = pair(m, key, at, of_shape(key.shape, shape=shape))
    u = (number_of(m, first, np.float64) + 1) * 2.0**-32
    v = number_of(m, second, np.float64) * 2.0**-32
    return m.sqrt(-2 * m.log(u)) * m.cos(2 * np.pi * v)


def lower_bernoulli(m, at, key, p, shape):
    sides = of_chance(key.shape, p.shape, shape)
    drawn = number_of(m, word(m, key, at, sides), np.float64) * 2.0**-32
    return drawn < m.cast(p.along(at), np.float64)


def lower_permutation(m, at, key, n):
    first, second = pair(m, key, at, (n,))
    return m.order(0, m.bit_or(m.shift_left(first, 32), second))


def lower_split(m, at, key, n):
    made = block(m, key, m.cast(m.position(at[0]), WIDE), philox.SPLIT)
    return m.where(m.equal(m.position(at[1]), 0), made[0], made[1])


def lower_fold_in(m, at, key, data):
    made = block(m, key, m.cast(data(), WIDE), philox.FOLD)
    return m.where(m.equal(m.position(at[0]), 0), made[0], made[1])


@op(
    role="wall",
    numpy=lambda key, shape, dtype: philox.uniform(as_key(key), shape, dtype),
    lower=lower_uniform,
    shape=of_shape,
    dtype=shapes.named,
    tex=r"\mathcal{U}(0, 1)",
    public="random.uniform",
    examples=[case(KEY, shape=(2, 3)), case(7, shape=(), dtype="float64"), case(KEY, shape=5)],
    bad=[case((3,), shape=(2,), says=NO_KEY)],
)
def uniform(g, z, key, shape=(), dtype="float32"):
    """Numbers in [0, 1), all equally likely: no gradient."""
    return (None,)


@op(
    role="wall",
    numpy=lambda key, shape, dtype: philox.normal(as_key(key), shape, dtype),
    lower=lower_normal,
    shape=of_shape,
    dtype=shapes.named,
    tex=r"\mathcal{N}(0, 1)",
    public="random.normal",
    examples=[case(KEY, shape=(2, 3)), case(7, shape=(), dtype="float64")],
    bad=[case((3,), shape=(2,), says=NO_KEY)],
)
def normal(g, z, key, shape=(), dtype="float32"):
    """Numbers with mean 0 and variance 1, normally distributed: no gradient.

    `mean + sigma * normal(key, shape)` carries gradients to the mean and to sigma.
    """
    return (None,)


def fair(key, p=0.5, shape=None):
    """Let p be a half unless it is given."""
    return (key, p), {"shape": shape}


def toss(key, p, shape):
    wanted = np.shape(p) if shape is None else shape
    return philox.bernoulli(as_key(key), np.broadcast_to(p, wanted), wanted)


@op(
    role="wall",
    numpy=toss,
    lower=lower_bernoulli,
    shape=of_chance,
    dtype=shapes.boolean,
    tex=r"\mathcal{B}(p)",
    public="random.bernoulli",
    arrange=fair,
    domain=(0.0, 1.0),
    examples=[case(KEY, 0.5, shape=(2, 3)), case(7, (2, 3)), case(KEY, (3,), shape=(2, 3))],
    bad=[
        case((3,), 0.5, says=NO_KEY),
        case(KEY, (3,), shape=(2, 4), says="the shapes do not broadcast"),
    ],
)
def bernoulli(g, z, key, p, shape=None):
    """True with probability p, of the shape of p unless one is given: no gradient, to p either."""
    return None, None


@op(
    role="wall",
    numpy=lambda key, n: philox.permutation(as_key(key), n),
    lower=lower_permutation,
    shape=of_count,
    dtype=shapes.position,
    tex=r"\pi_n",
    public="random.permutation",
    examples=[case(KEY, n=5), case(7, n=0)],
    bad=[case((3,), n=4, says=NO_KEY)],
)
def permutation(g, z, key, n=0):
    """The integers 0 to n - 1 in random order: no gradient."""
    return (None,)


@op(
    role="wall",
    numpy=lambda key, n: philox.split(as_key(key), n),
    lower=lower_split,
    shape=of_keys,
    dtype=words,
    name="split_key",
    public="random.split",
    tex=r"\mathrm{split}(k)",
    examples=[case(KEY), case(7, n=3)],
    bad=[case((3,), says=NO_KEY)],
)
def split_key(g, z, key, n=2):
    """n independent keys, as (n, 2), to unpack: `first, second = split(key)`. No gradient."""
    return (None,)


@op(
    role="wall",
    numpy=lambda key, data: philox.fold_in(as_key(key), int(data)),
    lower=lower_fold_in,
    shape=of_folded,
    dtype=words,
    public="random.fold_in",
    tex=r"\mathrm{fold}(k, n)",
    examples=[case(KEY, 3), case(7, np.int64(3))],
    bad=[case(KEY, np.array([1, 2]), says="the number to fold in must be a single one")],
)
def fold_in(g, z, key, data):
    """The key that belongs to a number, such as the step of a training: no gradient."""
    return None, None


publish("random.key", philox.key, None)
