"""What a report says: the worst row, the failing gates, the lines they stand on."""

from pathlib import Path
from typing import Any

import pytest

import chainrule as cr
from chainrule.errors import CheckFailed
from chainrule.explain.judge import Row
from chainrule.explain.verdicts import CheckReport, GateCheck, near, rule_place
from tests.explain import faulty


def row(verdict: str, error: float = 0.0) -> Row:
    return Row("x", 1.0, 1.0, error, 0.1, verdict)


def gate(*rows: Row, error: str = "") -> GateCheck:
    return GateCheck("q", "q", "cube", rows, error, "net.py:3", None)


def report(*gates: GateCheck, inputs: Any = ()) -> CheckReport:
    return CheckReport("f", 1, tuple(inputs), gates, len(gates))


def test_the_worst_row_counts() -> None:
    assert gate(row("agrees"), row("kink"), row("close")).verdict == "kink"
    assert gate(row("kink"), row("wrong", 0.5), row("wrong", 0.9)).worst == row("wrong", 0.9)
    assert gate().verdict == "agrees"
    assert gate(error="it fails").verdict == "wrong"


def test_failing() -> None:
    assert report(gate(row("kink")), inputs=[row("edge")]).ok
    broken = report(gate(row("agrees")), gate(row("doubtful")), gate(row("wrong")))
    assert len(broken.wrong_gates) == 2
    assert broken.message.count("the backward rule of cube is wrong") == 1
    with pytest.raises(CheckFailed, match="the backward rule of cube is wrong"):
        broken.raise_if_failed()
    assert (report().message, report().hint) == ("", "")


def test_where_rules_stand() -> None:
    assert rule_place(faulty.swapped).endswith("tests/explain/faulty.py:11")
    assert "ops/arithmetic.py:" in rule_place(cr.op and cr.multiply)


def test_paths_are_short_below_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert near(str(tmp_path / "a" / "net.py")) == "a/net.py"
    assert near("/elsewhere/net.py") == "/elsewhere/net.py"


def test_cells_of_a_notebook_are_called_so() -> None:
    assert near("/tmp/ipykernel_71/3047.py") == "notebook cell"
