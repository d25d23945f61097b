"""Kernels without loops compute what kernels with loops compute."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler import small
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import Executable, compiled
from chainrule.graph.run import run
from chainrule.graph.trace import trace

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 3))
W = RNG.normal(size=(3, 5))
AT = np.array([2, 0, 2, -1])
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "maps": (lambda x: (cr.tanh(x) * x[:, :1], cr.where(x > 0, x, -1)), (X,)),
    "products": (lambda x, w: cr.relu(x @ w) @ w.T, (X, W)),
    "reductions": (lambda x: (cr.sum(x, 0), cr.max(x, 1), cr.argmin(x, 1), cr.prod(x)), (X,)),
    "views": (lambda x: cr.sum(x.T.reshape(6, 2)[::-1], axis=1) * 2, (X,)),
    "rows": (lambda x, at: x[at] + cr.mean(x[at], axis=0), (X, AT)),
    "truth": (lambda x: (x > 0, cr.any(x > 1, axis=0), cr.logical_not(x < 0)), (X,)),
    "sums": (lambda x: (cr.exp(x), cr.sum(cr.exp(x)), cr.mean(cr.square(x))), (X,)),
    "gradient": (cr.grad(lambda w, x: cr.mean(cr.softplus(x @ w))), (W, X)),
}


def executed(f: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Executable, list[Any]]:
    found = trace(f, *args)
    code = compiled(Circuit(found.inputs, found.outputs), level=1)
    assert isinstance(code, Executable)
    return code, code([np.ascontiguousarray(x) for x in args])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_with_and_without_loops(name: str, dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    f, given = CASES[name]
    args = tuple(x.astype(dtype) if x.dtype.kind == "f" else x for x in given)
    short, without = executed(f, args)
    assert "phi" not in "".join(k.f.text() for k in short.plan.kernels)
    monkeypatch.setattr(small, "ENTRIES", 0)
    _, with_loops = executed(f, args)
    found = trace(f, *args)
    for a, b, c in zip(without, with_loops, run(found.inputs, found.outputs, args), strict=True):
        np.testing.assert_allclose(a, c, rtol=1e-5 if dtype is np.float32 else 1e-12, atol=1e-6)
        np.testing.assert_allclose(a, b, rtol=1e-5 if dtype is np.float32 else 1e-12, atol=1e-6)
        assert a.dtype == c.dtype


def test_an_index_outside_is_reported() -> None:
    f = cr.compile(lambda x, at: x[at] * 2)
    with pytest.raises(cr.ChainruleError, match="an index is out of bounds"):
        f(X, np.array([0, 4]))


def test_large_kernels_have_loops() -> None:
    code, _ = executed(lambda x: cr.tanh(x), (np.zeros(small.ENTRIES + 1),))
    assert "phi" in "".join(k.f.text() for k in code.plan.kernels)
