"""Who made NaN: the first gate that did harm, not the first that shows it, nor a harmless one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.blame import culprit as module
from chainrule.explain.blame.culprit import culprit
from tests.explain.blame.circuits import ran, to_blame

INF, NAN = np.inf, np.nan
X = np.array([[0.5, 1.0], [2.0, 3.0]], np.float32)
NEGATIVE = np.array([[0.5, 1.0], [-2.0, 3.0]], np.float32)
LARGE = np.array([[0.5, 1.0], [100.0, 3.0]], np.float32)

HARMFUL: list[tuple[str, Callable[..., Any], tuple[Any, ...]]] = [
    ("log", lambda x: cr.sum(cr.exp(cr.log(x))), (NEGATIVE,)),
    ("exp", lambda x: cr.log(cr.exp(x)) - cr.exp(x) + cr.exp(x), (LARGE,)),
    ("divide", lambda x: cr.mean((x - cr.mean(x)) / cr.std(x)), (np.ones((2, 2), np.float32),)),
    ("square", lambda x: cr.sum(cr.square(x * 1e10)), (X * 1e10,)),
    ("matmul", lambda x: cr.tanh(x @ x) * 0.5 + cr.sum(x @ x), (X * 1e20,)),
    ("x", lambda x: cr.sum(cr.relu(x)), (np.array([1.0, NAN]),)),
    ("x", lambda x: cr.sum(cr.relu(x)), (np.array([1.0, INF]),)),
    ("sqrt", lambda x: cr.max(cr.concatenate([cr.exp(-x), cr.sqrt(-x)])), (X,)),
    ("multiply", lambda x: cr.sum(cr.where(x > 1, x, -INF) * 0.0), (X,)),
    ("softmax", lambda x: cr.sum(cr.softmax(cr.where(x > 1.5, x, -INF), axis=-1)), (X,)),
    ("subtract", lambda x: cr.sum(cr.where(x > 1, x, INF) - cr.where(x > 1, x, INF)), (X,)),
    ("constant", lambda x: cr.sum(cr.where(x > 1, x, -INF)), (X,)),
    ("constant", lambda x: cr.sum(cr.where(x > 1, x, NAN)), (X,)),
    ("log", lambda x: cr.max(cr.maximum(-cr.log(x - x), -cr.log(x - x))), (X,)),
]


@pytest.mark.parametrize(("name", "f", "given"), HARMFUL)
def test_who_did_it(name: str, f: Callable[..., Any], given: tuple[Any, ...]) -> None:
    assert to_blame(f, *given) == name


HARMLESS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda x: cr.sum(cr.softmax(cr.where(x > 0.7, x, -INF), axis=-1)), (X,)),
    (lambda x: cr.sum(cr.where(x > 0, cr.log(x), 0.0)), (NEGATIVE,)),
    (lambda x: cr.sum(1 / cr.exp(x)), (LARGE,)),
    (lambda x: cr.sum(cr.minimum(cr.exp(x), 5.0)), (LARGE,)),
]


@pytest.mark.parametrize(("f", "given"), HARMLESS)
def test_nobody_is_to_blame_where_the_result_is_finite(
    f: Callable[..., Any], given: tuple[Any, ...]
) -> None:
    assert any(mask.any() for mask in ran(f, *given).bad.values())
    assert to_blame(f, *given) == ""


@pytest.mark.parametrize(("first", "given"), HARMLESS)
def test_a_harmless_infinity_is_not_blamed_for_what_another_gate_did(
    first: Callable[..., Any], given: tuple[Any, ...]
) -> None:
    def f(x: Any) -> Any:
        return first(x) + cr.sum(cr.arcsin(cr.abs(x) + 5))

    assert to_blame(f, *given) == "arcsin"


def test_an_infinity_that_would_have_come_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """exp overflows first, but 1 / inf is 0: only with the logarithm's NaN is there harm."""

    def f(x: Any) -> Any:
        return cr.sum(1 / cr.sqrt(cr.exp(x * 1e3) * cr.log(-x)))

    assert to_blame(f, X) == "log"
    monkeypatch.setattr(module, "decisive", lambda ran, found: found[0] if found else None)
    assert to_blame(f, X) == "exp"


def test_entries() -> None:
    found = culprit(ran(lambda x: cr.sum(cr.log(x), axis=0)[:1], NEGATIVE))
    assert found is not None
    assert found.entries.tolist() == [[False, False], [True, False]]


def test_only_the_entries_that_reach_the_output_count() -> None:
    """NaN in the second column stays there: the first column's fault is younger, and to blame."""
    first = np.array([[1.0, NAN], [100.0, 3.0]], np.float32)
    assert to_blame(lambda x: cr.sum(cr.exp(x)[:, 0]), first) == "exp"
    assert to_blame(lambda x: cr.sum(cr.exp(x)), first) == "x"


def test_a_mask_among_the_leaves_is_meant() -> None:
    mask = np.array([[0.0, -INF], [-INF, -INF]], np.float32)

    def f(x: Any, mask: Any) -> Any:
        return cr.sum(cr.softmax(x + mask, axis=-1))

    assert to_blame(f, X, mask, meant=(1,)) == "softmax"
    assert to_blame(f, X, mask) == "mask"


def test_a_finder_that_stops_at_the_first_bad_gate_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Planted: all that is bad counts, whether it reaches an output or not."""

    def hasty(ran: Any) -> Any:
        return next((module.Culprit(n, m) for n, m in ran.bad.items()), None)

    monkeypatch.setattr(module, "culprit", hasty)
    wrong = [f for f, given in HARMLESS if module.culprit(ran(f, *given)) is not None]
    assert len(wrong) == len(HARMLESS)
