"""What holds for every pass: values and gradients stay, and the circuit is sound afterwards."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.pipeline import PASSES, Pass
from chainrule.compiler.verify import verify
from tests.contract import calls
from tests.contract.agreement import Subject, differences
from tests.contract.test_compiled import subjects
from tests.property.programs import program

STAGES = [pytest.param(n, id=f"{n} {one.__name__}") for n, one in enumerate(PASSES)]


@pytest.fixture(scope="module")
def several() -> list[Subject]:
    """Random circuits, and one of every op with its gradient."""
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        every = [
            s for n in calls.DECLARED for call in list(calls.calls(calls.OPS[n]))[:2]
            for s in subjects(call)
        ]  # fmt: skip
        return [program(n) for n in range(9000, 9120)] + every


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        yield


def before(subject: Subject, stage: int) -> Circuit:
    """Return the circuit as a pass of the pipeline meets it."""
    circuit = Circuit(tuple(subject.inputs), tuple(subject.outputs))
    for one in PASSES[:stage]:
        circuit = one(circuit)
    return circuit


def of(subject: Subject, circuit: Circuit) -> Subject:
    return Subject(subject.name, circuit.inputs, circuit.outputs, subject.values)


@pytest.mark.parametrize("stage", STAGES)
def test_values_stay_and_the_circuit_is_sound(stage: int, several: list[Subject]) -> None:
    one: Pass = PASSES[stage]
    for subject in several:
        old = before(subject, stage)
        new = one(old)
        assert verify(new, old) == [], f"{subject.name} after {one.__name__}"
        values, _ = of(subject, new).interpreted()
        assert not differences(of(subject, old), [np.asarray(v) for v in values])


@pytest.mark.parametrize("one", dict.fromkeys(PASSES), ids=lambda one: one.__name__)
def test_a_second_time_changes_nothing(one: Any, several: list[Subject]) -> None:
    """What a pass has done needs not be done again; simplifying takes as long as it finds more."""
    rounds = 3 if one.__name__ == "simplify" else 1
    for subject in several[:60]:
        circuit = before(subject, 1)
        for _ in range(rounds):
            circuit = one(circuit)
        assert len(one(circuit).nodes) == len(circuit.nodes), subject.name
