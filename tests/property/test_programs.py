"""Random circuits, value and gradient, once and in steps: native code against the interpreter."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from tests.contract.agreement import Subject, differences, drifted, native
from tests.property.programs import program

BATCH = 50  # circuits in one module
STEPS = 2
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
            outputs, unclear = outputs + 1, unclear + (why is None)
            if why:
                wrong.append(f"{subject.name}, float32: output {k}: {why}")
    assert not wrong, "\n".join(wrong[:10])
    assert unclear <= FEW * outputs, f"{unclear} of {outputs} outputs are not clear"


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
