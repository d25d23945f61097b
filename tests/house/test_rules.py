"""The source keeps the rules of the house, and the rules notice when it does not."""

from collections.abc import Callable, Iterator

import pytest

from tests.house import rules
from tests.house.rules import RULES, SRC, TESTS, inside, sources

Rule = Callable[[str, str], Iterator[str]]

BODY = "    x = 1\n"
FAULTS = [
    (rules.long_lines, f"x = '{'a' * 95}'"),
    (rules.long_file, "x = 1\n" * 401),
    (rules.long_functions, "def f():\n" + BODY * 40),
    (rules.long_functions, "class A:\n    async def f(self):\n" + ("    " + BODY) * 40),
    (rules.postponed_work, "x = 1  # TO" + "DO: later"),
    (rules.late_imports, "def f():\n    if True:\n        import json\n"),
    (rules.late_imports, "def f():\n    from rich.console import Console\n"),
    (rules.imports_from_the_top, "import chainrule as cr"),
    (rules.imports_from_the_top, "from chainrule import Tensor"),
    (rules.imports_from_the_top, "from chainrule import nn, Tensor"),
    (rules.no_docstring, "x = 1"),
]
INNOCENT = (
    f'"""Docstring."""\nfrom chainrule import nn\ndef f():\n    """{BODY * 60}"""\n' + BODY * 5
)


@pytest.mark.parametrize("rule", RULES)
def test_source(rule: Rule) -> None:
    found = [c for p in sources() for c in rule(inside(p), p.read_text("utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("rule", [rules.long_lines, rules.long_file, rules.postponed_work])
def test_tests(rule: Rule) -> None:
    found = [c for p in sources(TESTS) for c in rule(inside(p, TESTS), p.read_text("utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "text"), FAULTS)
def test_planted_fault(rule: Rule, text: str) -> None:
    assert list(rule("planted.py", text))


@pytest.mark.parametrize("rule", RULES)
def test_innocent(rule: Rule) -> None:
    assert not list(rule("innocent.py", INNOCENT))


def test_there_is_source() -> None:
    assert len(sources()) > 50
    assert SRC / "errors.py" in sources()
