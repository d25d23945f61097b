"""Random circuits against finite differences, first and second order."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings

from tests.property.circuits import (
    Circuit,
    NoJudge,
    check_first,
    check_second,
    circuits,
    has_kink,
)

SHORT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LONG = settings(SHORT, max_examples=5000)


def check(circuit: Circuit) -> None:
    leaves = circuit.inputs()
    rng = np.random.default_rng(circuit.seed + 1)
    along = [rng.uniform(-1, 1, size=x.shape) for x in leaves]
    assume(not has_kink(circuit, leaves, along))
    try:
        check_first(circuit, leaves, along)
        check_second(circuit, leaves, along)
    except NoJudge:
        reject()


@SHORT
@given(circuits())
def test_random_circuits(circuit: Circuit) -> None:
    check(circuit)


@pytest.mark.campaign
@LONG
@given(circuits())
def test_many_random_circuits(circuit: Circuit) -> None:
    check(circuit)
