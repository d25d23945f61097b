"""The page and its files."""

import re

import pytest

from chainrule.serve import pages
from chainrule.serve.pages import KINDS, file, page


def test_the_page_asks_for_files_of_the_table_only() -> None:
    asked = re.findall(r'(?:src|href)="(?!data:)([^"]*)"', page())
    assert set(asked) == {f"/static/{name}" for name in KINDS}
    assert " on" not in page()
    assert "style=" not in page()


@pytest.mark.parametrize("name", ["", "..", "../server.py", "server.py", "/etc/passwd", "circuit"])
def test_no_other_file(name: str) -> None:
    assert file(name) is None


def test_a_file_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pages.KINDS, "circuit.css", "text/css")
    found = file.__wrapped__("circuit.css")
    assert found is not None
    assert found.kind == "text/css"
    assert b"{" in found.content
