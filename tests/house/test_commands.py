"""Commands that the documents tell people to type exist."""

import re

import pytest

from tests.house.rules import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci" / "run"]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def make_commands(text: str) -> set[str]:
    return set(re.findall(r"(?:^|`|\$ |&& )make ([a-z]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", [p.name for p in DOCUMENTS])
def test_make_targets_exist(name: str) -> None:
    path = next(p for p in DOCUMENTS if p.name == name)
    if path.exists():
        assert make_commands(path.read_text("utf-8")) <= TARGETS


def test_commands_are_found() -> None:
    assert make_commands("`make demo` and\nmake test\n$ make check; we make do") == {
        "demo", "test", "check",
    }  # fmt: skip
    assert {"demo", "test", "check"} <= TARGETS
