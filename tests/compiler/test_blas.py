"""The BLAS is found, called as its manual says, and missed with a clear message."""

import ctypes
from ctypes.util import find_library

import numpy as np
import pytest

from chainrule.compiler.blas import VARIABLE, blas, loaded, takes, write_blas
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.llvm import build, host, link
from chainrule.compiler.tiling import Product
from chainrule.errors import UsageError

SIZE = m, n, k = 5, 7, 3
LAYOUTS = [
    ((k, 1), (n, 1)),
    ((1, m), (1, k)),
    ((k + 2, 1), (1, k + 4)),
    ((1, m + 1), (n + 5, 1)),
]


@pytest.mark.parametrize("kind", ["float", "double"])
def test_calls(kind: str) -> None:
    products = [Product(*SIZE, kind, a, b) for a, b in LAYOUTS]
    products.append(Product(1, 1, 4, kind, (0, 2), (3, 0)))  # lines of one entry each
    names = ("a", "b", "c", "function")
    functions = []
    for i, p in enumerate(products):
        f = Function(f"f{i}", [(x, "ptr") for x in names], head="")
        write_blas(f, p, *f.parameters)
        f.give()
        functions.append(f)
    library = link(build(module_text(functions), host()), host())
    rng = np.random.default_rng(0)
    for i, p in enumerate(products):
        dtype = np.float32 if kind == "float" else np.float64
        memory = rng.standard_normal((2, 100)).astype(dtype)
        size = memory.itemsize
        view = np.lib.stride_tricks.as_strided
        a = view(memory[0], (p.m, p.k), (p.a[0] * size, p.a[1] * size))
        b = view(memory[1], (p.k, p.n), (p.b[0] * size, p.b[1] * size))
        c = np.full((p.m, p.n), np.nan, dtype)
        call = library.function(f"f{i}", *[ctypes.c_void_p] * 4)
        call(memory[0].ctypes.data, memory[1].ctypes.data, c.ctypes.data, blas().address(kind))
        np.testing.assert_allclose(c, a @ b, rtol=1e-5, atol=1e-6)


def test_strides_that_it_does_not_take() -> None:
    assert not takes(Product(*SIZE, "float", (2 * k, 2), (n, 1)))
    assert not takes(Product(*SIZE, "float", (0, 1), (n, 1)))
    assert not takes(Product(*SIZE, "float", (k, 1), (1, 0)))
    assert takes(Product(*SIZE, "float", (k, 1), (n, 1)))


def test_openblas_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    found = blas()
    assert found.name == "OpenBLAS"
    assert found.sgemm != found.dgemm
    assert blas() is found


def test_a_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere/libblas.so")
    with pytest.raises(UsageError) as caught:
        blas()
    assert caught.value.message.startswith(
        "CHAINRULE_BLAS=/nowhere/libblas.so: the library cannot be loaded ("
    )
    assert caught.value.hint == (
        "say openblas, mkl (after `pip install mkl`), or the path of a library"
    )


def test_a_library_that_is_no_blas() -> None:
    path = find_library("m")
    if path is None:
        pytest.skip("no library of mathematics to try")
    with pytest.raises(UsageError, match="no cblas_sgemm that we know"):
        loaded(path)
