"""Random circuits, value and gradient, once and in steps: native code against the interpreter."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chainrule.graph.node import ConstantNode, ancestors
from tests.contract.agreement import Subject, differences, drifted, native
from tests.property.programs import program

BATCH = 50  # circuits in one module
STEPS = 2
ULP = float(np.finfo(np.float32).eps)
FEW = 0.05  # share of float32 outputs that the interpreter itself has not right


def check_double(first: int, level: int) -> None:
    found = [program(n) for n in range(first, first + BATCH)]
    results = native(found, STEPS, level)
    wrong = [w for s, r in zip(found, results, strict=True) for w in differences(s, r, STEPS)]
    assert not wrong, "\n".join(wrong[:10])


def check_single(first: int, level: int) -> None:
    """In float32 each circuit runs once: what two steps make of an error says nothing."""
    found = [program(n, np.float32) for n in range(first, first + BATCH)]
    found = [replace(s, updates={}) for s in found]
    results = native(found, 1, level)
    wrong, unclear, outputs = [], 0, 0
    for n, (subject, result) in enumerate(zip(found, results, strict=True), first):
        single, sizes = subject.interpreted()
        double, _ = exact(n, subject).interpreted()
        if [np.shape(x) for x in single] != [np.shape(x) for x in double]:
            continue  # a gate that gives float64 has no gradient with float32, say
        for k, (a, b, c, size) in enumerate(zip(result, single, double, sizes, strict=True)):
            why = drifted(a, np.asarray(b), c, size)
            if why and np.asarray(b).dtype.kind != "f" and hangs_on_last_bits(subject, k):
                why = None
            outputs, unclear = outputs + 1, unclear + (why is None)
            if why:
                wrong.append(f"{subject.name}, float32: output {k}: {why}")
    assert not wrong, "\n".join(wrong[:10])
    assert unclear <= FEW * outputs, f"{unclear} of {outputs} outputs are not clear"


def hangs_on_last_bits(subject: Subject, output: int) -> bool:
    """Return whether rounding decides what a gate answers, such as which of two is smaller."""
    rng = np.random.default_rng(0)
    answers = {np.asarray(shaken(subject, output, rng)).tobytes() for _ in range(20)}
    return len(answers) > 1


def shaken(subject: Subject, output: int, rng: np.random.Generator) -> Any:
    """Return an output of the interpreter, every float32 on the way moved by an ulp or none."""
    values = dict(zip(subject.inputs, map(np.asarray, subject.values), strict=True))
    for node in ancestors([subject.outputs[output]]):
        if isinstance(node, ConstantNode):
            values[node] = node.value
        elif node.op is not None:
            value = np.asarray(node.op.compute([values[x] for x in node.inputs], node.attrs))
            if value.dtype == np.float32:
                value = value * (1 + ULP * rng.integers(-1, 2, value.shape)).astype(np.float32)
            values[node] = value
    return values[subject.outputs[output]]


def exact(number: int, subject: Subject) -> Subject:
    """Return the same circuit in float64, on the same numbers."""
    made = program(number)
    values = [np.asarray(v, np.float64) if v.dtype == np.float32 else v for v in subject.values]
    return replace(made, values=values, updates={})


def check(batch: int, level: int) -> None:
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        (check_single if batch % 2 else check_double)(batch * BATCH, level)


@pytest.mark.parametrize("batch", range(10))
def test_random_circuits(batch: int) -> None:
    check(batch, level=0)


@pytest.mark.campaign
@pytest.mark.parametrize("batch", range(100, 300))
def test_many_random_circuits(batch: int) -> None:
    check(batch, level=batch // 2 % 3)
