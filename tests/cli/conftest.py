"""Files with functions to explain, tables to learn from, and a terminal of 80 columns."""

from pathlib import Path

import pytest

from tests.cli.tables import write_tables

MODULE = """\
import chainrule as cr


@cr.op(numpy=lambda x: x**3)
def planted(g, z, x):
    return (g * 2 * x**2,)


def neuron(w=2.0, x=-1, b=-3.0, power: int = 2):
    s = w * x + b
    h = cr.sigmoid(s)
    return h**power


def wrong(x=2.0):
    q = planted(x)
    return q + 1


def needs(x, y):
    return x * y


def stumbles(x=1.0):
    return x / nothing


def lists(x=[1.0, 2.0]):
    return cr.sum(x * x)
"""


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("CHAINRULE_DEBUG", raising=False)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with `net.py` in it the current one."""
    (tmp_path / "net.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("def f(x:\n    return x\n")
    (tmp_path / "raises.py").write_text("x = 1\n1 / 0\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with tables the current one."""
    monkeypatch.chdir(tmp_path)
    write_tables(tmp_path)
    return tmp_path
