"""From a circuit to a module: kernels in order, arrays that are written over, shared kernels."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import compiled
from chainrule.compiler.llvm import host
from chainrule.compiler.plan import plan
from chainrule.compiler.steps import Steps
from chainrule.graph.run import run
from chainrule.graph.trace import trace

A = np.random.default_rng(0).normal(size=(5, 5))
B = A[::-1].copy() + 1


def repeated(f: Any, *values: Any, steps: int = 3) -> tuple[Any, Any, Any]:
    """Return the values after so many steps in place, those of the interpreter, and the plan."""
    found = trace(f, *values)
    n = len(values)
    code = compiled(Circuit(found.inputs, found.outputs), Steps(updates={i: i for i in range(n)}))
    wanted, state = list(values), [x.copy() for x in values]
    for _ in range(steps):
        wanted = run(found.inputs, found.outputs, wanted)
    code.run(state, state, steps)
    return state, wanted, code.plan


IN_PLACE = {
    "each at its place": lambda a, b: (a - 0.1 * b, b + 0.1 * a),
    "exchanged": lambda a, b: (b, a),
    "turned and exchanged": lambda a, b: (b.T, a.T),
    "turned": lambda a, b: (a.T, b[::-1]),
    "unchanged": lambda a, b: (a, b * 0.5),
    "products of each other": lambda a, b: (cr.tanh(a @ b), cr.tanh(b @ a)),
    "products of itself": lambda a, b: (cr.tanh(a @ a), a - b),
    "sums": lambda a, b: (a / (1 + cr.sum(cr.square(a), axis=0)), b - cr.mean(a)),
    "sums of itself": lambda a, b: (a - cr.mean(a, axis=1, keepdims=True), b - cr.sum(b) * 0.1),
    "running": lambda a, b: (cr.cumsum(a, axis=0) * 0.1, cr.cumsum(cr.tanh(b), axis=1)),
    "joined": lambda a, b: (cr.concatenate((b[1:], a[:1])), cr.concatenate((a[1:], b[:1]))),
    "in order": lambda a, b: (a[cr.argsort(a[:, 0])], b[cr.argsort(a[:, 0])]),
    "interpreted": lambda a, b: (cr.linalg.inv(a + 5 * b.T), a * 2),
    "the same twice": lambda a, b: (a + b, a + b),
    "known": lambda a, b: (np.ones((5, 5)), b + a),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_steps_in_place(name: str) -> None:
    state, wanted, _ = repeated(IN_PLACE[name], A, B)
    for one, two in zip(state, wanted, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-10, atol=1e-13)


def test_a_value_that_is_still_read_is_written_over_at_the_end() -> None:
    _, _, made = repeated(IN_PLACE["products of each other"], A, B)
    kinds = [launch.group.kind for launch in made.launches]
    assert kinds[:2] == ["product", "product"]
    assert kinds[2:] == ["map", "map"]  # copies


def test_slices_and_stacks() -> None:
    """Each step takes the next part of an input, and writes the next part of an output."""
    rows = np.arange(12.0).reshape(4, 3)
    found = trace(lambda total, row: (total + row, cr.sum(row) * total[0]), np.zeros(3), rows[0])
    code = compiled(
        Circuit(found.inputs, found.outputs),
        Steps(updates={0: 0}, sliced=frozenset({1}), stacked=frozenset({1})),
    )
    total, found_at = np.zeros(3), np.empty(4)
    code.run([total, rows], [total, found_at], 4)
    np.testing.assert_array_equal(total, rows.sum(0))
    np.testing.assert_array_equal(found_at, rows.sum(1) * [0, 0, 3, 9])


def made(f: Any, *values: Any, **options: Any) -> Any:
    found = trace(f, *values)
    return plan(Circuit(found.inputs, found.outputs), host(), Steps(**options))


def test_kernels_that_are_alike_are_written_once() -> None:
    def deep(x: Any, weights: Any) -> Any:
        for w in weights:
            x = cr.tanh(x @ w)
        return x

    of_six = made(deep, A, [A + k for k in range(6)])
    assert len(of_six.launches) == 6
    assert len(of_six.kernels) < 6
    assert len({launch.arrays for launch in of_six.launches}) == 6


def test_arrays_that_are_known_are_constants() -> None:
    found = made(lambda a, b: (cr.sum(a @ b, axis=0), np.arange(5.0) + a), A, B)
    assert len(found.constants) == 1
    assert found.arena % 64 == 0


def test_outputs_that_ask_for_nothing_new() -> None:
    found = made(lambda a: (a, a * 2, a * 2, 3.0), A)
    assert [n.op.name for n in found.circuit.outputs if n.op] == [
        "positive", "multiply", "positive", "positive",
    ]  # fmt: skip


def test_empty_arrays_need_no_kernel() -> None:
    assert not made(lambda a: a * 2, np.zeros((0, 3))).launches
