"""Products against NumPy, for all shapes, strides, kinds and widths of vectors."""

import ctypes
from collections.abc import Callable
from dataclasses import replace
from itertools import product as pairs

import numpy as np
import pytest
from numpy.typing import NDArray

from chainrule.compiler.code import Function, module_text
from chainrule.compiler.gemm import Product, tiles, workspace, write_product
from chainrule.compiler.llvm import Host, Library, build, host, link
from chainrule.compiler.values import Value, constant

Array = NDArray[np.float64]

GUARD = 777.0
MARGIN = 40  # entries around each matrix
HOSTS = {
    64: replace(host(), vector_bytes=64, registers=32),
    32: replace(host(), vector_bytes=32, registers=16),
    16: replace(host(), vector_bytes=16, registers=16),
}
WIDTHS = [w for w in HOSTS if w <= host().vector_bytes]
STRIDES = ["plain", "a transposed", "b transposed", "both", "a repeated", "b repeated", "apart"]
SIZES = [(1, 1, 1), (3, 5, 2), (32, 10, 7), (7, 33, 19), (17, 48, 4), (5, 70, 33), (15, 16, 5)]


def strides_of(name: str, m: int, n: int, k: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return strides for an m x k and a k x n matrix."""
    a, b = (k, 1), (n, 1)
    return {
        "plain": (a, b),
        "a transposed": ((1, m), b),
        "b transposed": (a, (1, k)),
        "both": ((1, m), (1, k)),
        "a repeated": ((0, 1), (n + 3, 1)),
        "b repeated": ((k + 1, 1), (1, 0)),
        "apart": ((2 * k + 1, 2), (3 * n, 3)),
    }[name]


def store(n: int, kind: str, c: Value) -> Callable[..., None]:
    """Return an epilogue that stores C, row after row."""

    def epilogue(
        f: Function, row: Value, column: Value, entries: Value, mask: Value | None
    ) -> None:
        place = f.add(f.mul(row, constant("i64", n)), column)
        if mask is None:
            f.store(entries, f.at(c, kind, place))
        else:
            f.masked_store(entries, f.at(c, kind, place), mask)

    return epilogue


def write(name: str, product: Product, on: Host) -> Function:
    """Return a function (a, b, c, scratch, first, last) that does some tiles of a product."""
    pointers = [(x, "ptr noalias") for x in ("a", "b", "c", "scratch")]
    f = Function(name, [*pointers, ("first", "i64"), ("last", "i64")], head="")
    a, b, c, scratch, first, last = f.parameters
    done = store(product.n, product.kind, c)
    write_product(f, product, a, b, scratch, done, on, (first, last))
    f.give()
    return f


def compiled(products: list[Product], on: Host) -> Library:
    functions = [write(f"f{i}", p, on) for i, p in enumerate(products)]
    return link(build(module_text(functions), on), on)


def matrix(rng: np.random.Generator, kind: str, m: int, n: int, strides: tuple[int, int]) -> Array:
    """Return an m x n matrix with the strides, in a memory of its own."""
    dtype = np.float32 if kind == "float" else np.float64
    length = 1 + max(m - 1, 0) * strides[0] + max(n - 1, 0) * strides[1]
    memory = rng.standard_normal(length).astype(dtype)
    steps = tuple(s * memory.itemsize for s in strides)
    return np.lib.stride_tricks.as_strided(memory, (m, n), steps)


def run(
    library: Library, name: str, product: Product, on: Host, a: Array, b: Array,
    parts: list[tuple[int, int]],
) -> Array:  # fmt: skip
    """Return what the function makes of A and B; check that it keeps within C."""
    memory = np.full(product.m * product.n + 2 * MARGIN, GUARD, a.dtype)
    room = workspace(product, on)
    scratch = np.full(room + 192, 77, np.uint8)
    start = -scratch.ctypes.data % 64 + 64
    types = [ctypes.c_void_p] * 4 + [ctypes.c_int64] * 2
    function = library.function(name, *types)
    c = memory.ctypes.data + MARGIN * memory.itemsize
    for first, last in parts:
        function(a.ctypes.data, b.ctypes.data, c, scratch.ctypes.data + start, first, last)
    assert (memory[:MARGIN] == GUARD).all()
    assert (memory[memory.size - MARGIN :] == GUARD).all()
    assert (scratch[:start] == 77).all()
    assert (scratch[start + room :] == 77).all()
    return memory[MARGIN : memory.size - MARGIN].reshape(product.m, product.n)


def close(found: Array, a: Array, b: Array) -> bool:
    wanted = a.astype(np.float64) @ b.astype(np.float64)
    scale = np.abs(a.astype(np.float64)) @ np.abs(b.astype(np.float64))
    tolerance = max(a.shape[1], 1) * np.finfo(a.dtype).eps
    return bool((np.abs(found - wanted) <= tolerance * scale).all())


def check(products: list[Product], on: Host, rng: np.random.Generator) -> list[str]:
    """Return which products are wrong."""
    library = compiled(products, on)
    wrong = []
    for i, p in enumerate(products):
        a, b = matrix(rng, p.kind, p.m, p.k, p.a), matrix(rng, p.kind, p.k, p.n, p.b)
        count = tiles(p, on)
        whole = run(library, f"f{i}", p, on, a, b, [(0, count)])
        single = run(library, f"f{i}", p, on, a, b, [(t, t + 1) for t in reversed(range(count))])
        if not close(whole, a, b) or whole.tobytes() != single.tobytes():
            wrong.append(str(p))
    return wrong


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("kind", ["float", "double"])
def test_products_of_all_strides(kind: str, width: int) -> None:
    grid = pairs(SIZES[1:4], STRIDES)
    products = [Product(*size, kind, *strides_of(s, *size)) for size, s in grid]
    assert not check(products, HOSTS[width], np.random.default_rng(1))


@pytest.mark.parametrize("width", WIDTHS)
def test_products_of_chance_shapes(width: int) -> None:
    rng = np.random.default_rng(2)
    products = []
    for _ in range(12):
        m, n, k = (int(rng.integers(0, 60)) for _ in range(3))
        name, kind = rng.choice(STRIDES), str(rng.choice(["float", "double"]))
        products.append(Product(m, n, k, kind, *strides_of(str(name), m, n, k)))
    assert not check(products, HOSTS[width], rng)


@pytest.mark.parametrize("layout", ["plain", "a transposed", "both"])
def test_products_too_large_for_the_first_cache(layout: str) -> None:
    """Panels are packed, by columns, by rows of tiles and by blocks of them."""
    sizes = [(64, 129, 140), (150, 141, 129), (1031, 1100, 130), (65, 100, 300)]
    products = [Product(*size, "float", *strides_of(layout, *size)) for size in sizes]
    assert not check(products, host(), np.random.default_rng(3))


@pytest.mark.parametrize("size", [(0, 3, 2), (3, 0, 2), (3, 20, 0), (1, 1, 0)])
def test_empty_sums_are_zero(size: tuple[int, int, int]) -> None:
    p = Product(*size, "float", *strides_of("b transposed", *size))
    a, b = np.zeros((p.m, p.k), np.float32), np.zeros((p.k, p.n), np.float32)
    found = run(compiled([p], host()), "f0", p, host(), a, b, [(0, tiles(p, host()))])
    assert (found == 0).all()
