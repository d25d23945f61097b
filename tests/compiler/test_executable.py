"""Native code with its memory: calls, errors, threads, nothing written over."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import Executable, address, aligned, aligned_copy, compiled
from chainrule.compiler.memory import ALIGN
from chainrule.errors import UsageError
from chainrule.graph.trace import trace

X = np.arange(6.0).reshape(2, 3)


def made(f: Any, *values: Any, **options: Any) -> Executable:
    found = trace(f, *values)
    return compiled(Circuit(found.inputs, found.outputs), **options)


def test_outputs_are_new_each_time() -> None:
    code = made(lambda x: (x + 1, cr.sum(x)), X)
    one, two = code([X]), code([X * 2])
    np.testing.assert_array_equal(one[0], X + 1)
    np.testing.assert_array_equal(two[0], X * 2 + 1)
    assert one[1] == X.sum()


@pytest.mark.parametrize("level", [0, 1, 2])
def test_levels(level: int) -> None:
    code = made(lambda x: cr.tanh(x @ x.T), X, level=level)
    np.testing.assert_allclose(code([X])[0], np.tanh(X @ X.T), rtol=1e-12)


def test_no_steps_write_nothing() -> None:
    code, out = made(lambda x: x + 1, X), np.full((2, 3), 7.0)
    code.run([X], [out], 0)
    assert (out == 7).all()


def test_a_wrong_index_is_told_once() -> None:
    code = made(lambda x, i: x[i], X, np.array([0]))
    with pytest.raises(UsageError, match="an index is out of bounds"):
        code([X, np.array([5])])
    np.testing.assert_array_equal(code([X, np.array([-1])])[0], X[[-1]])


def test_errors_of_the_interpreter_come_through() -> None:
    code = made(cr.linalg.inv, np.eye(2))
    with pytest.raises(Exception, match=r"[Ss]ingular"):
        code([np.zeros((2, 2))])
    np.testing.assert_array_equal(code([np.eye(2) * 2])[0], np.eye(2) / 2)


def test_threads_take_turns() -> None:
    code = made(lambda x: cr.cumsum(cr.tanh(x @ x.T), axis=1), np.zeros((40, 40)))
    inputs = [np.random.default_rng(n).normal(size=(40, 40)) for n in range(24)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda x: code([x])[0], inputs))
    for x, value in zip(inputs, found, strict=True):
        np.testing.assert_allclose(value, np.cumsum(np.tanh(x @ x.T), axis=1), atol=1e-12)


def test_aligned_memory() -> None:
    assert address(aligned(5)) % ALIGN == 0
    copy = aligned_copy(X.T)
    assert address(copy) % ALIGN == 0
    np.testing.assert_array_equal(copy, X.T)
    assert aligned_copy(np.array(2.0)).shape == ()
