"""Circuits gate by gate: as training computes them, by NumPy and by native code."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.blame.running import ByNative, by_numpy, flushed, run
from chainrule.graph.trace import trace

X = np.array([[0.5, 1e-30], [2.0, -3.0]], np.float32)


def f(x: Any) -> Any:
    return cr.sum(cr.exp(x) * 2 + cr.softmax(x, axis=-1) ** 2 + x)


@pytest.mark.parametrize("compute", [by_numpy, ByNative()])
def test_values(compute: Any) -> None:
    found = trace(f, X)
    values = run(found.outputs, {found.inputs[0]: X}, compute)
    assert set(values) == set(found.gates)
    np.testing.assert_allclose(values[found.outputs[0]], np.asarray(f(X)), rtol=1e-5)


@pytest.mark.parametrize("compute", [by_numpy, ByNative()])
def test_denormals_are_zero(compute: Any) -> None:
    """1 / (x y) is infinite where x y is below the smallest normal number."""
    found = trace(lambda x: 1 / (x * x), X)
    values = run(found.outputs, {found.inputs[0]: X * 1e-10}, compute)
    assert np.isinf(values[found.outputs[0]]).tolist() == [[False, True], [False, False]]


def test_a_gate_takes_one_operand_twice() -> None:
    found = trace(lambda x: x * x, X)
    assert ByNative()(found.outputs[0], [X, X])[1, 0] == 4


def test_flushed() -> None:
    tiny = np.array([1e-40, -1e-40, 1e-37, np.nan, np.inf], np.float32)
    assert flushed(tiny).tolist() == pytest.approx([0, 0, 1e-37, np.nan, np.inf], nan_ok=True)
    assert flushed(tiny.astype(np.float64))[0] != 0
    assert flushed(3) == 3
