"""Code on disk: found again, told apart, never damaged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler import cache
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import compiled
from chainrule.compiler.llvm import host
from chainrule.compiler.steps import Steps
from chainrule.graph.trace import trace


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    return tmp_path


def circuit(f: Any, *values: Any) -> Circuit:
    found = trace(f, *values)
    return Circuit(found.inputs, found.outputs)


def name(f: Any, *values: Any, **steps: Any) -> str | None:
    return cache.key(circuit(f, *values), Steps(**steps), host())


def test_the_same_circuit_has_the_same_name() -> None:
    x = np.ones(3)
    assert name(lambda x: cr.tanh(x) * 2, x) == name(lambda y: cr.tanh(y) * 2, x)


def test_others_have_others() -> None:
    x = np.ones(3)
    found = [
        name(lambda x: x * 2, x), name(lambda x: x * 2.0, x), name(lambda x: x * -2, x),
        name(lambda x: x + 0.0, x), name(lambda x: x + -0.0, x), name(lambda x: x * 2, x[:2]),
        name(lambda x: x * 2, x.astype("f4")), name(lambda x: x * 2, x, flushes=True),
        name(lambda x: cr.sum(x), x), name(lambda x: cr.sum(x, keepdims=True), x),
        name(lambda x: (x * 2, x), x), name(lambda x: (x, x * 2), x),
    ]  # fmt: skip
    assert None not in found
    assert len(set(found)) == len(found)


def test_gates_of_the_users_own_are_not_kept() -> None:
    @cr.op(numpy=lambda x: x + 1, formula=lambda m, x: x + 1)
    def above(g, z, x):  # type: ignore[no-untyped-def]
        return (g,)

    assert name(lambda x: above(x), np.ones(3)) is None


def test_code_is_found_again(folder: Path) -> None:
    made = circuit(lambda x: cr.tanh(x) + np.arange(3.0), np.ones(3))
    first = compiled(made)([np.ones(3)])[0]
    (file,) = folder.iterdir()
    np.testing.assert_array_equal(compiled(made)([np.ones(3)])[0], first)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    assert cache.load(file.name) is None
    np.testing.assert_array_equal(compiled(made)([np.ones(3)])[0], first)
    assert cache.load(file.name) is not None


def test_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.VARIABLE, "off")
    assert cache.folder() is None
    assert cache.load("anything") is None
