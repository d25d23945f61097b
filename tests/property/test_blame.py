"""Faults at random gates, forward, backward and in the update: the culprit is named each time."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from chainrule.explain.blame import culprit as module
from chainrule.explain.blame.culprit import Culprit, Ran
from tests.property.faults import in_a_circuit, in_a_circuit_beside_another, in_a_step

FEW, MANY = 40, 1000


def circuits(count: int, make: Any = in_a_circuit, **options: Any) -> Counter[str]:
    """Return the verdicts on so many circuits with a fault."""
    found: Counter[str] = Counter()
    number = 0
    with np.errstate(all="ignore"):
        while sum(found.values()) < count:
            made = make(number)
            if made is not None:
                verdict = made.verdict(**options)
                found[verdict if verdict in ("found", "harmless") else f"{number}: {verdict}"] += 1
            number += 1
    return found


def steps(count: int) -> Counter[str]:
    """Return the verdicts on the steps of so many nets with a fault."""
    found: Counter[str] = Counter()
    for number in range(count):
        got = in_a_step(number)
        assert got is not None
        made, name = got
        verdict = made.verdict()
        found[verdict if verdict in ("found", "harmless") else f"{number}: {name}: {verdict}"] += 1
    return found


def test_circuits() -> None:
    found = circuits(FEW)
    assert set(found) == {"found", "harmless"}
    assert found["found"] > FEW / 2


def test_a_fault_beside_one_that_does_no_harm() -> None:
    assert set(circuits(FEW, in_a_circuit_beside_another)) == {"found"}


def test_steps_of_nets() -> None:
    found = steps(FEW)
    assert set(found) <= {"found", "harmless"}
    assert found["found"] > FEW / 2


@pytest.mark.campaign
def test_a_thousand_circuits() -> None:
    assert set(circuits(MANY)) == {"found", "harmless"}


@pytest.mark.campaign
def test_a_thousand_circuits_with_a_fault_beside() -> None:
    assert set(circuits(MANY, in_a_circuit_beside_another)) == {"found"}


@pytest.mark.campaign
def test_a_thousand_steps() -> None:
    assert set(steps(MANY)) == {"found", "harmless"}


# The check checked --------------------------------------------------------------------------------


def first_bad(ran: Ran) -> Culprit | None:
    """Planted: the first bad gate is blamed, whether it does harm or not."""
    return next((Culprit(n, m) for n, m in ran.bad.items() if n.op is not None), None)


def last_bad(ran: Ran) -> Culprit | None:
    """Planted: the output is blamed, as a check of the loss alone has it."""
    return next((Culprit(n, ran.bad[n]) for n in ran.outputs if n in ran.bad), None)


@pytest.mark.parametrize("find", [first_bad, last_bad])
def test_a_wrong_finder_is_caught(find: Any) -> None:
    assert any("blamed" in verdict for verdict in circuits(FEW, find=find))


def test_a_finder_that_never_looks_at_entries_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: every bad entry of a gate on the way counts."""
    everything = lambda gate, i, entries, xs: np.ones(np.shape(xs[i]), bool)  # noqa: E731
    monkeypatch.setattr(module, "reaching", everything)
    monkeypatch.setattr(module, "decisive", lambda ran, found: found[0] if found else None)
    found = circuits(5 * FEW, in_a_circuit_beside_another)
    assert any("blamed" in verdict or "wrong" in verdict for verdict in found)
