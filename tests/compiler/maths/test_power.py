"""Powers in units of the last place, and with exponents that are known beforehand."""

from typing import Any

import numpy as np
import pytest

from chainrule.compiler import llvm
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.elementary import apply
from chainrule.compiler.maths.power import SHORT
from chainrule.compiler.values import Value, constant
from tests.compiler.maths.native import (
    FLOATS,
    call,
    exact,
    identical,
    loop_over,
    native,
    same_signs,
    special,
    spread,
    ulps,
)

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_accuracy(dtype: type) -> None:
    x = [np.abs(spread(dtype, 100)), np.exp(RNG.uniform(-5, 5, 20_000))]
    y = [RNG.permutation(spread(dtype, 100)), RNG.uniform(-100, 100, 20_000)]
    for reach in (1e-2, 1e-4, 1e-6):  # the closer to 1, the larger the exponents
        x.append(1 + RNG.uniform(-1, 1, 20_000) * reach)
        y.append(RNG.uniform(-700, 700, 20_000) / reach)
    args = np.concatenate(x).astype(dtype), np.concatenate(y).astype(dtype)
    limit = 0.6 if dtype is np.float32 else 1.5
    assert ulps(native("power", *args), exact(np.power, *args)).max() <= limit


def test_powers_of_negative_numbers() -> None:
    x = np.array([-2, -2, -2, -2.5, -0.0, -0.0, -0.0, -np.inf, -np.inf, -1, -1, -8, -3])
    y = np.array([3, 4, 0.5, -3, -3, -2, 3, 3, -3, np.inf, -np.inf, 1 / 3, 2.0**60])
    with np.errstate(all="ignore"):
        assert identical(native("power", x, y), np.power(x, y))


def with_exponent(kind: str, y: float) -> Any:
    def body(f: Function, x: Value) -> Value:
        return apply(f, "power", x, constant(x.type, y))

    f = loop_over("known", kind, 16, 1, body)
    return llvm.link(llvm.build(module_text([f]), llvm.host()), llvm.host()), f.text()


@pytest.mark.parametrize("kind", sorted(FLOATS))
def test_known_exponents_need_no_logarithm(kind: str) -> None:
    x = np.resize(np.concatenate([special(FLOATS[kind]), spread(FLOATS[kind], 10)]), 24_000)
    for y in [n for n in SHORT if n is not None]:
        linked, text = with_exponent(kind, y)
        found = call(linked, "known", np.empty_like(x), x)
        wanted = exact(np.power, x, np.full_like(x, y))
        assert ulps(found, wanted).max() <= 2
        assert same_signs(found, wanted)
        assert len(text) < 1500
