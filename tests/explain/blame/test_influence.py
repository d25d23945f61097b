"""Which entries reach which: compared with what changes when an entry is changed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.blame import influence
from chainrule.explain.blame.influence import reaching
from chainrule.graph.registry import Op
from chainrule.graph.trace import trace

RNG = np.random.default_rng(1)
ROWS = np.array([2, 0, 2])
CASES: list[tuple[Callable[..., Any], list[Any]]] = [
    (lambda x, y: x * y, [(3, 4), (4,)]),
    (lambda x, y: x + y, [(3, 1), (1, 4)]),
    (lambda x: cr.sum(x, axis=1), [(3, 4)]),
    (lambda x: cr.max(x, axis=(0, 2)), [(2, 3, 4)]),
    (lambda x: cr.mean(x, keepdims=True), [(3, 4)]),
    (lambda x: cr.softmax(x, axis=-1), [(3, 4)]),
    (lambda x: cr.cumsum(x, axis=0), [(3, 4)]),
    (lambda x: x.T, [(3, 4)]),
    (lambda x: cr.reshape(x, (2, 6)), [(3, 4)]),
    (lambda x, y: x @ y, [(3, 4), (4, 2)]),
    (lambda x, y: cr.concatenate([x, y], axis=1), [(3, 4), (3, 2)]),
    (lambda x: x[ROWS], [(3, 4)]),
    (lambda x, y: cr.einsum("ij,kj->ik", x, y), [(3, 4), (2, 4)]),
    (lambda x: cr.pad_constant(x, 1), [(2, 2)]),
]


@pytest.mark.parametrize(("f", "shapes"), CASES)
def test_like_changing_entries(f: Callable[..., Any], shapes: list[Any]) -> None:
    arrays = [RNG.normal(size=s) for s in shapes]
    gate = trace(f, *arrays).outputs[0]
    assert len(gate.inputs) >= len(arrays)
    value = np.asarray(f(*arrays))
    entries = RNG.random(value.shape) < 0.3
    entries.flat[0] = True
    for position, x in enumerate(arrays):
        want = np.zeros(x.shape, bool)
        for at in np.ndindex(x.shape):
            changed = [a.copy() for a in arrays]
            changed[position][at] = np.nan
            want[at] = bool((np.isnan(np.asarray(f(*changed))) & entries).any())
        operands = [*arrays, *([ROWS] if len(gate.inputs) > len(arrays) else [])]
        assert reaching(gate, position, entries, operands).tolist() == want.tolist()


def test_gates_without_a_gradient_go_by_rows() -> None:
    gate = trace(lambda x: cr.argsort(x, axis=-1), np.ones((3, 4))).outputs[0]
    entries = np.zeros((3, 4), bool)
    entries[1, 2] = True
    found = reaching(gate, 0, entries, [np.ones((3, 4))])
    assert found.tolist() == [[False] * 4, [True] * 4, [False] * 4]


def test_gates_that_refuse_go_by_rows() -> None:
    def rule(g: Any, z: Any, x: Any) -> Any:
        raise RuntimeError("no")

    fussy = Op(rule, numpy=lambda x: x.copy(), name="fussy", shape=lambda x: x)
    gate = trace(fussy, np.ones((3, 2))).outputs[0]
    entries = np.zeros((3, 2), bool)
    entries[2, 1] = True
    assert reaching(gate, 0, entries, [np.ones((3, 2))]).any(axis=1).tolist() == [False] * 2 + [
        True
    ]


def test_no_entries_are_reached_by_none() -> None:
    gate = trace(lambda x: x * 2, np.ones(3)).outputs[0]
    assert not reaching(gate, 0, np.zeros(3, bool), [np.ones(3), np.asarray(2)]).any()


@pytest.mark.parametrize("name", ["add", "divide", "log", "where", "arcsin", "matmul"])
def test_domains_hold_numbers(name: str) -> None:
    low, high = influence.domain(getattr(cr, name), 0)
    assert -10 <= low < high <= 10
