"""A page that is opened, and one that no browser opens."""

import webbrowser
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from chainrule.cli.browser import open_address, open_page


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


@pytest.mark.parametrize("there", [True, False])
def test_an_address_is_handed_over_in_a_file_of_its_owner(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    seen: list[Path] = []

    def look(address: str) -> bool:
        path = Path(url2pathname(urlsplit(address).path))
        assert "secret" not in address
        assert "url=http://127.0.0.1:1/?token=secret&amp;x=1" in path.read_text()
        assert path.parent.stat().st_mode & 0o077 == 0
        seen.append(path)
        return there

    monkeypatch.setattr(webbrowser, "open", look)
    with open_address("http://127.0.0.1:1/?token=secret&x=1"):
        assert seen[0].exists()
    assert not seen[0].parent.exists()
    said = "" if there else "no browser could be opened; open the address above\n"
    assert capsys.readouterr().err == said


def test_an_address_that_nobody_wants_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", None)
    with open_address("http://127.0.0.1:1/", wanted=False):
        pass
