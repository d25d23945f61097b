"""A page that is opened, and one that no browser opens."""

import webbrowser
from pathlib import Path

import pytest

from chainrule.cli.browser import open_page


@pytest.mark.parametrize("there", [True, False])
def test_a_page_is_written_before_it_is_opened(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: bool
) -> None:
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: str(tmp_path))
    monkeypatch.setattr(webbrowser, "open", lambda address: there and page.is_file())
    page = tmp_path / "circuit.html"
    open_page(lambda path: path.write_text("page"))
    said = "opened" if there else "no browser could be opened; the page is"
    assert capsys.readouterr().err == f"{said} {page}\n"
