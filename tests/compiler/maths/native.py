"""Runs the written functions on arrays, and measures how far they are from the exact results."""

import ctypes
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from chainrule.compiler import llvm
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.elementary import apply
from chainrule.compiler.values import is_float, scalar_of, vector
from chainrule.graph.formula import ARITY

Array = np.ndarray[Any, Any]
FLOATS = {"float": np.float32, "double": np.float64}
INTEGERS = {"i8": np.int8, "i32": np.int32, "i64": np.int64}
KINDS = {np.dtype(t).name: kind for kind, t in (FLOATS | INTEGERS).items()}
KINDS |= {f"u{name}": kind for name, kind in KINDS.items() if name.startswith("int")}
ONE_INPUT = {"is_finite"}
WIDTHS = {
    "float": (1, 4, 16),
    "double": (1, 4, 16),
    "i8": (16,),
    "i32": (1, 16),
    "i64": (8,),
}  # lanes that are compiled
ROUND = 16  # arrays are filled up to a multiple of it


def arity(name: str) -> int:
    return ARITY.get(name, 1 if name in ONE_INPUT else 2)


def loop_over(symbol: str, kind: str, lanes: int, count: int, body: Callable[..., Any]) -> Function:
    """Write a function of so many arrays of `kind`: their addresses, the result's, a length."""
    parameters = [*((f"p{i}", "ptr") for i in range(count)), ("out", "ptr"), ("n", "i64")]
    f = Function(symbol, parameters, head="dso_local")
    *inputs, out, n = f.parameters
    with f.loop(n, step=lanes) as turn:
        values = [f.load(vector(kind, lanes), f.at(p, kind, turn.index)) for p in inputs]
        y = body(f, *values)
        y = f.convert(y, "i8") if scalar_of(y.type) == "i1" else y
        f.store(y, f.at(out, scalar_of(y.type), turn.index))
    f.give()
    return f


@cache
def library(name: str, kinds: tuple[str, ...], signed: bool, narrow: bool) -> Any:
    """Compile a function for all widths."""

    def body(f: Function, *values: Any) -> Any:
        return apply(f, name, *values, signed=signed)

    functions = [
        loop_over(f"{kind}_{lanes}", kind, lanes, arity(name), body)
        for kind in kinds
        for lanes in WIDTHS[kind]
    ]
    host = narrow_host() if narrow else llvm.host()
    return llvm.link(llvm.build(module_text(functions), host), host)


def narrow_host() -> llvm.Host:
    """Return this machine without its widest vectors."""
    host = llvm.host()
    features = re.sub(r"\+(avx512|evex512|avx10)", r"-\1", host.features)
    return replace(host, features=features, vector_bytes=min(host.vector_bytes, 32))


def call(linked: Any, symbol: str, out: Array, *args: Array) -> Array:
    """Run a function of `loop_over` on arrays whose length is a multiple of its lanes."""
    function = linked.function(symbol, *[ctypes.c_void_p] * (len(args) + 1), ctypes.c_int64)
    function(*(a.ctypes.data for a in args), out.ctypes.data, len(out))
    return out


def native(name: str, *args: Array, lanes: int = 0, narrow: bool = False) -> Array:
    """Compute a function of formulas with compiled code; conditions come back as bool.

    By default with the most lanes there are.
    """
    size, dtype = len(args[0]), args[0].dtype
    kind = KINDS[dtype.name]
    lanes = lanes or WIDTHS[kind][-1]
    kinds = tuple(FLOATS) if is_float(kind) else tuple(INTEGERS)
    linked = library(name, kinds, not dtype.name.startswith("u"), narrow)
    filled = [np.pad(a, (0, -size % ROUND), mode="edge") for a in args]
    is_condition = answers(name, args)
    out = np.empty(len(filled[0]), np.int8 if is_condition else dtype)
    found = call(linked, f"{kind}_{lanes}", out, *filled)[:size]
    return found.astype(bool) if is_condition else found


def answers(name: str, args: Iterable[Array]) -> bool:
    """Return whether a function gives true or false."""
    words = ("less", "greater", "equal", "logical", "isnan", "is_finite")
    return any(word in name for word in words)


def identical(a: Array, b: Array) -> bool:
    """Return whether two arrays hold the same numbers, signs of zero included, NaN anywhere."""
    same = (a == b) & (np.signbit(a) == np.signbit(b))
    return bool(np.all(same | (np.isnan(a) & np.isnan(b))))


def same_signs(a: Array, b: Array) -> bool:
    """Return whether the signs are the same, those of zeros included, except beside NaN."""
    return bool(np.all((np.signbit(a) == np.signbit(b)) | np.isnan(a) | np.isnan(b)))


def ulps(found: Array, exact: Array) -> Array:
    """Return the errors in units of the last place; infinite where NaN or infinity differ.

    Denormal results count by the spacing of their own.
    """
    with np.errstate(all="ignore"):
        nearest = exact.astype(found.dtype)
        settled = (found == nearest) | (np.isnan(found) & np.isnan(nearest))
        error = np.abs(found - exact) / np.spacing(np.abs(nearest)).astype(exact.dtype)
    error = np.where(np.isfinite(error), error, np.inf)
    return np.where(settled & ~np.isfinite(nearest), 0, error).astype(np.float64)


def exact(reference: Callable[..., Array], *args: Array) -> Array:
    """Compute in the widest type that NumPy has here."""
    with np.errstate(all="ignore"):
        return reference(*(a.astype(np.longdouble) for a in args))


def spread(dtype: Any, *scales: float, count: int = 4000) -> Array:
    """Return numbers around 0 on several scales, all magnitudes there are, and special ones."""
    rng = np.random.default_rng(7)
    info = np.finfo(dtype)
    parts = [rng.standard_normal(count) * s for s in (1e-3, 0.3, 1.0, 3.0, *scales)]
    powers = rng.integers(info.minexp - info.nmant, info.maxexp, count)
    parts.append(np.ldexp(rng.uniform(1, 2, count), powers) * rng.choice([-1, 1], count))
    parts.append(1 + rng.standard_normal(count) * 1e-3)
    return np.concatenate([*parts, special(dtype)]).astype(dtype)


def special(dtype: Any) -> Array:
    info = np.finfo(dtype)
    positive = [0, info.smallest_subnormal, 3 * info.smallest_subnormal, info.tiny, info.eps, 0.1]
    positive += [0.5, 1 - info.epsneg, 1, 1 + info.eps, 1.5, 2, 2.5, 3, 4, 7.5, 1e30, info.max]
    values = np.array([*positive, np.inf], dtype)
    return np.concatenate([values, -values, np.array([np.nan], dtype)])


def pairs(values: Array) -> tuple[Array, Array]:
    """Return every value beside every value."""
    a, b = np.meshgrid(values, values)
    return np.ascontiguousarray(a.ravel()), np.ascontiguousarray(b.ravel())
