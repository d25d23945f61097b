"""The built-in tables: two measured ones that ship with the package, six made from formulas.

The last column is the target. Made tables depend on `seed` alone: same seed, same bits.
"""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data.arrays import read_npz
from chainrule.data.column import Array
from chainrule.data.delimited import read_delimited
from chainrule.data.draws import generator
from chainrule.data.table import Table
from chainrule.errors import UsageError, nearest

_FILES = Path(__file__).parent / "files"
_MAKE = 1  # the stream of random numbers that is used here


def load(name: str, *, n: int | None = None, noise: float | None = None, seed: int = 0) -> Table:
    """Return the built-in table `name`.

    `n` is the number of rows (of bits for parity), `noise` the standard deviation of what is added
    to the inputs; each table has its own defaults. digits and iris take neither; parity no noise.

    Raises `UsageError` for a name, an `n` or a `noise` that the table does not take.

    >>> len(load("moons", n=10))
    10
    """
    if name not in _TABLES:
        raise UsageError(f"there is no built-in table '{name}'", hint=nearest(name, NAMES))
    maker = _TABLES[name]
    accepted = inspect.signature(maker).parameters
    given: dict[str, Any] = {"n": n, "noise": noise}
    given = {key: value for key, value in given.items() if value is not None}
    for key in given:
        if key not in accepted:
            raise UsageError(f"the table '{name}' takes no '{key}'")
    if "seed" in accepted:
        given["seed"] = seed
    return maker(**given)


def digits() -> Table:
    """Return 1,797 handwritten digits: 8x8 whole numbers from 0 to 16 (x0 to x63) and the digit."""
    path = _FILES / "digits.npz"
    return _called("digits", read_npz(path, path.read_bytes()))


def iris() -> Table:
    """Return 150 irises: lengths and widths of sepals and petals in cm, and the species."""
    path = _FILES / "iris.csv"
    return _called("iris", read_delimited(path, path.read_bytes(), {}))


def xor(n: int = 4, noise: float = 0.0, seed: int = 0) -> Table:
    """Return the rows 00, 01, 10, 11 in turn, with ``y = x0 xor x1``; noise moves the inputs."""
    rng = _start("xor", n, noise, seed)
    bits = np.arange(n)[:, None] >> np.array([1, 0]) & 1
    y = bits[:, 0] ^ bits[:, 1]
    return _table("xor", bits if noise == 0 else bits + noise * rng.standard_normal((n, 2)), y)


def moons(n: int = 1000, noise: float = 0.1, seed: int = 0) -> Table:
    """Return two half circles that clasp: (cos t, sin t) and (1 - cos t, 1/2 - sin t).

    t is uniform from 0 to pi.
    """
    rng = _start("moons", n, noise, seed)
    y = np.arange(n) % 2
    t = np.pi * rng.random(n)
    upper = np.stack([np.cos(t), np.sin(t)], axis=1)
    lower = np.stack([1 - np.cos(t), 0.5 - np.sin(t)], axis=1)
    return _table("moons", _scatter(rng, np.where(y[:, None] == 0, upper, lower), noise), y)


def circles(n: int = 1000, noise: float = 0.05, seed: int = 0) -> Table:
    """Return two rings: r (cos t, sin t) with r = 1 for class 0 and r = 1/2 for class 1."""
    rng = _start("circles", n, noise, seed)
    y = np.arange(n) % 2
    t = 2 * np.pi * rng.random(n)
    r = np.where(y == 0, 1.0, 0.5)
    return _table("circles", _scatter(rng, _polar(r, t), noise), y)


def spirals(n: int = 1000, noise: float = 0.02, seed: int = 0) -> Table:
    """Return two arms of one and a half turns: r (cos(t + y pi), sin(t + y pi)), r = t / (3.5 pi).

    t runs from pi/2 to 3.5 pi; the arms are 2/7 apart, fourteen times the standard noise.
    """
    rng = _start("spirals", n, noise, seed)
    y = np.arange(n) % 2
    t = np.pi * (0.5 + 3 * np.sqrt(rng.random(n)))
    return _table("spirals", _scatter(rng, _polar(t / (3.5 * np.pi), t + y * np.pi), noise), y)


def blobs(n: int = 1000, noise: float = 0.5, seed: int = 0) -> Table:
    """Return three clouds: normal about the corners 2 (cos(2 pi y / 3), sin(2 pi y / 3))."""
    rng = _start("blobs", n, noise, seed)
    y = np.arange(n) % 3
    return _table("blobs", _scatter(rng, _polar(np.full(n, 2.0), 2 * np.pi * y / 3), noise), y)


def parity(n: int = 8) -> Table:
    """Return all 2^n strings of n bits, with y = 1 where the number of ones is odd."""
    if not 2 <= n <= 16:
        raise UsageError(f"parity has from 2 to 16 bits, not {n}")
    bits = np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1
    return _table("parity", bits, bits.sum(axis=1) % 2)


_TABLES: dict[str, Callable[..., Table]] = {
    "digits": digits,
    "iris": iris,
    "xor": xor,
    "moons": moons,
    "circles": circles,
    "spirals": spirals,
    "blobs": blobs,
    "parity": parity,
}
NAMES = tuple(_TABLES)
"""The names that `load` knows."""


def _start(name: str, n: int, noise: float, seed: int) -> np.random.Generator:
    if n < 2:
        raise UsageError(f"the table '{name}' needs 2 rows or more, not {n}")
    if not 0 <= noise < np.inf:
        raise UsageError(f"noise is a standard deviation, 0 or more, not {noise}")
    return generator(seed, _MAKE)


def _polar(r: Array, t: Array) -> Array:
    return np.stack([r * np.cos(t), r * np.sin(t)], axis=1)


def _scatter(rng: np.random.Generator, x: Array, noise: float) -> Array:
    return x + noise * rng.standard_normal(x.shape)


def _table(name: str, x: Array, y: Array) -> Table:
    columns = {f"x{i}": x[:, i] for i in range(x.shape[1])}
    return Table.of({**columns, "y": y}, origin=name)


def _called(name: str, table: Table) -> Table:
    return Table(table.columns, name)
