"""`chainrule check`: the table, the exit code, and the gate that is named."""

import json
from pathlib import Path

import pytest

from tests.cli.attempt import attempt
from tests.golden.compare import matches

Captured = pytest.CaptureFixture[str]


def test_a_right_function(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, "check", "net.py:neuron", "--order", "2")
    assert (found.code, found.err) == (0, "")
    assert "✓ the gradients are right" in found.out
    assert "w · x" in found.out
    assert "net.py:11" in found.out


def test_a_wrong_rule_is_named_and_the_exit_code_is_1(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, "check", "net.py:wrong")
    assert (found.code, found.err) == (1, "")
    assert matches("check-wrong.txt", found.out)


def test_kinks_do_not_fail(capsys: Captured) -> None:
    found = attempt(capsys, "check", "max(x, y) * relu(z)", "x=1", "y=1", "z=0")
    assert found.code == 0
    assert matches("check-kinks.txt", found.out)


def test_json(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, "check", "net.py:wrong", "--json")
    data = json.loads(found.out)
    assert found.code == 1
    assert data["ok"] is False
    (gate,) = [gate for gate in data["gates"] if not gate["ok"]]
    assert (gate["op"], gate["rule"], gate["line"]) == ("planted", "net.py:5", 16)
    assert data["inputs"][0]["analytic"] == 8


def test_mistakes(capsys: Captured) -> None:
    found = attempt(capsys, "check", "x", "x=1", "--order", "3")
    assert found.code == 2
    assert found.err.endswith("hint: see chainrule check --help\n")
    assert attempt(capsys, "check", "x*y", "x=1").code == 2
    assert attempt(capsys, "check", "nowhere.py:f").code == 3
