"""A rule is read once for a kind of gate, and says the same as if it were read for each."""

from collections.abc import Mapping
from typing import Any

import pytest

import chainrule as cr
from chainrule.explain.algebra.local import local_expression
from chainrule.explain.derivation import remembered
from chainrule.explain.derivation.remembered import Locals

TEXT = "x*y + x*x - 3*x + x*3 + sin(x) + sin(y) + x/y + max(x, 2) + (x + 1)^2 + (y + 1)^3"


def test_it_says_the_same() -> None:
    graph = cr.Graph(TEXT, x=1.5, y=0.5)
    graph.forward()
    found = Locals({})
    for view in graph.gates:
        for i in range(len(view.inputs)):
            assert found.of(view, i) == local_expression(view, i)


def test_each_kind_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(view: Any, operand: int, labels: Mapping[Any, str]) -> Any:
        calls.append(view.op)
        return local_expression(view, operand, labels)

    monkeypatch.setattr(remembered, "local_expression", counted)
    graph = cr.Graph("sin(sin(sin(x))) * 2 * 3 * 3", x=1.0)
    graph.forward()
    found = Locals({})
    for view in graph.gates:
        found.of(view, 0)
    assert calls == ["sin", "multiply", "multiply"]
