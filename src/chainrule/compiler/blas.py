"""Finds the BLAS and writes calls of it: the only file that knows `scipy_openblas32`.

`CHAINRULE_BLAS` in the environment chooses: "openblas" (the one that is installed with chainrule),
"mkl", or the path of a library. All are asked to use one thread: who deals out work is chainrule.
"""

import ctypes
import os
import sys
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import scipy_openblas32  # type: ignore[import-untyped]

from chainrule.compiler.code import Function
from chainrule.compiler.tiling import Product
from chainrule.compiler.values import Value, constant
from chainrule.errors import UsageError

VARIABLE = "CHAINRULE_BLAS"
DIALECTS = (  # name, prefix of the products, what sets the number of threads
    ("OpenBLAS", "scipy_", "scipy_openblas_set_num_threads"),
    ("OpenBLAS", "", "openblas_set_num_threads"),
    ("MKL", "", "MKL_Set_Num_Threads"),
)
MKL_FILES = ("lib/libmkl_rt.so*", "lib/libmkl_rt*.dylib", "Library/bin/mkl_rt*.dll")
SEQUENTIAL = 1  # MKL's number for doing without its own threads
ROW_MAJOR, PLAIN, TRANSPOSED = 101, 111, 112


@dataclass(frozen=True)
class Blas:
    """A library of matrix products; the addresses stay valid until the process ends."""

    name: str
    sgemm: int
    dgemm: int

    def address(self, kind: str) -> int:
        """Return the address of the product of "float" or "double"."""
        return self.sgemm if kind == "float" else self.dgemm


def blas() -> Blas:
    """Return the BLAS that the environment asks for, by default OpenBLAS.

    Raises:
        UsageError: there is none, or the library is no BLAS.
    """
    return loaded(os.environ.get(VARIABLE) or "openblas")


@cache
def loaded(wanted: str) -> Blas:
    """Load a BLAS by name or path."""
    library = _opened(wanted)
    for name, prefix, threads in DIALECTS:
        if hasattr(library, threads) and hasattr(library, f"{prefix}cblas_sgemm"):
            if hasattr(library, "MKL_Set_Threading_Layer"):
                library.MKL_Set_Threading_Layer(SEQUENTIAL)
            getattr(library, threads)(1)
            found = (getattr(library, f"{prefix}cblas_{kind}gemm") for kind in "sd")
            return Blas(name, *(ctypes.cast(f, ctypes.c_void_p).value or 0 for f in found))
    raise UsageError(
        f"{VARIABLE}={wanted}: the library has no cblas_sgemm that we know",
        hint="give the path of an OpenBLAS or of MKL's libmkl_rt, with 32-bit integers",
    )


def _opened(wanted: str) -> ctypes.CDLL:
    path = {"openblas": _openblas, "mkl": _mkl}.get(wanted.lower(), lambda: wanted)()
    try:
        return ctypes.CDLL(path)
    except OSError as error:
        raise UsageError(
            f"{VARIABLE}={wanted}: the library cannot be loaded ({error})",
            hint="say openblas, mkl (after `pip install mkl`), or the path of a library",
        ) from error


def _openblas() -> str:
    folder: str = scipy_openblas32.get_lib_dir()
    return os.path.join(folder, scipy_openblas32.get_library(fullname=True))


def _mkl() -> str:
    """Return where `pip install mkl` puts it, or else the system's."""
    found = (str(p) for name in MKL_FILES for p in sorted(Path(sys.prefix).glob(name)))
    return next(found, find_library("mkl_rt") or "libmkl_rt")


def takes(product: Product) -> bool:
    """Return whether the strides are such that a BLAS can do the product."""
    operands = _operands(product)
    whole = max(product.m, product.n, product.k) < 2**31
    return whole and all(_layout(*operand) is not None for operand in operands)


def _operands(product: Product) -> list[tuple[int, int, tuple[int, int]]]:
    return [(product.m, product.k, product.a), (product.k, product.n, product.b)]


def _layout(rows: int, columns: int, strides: tuple[int, int]) -> tuple[int, int] | None:
    """Return how a BLAS reads a matrix: plain or transposed, and the distance of its lines."""
    for word, length, count, (far, near) in (
        (PLAIN, columns, rows, strides),
        (TRANSPOSED, rows, columns, strides[::-1]),
    ):
        apart = max(length, 1) if count <= 1 else far
        if (near == 1 or length <= 1) and max(length, 1) <= apart < 2**31:
            return word, apart
    return None


def write_blas(
    f: Function,
    product: Product,
    a: Value,
    b: Value,
    c: Value,
    function: Value,
    line: int | None = None,
) -> None:
    """Write the call that stores a product to C, row after row.

    Arguments:
        a, b, c: the addresses of the first entries.
        function: the address of the BLAS' product for this kind, as a value known when it runs.
        line: the distance between rows of C; by default they lie side by side.
    """
    first, second = (_layout(*operand) for operand in _operands(product))
    assert first is not None, f"no BLAS reads A by {product.a}"
    assert second is not None, f"no BLAS reads B by {product.b}"
    small = [ROW_MAJOR, first[0], second[0], product.m, product.n, product.k]
    before = [constant("i32", number) for number in small]
    one, zero = constant(product.kind, 1), constant(product.kind, 0)
    lines = [constant("i32", n) for n in (first[1], second[1], max(line or product.n, 1))]
    listed = [*before, one, a, lines[0], b, lines[1], zero, c, lines[2]]
    f.do(f"call void {function.text}({', '.join(map(str, listed))})")
