"""Modes: changed for a block, put back whatever happens, one per thread."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError

import pytest

import chainrule as cr
from chainrule.graph.mode import CURRENT, Mode, using


def test_a_mode_holds_for_its_block() -> None:
    before = CURRENT.get()
    with using(tracing=True) as outer:
        with using(scope="layers.3") as inner:
            assert CURRENT.get() is inner
            assert (inner.tracing, inner.scope, inner.recording) == (True, "layers.3", True)
        assert CURRENT.get() is outer
        assert outer.scope == ""
    assert CURRENT.get() is before


def test_a_mode_ends_with_an_error() -> None:
    before = CURRENT.get()
    with pytest.raises(ZeroDivisionError), using(recording=False):
        raise ZeroDivisionError
    assert CURRENT.get() is before


def test_a_mode_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        Mode().recording = False  # type: ignore[misc]


def test_what_is_no_part_of_a_mode() -> None:
    before = CURRENT.get()
    with pytest.raises(TypeError, match="recroding"), using(recroding=False):
        pass
    assert CURRENT.get() is before


def test_a_mode_is_seen_by_its_own_thread_only() -> None:
    with using(recording=False), ThreadPoolExecutor(1) as pool:
        assert pool.submit(CURRENT.get).result() == Mode()


def test_no_grad_keeps_no_history() -> None:
    x = cr.tensor(2.0)
    with cr.no_grad():
        inside = x * 3
    outside = x * 3
    assert (inside.op, inside.inputs, inside.differentiable) == (None, (), False)
    assert outside.inputs[0] is x
    assert float(inside) == float(outside) == 6.0
