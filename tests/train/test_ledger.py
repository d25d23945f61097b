"""The ledger keeps recording within its share, whatever a measurement costs."""

from itertools import pairwise

import pytest

from chainrule.train.ledger import GRACE, SHARE, Ledger

Trained = tuple[Ledger, list[int]]


def trained(step: float, price: float, call: float, seconds: float, rest: float = 0.0) -> Trained:
    """Return the ledger of a run on a clock of our own, and the steps that were measured."""
    ledger, at, measured = Ledger(), 0, []
    while ledger.total < seconds:
        ledger.pay("calls", rest)
        left = ledger.wait()
        if ledger.wants_many and at >= 64:
            left = 16
        elif not left:
            ledger.measure(price)
            measured.append(at + 1)
            left = max(1, ledger.wait())
        ledger.train(left, left * step + call)
        ledger.calls += 1
        at += left
    return ledger, measured


@pytest.mark.parametrize("step", [1e-7, 1e-5, 1e-3])
@pytest.mark.parametrize("price", [1e-5, 1e-3])
@pytest.mark.parametrize("call", [0.0, 2e-5])
def test_within_the_share(step: float, price: float, call: float) -> None:
    ledger, measured = trained(step, price, call, 20)
    assert ledger.share <= SHARE
    assert ledger.share >= 0.4 * SHARE  # what is allowed is used
    assert measured[:3] == [1, 2, 3]


def test_short_runs_are_measured_closely() -> None:
    ledger, measured = trained(3e-5, 4e-5, 5e-6, 0.05)
    assert ledger.spent <= GRACE
    assert measured[:64] == list(range(1, 65))  # then one long call, to know what a call costs
    assert len(measured) > 200


def test_no_gap_after_the_beginning() -> None:
    _, measured = trained(3e-5, 4e-5, 5e-6, 30)
    gaps = [(b - a) / b for a, b in pairwise(measured[20:])]
    assert max(gaps) < 0.5


def test_what_else_is_paid_leaves_less_for_statistics() -> None:
    alone, many = trained(1e-4, 1e-4, 0, 20)
    beside, fewer = trained(1e-4, 1e-4, 0, 20, rest=1e-4)
    assert len(fewer) < len(many)
    assert beside.paid["statistics"] > 0
    assert alone.share <= SHARE


def test_a_slow_step_is_measured_at_first() -> None:
    _, measured = trained(0.1, 0.2, 0, 100)
    assert measured[:3] == [1, 2, 3]
    assert measured[-1] > 100


def test_the_price_of_a_call() -> None:
    ledger = Ledger()
    ledger.train(1, 11e-6)
    assert ledger.call == 0
    assert ledger.wants_many
    ledger.train(100, 100e-6 + 10e-6)
    assert ledger.call == pytest.approx(9.9e-6)
    assert not ledger.wants_many
    ledger.calls = 10
    assert ledger.spent == pytest.approx(99e-6)


def test_rare_work_has_its_own_part() -> None:
    ledger = Ledger()
    assert ledger.affords("snapshots")
    ledger.pay("snapshots", 1.0)
    assert not ledger.affords("snapshots")
    assert ledger.affords("histograms")
