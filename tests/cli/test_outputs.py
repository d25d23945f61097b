"""`explain -o`, `--slides`, `--open`: files, what is said of them, and mistakes."""

import webbrowser
from pathlib import Path

import pytest

from chainrule.cli.outputs import ENDINGS
from chainrule.draw.save import WRITERS
from tests.cli.attempt import attempt

Captured = pytest.CaptureFixture[str]
PRODUCT = ["explain", "(x+y)*z", "x=-2", "y=5", "z=-4"]


def test_one_file(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, *PRODUCT, "-o", "circuit.svg")
    size = Path("circuit.svg").stat().st_size
    assert (found.code, found.out) == (0, "")
    assert found.err == f"wrote circuit.svg ({size / 1000:.1f} kB)\n"


def test_several_files_and_slides(capsys: Captured, folder: Path) -> None:
    words = ["-o", "a.svg", "--output", "a.md", "--slides", "a.pdf", "--theme", "dark"]
    found = attempt(capsys, *PRODUCT, *words)
    assert found.code == 0
    assert [line.split(" (")[0] for line in found.err.splitlines()] == [
        "wrote a.svg", "wrote a.md", "wrote a.pdf",
    ]  # fmt: skip
    assert "](a.svg)" in Path("a.md").read_text("utf-8")
    assert Path("a.pdf").read_bytes().startswith(b"%PDF-")
    assert "#111317" in Path("a.svg").read_text("utf-8")


def test_json_may_be_printed_as_well(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, *PRODUCT, "-o", "a.json", "--json")
    assert found.out.startswith('{"')
    assert found.err.startswith("wrote a.json")


@pytest.mark.parametrize("there", [True, False])
def test_opening_a_page(
    capsys: Captured, folder: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    asked: list[str] = []

    def browser(address: str) -> bool:
        asked.append(address)
        if there:
            return True
        raise webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(webbrowser, "open", browser)
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: str(folder))
    found = attempt(capsys, *PRODUCT, "--open")
    page = folder / "circuit.html"
    assert found.code == 0
    assert asked == [page.as_uri()]
    assert page.read_text("utf-8").startswith("<!doctype html>")
    said = "opened" if there else "no browser could be opened; the page is"
    assert found.err == f"{said} {page}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["-o", "a.sgv"],
            "error: cannot write 'a.sgv': '.sgv' is no ending we write\n"
            "hint: did you mean 'svg'? known endings: svg, png, pdf, tex, md, html, json\n",
        ),
        (
            ["--slides", "a.svg"],
            "error: cannot write slides to 'a.svg'\nhint: slides are a .pdf file\n",
        ),
        (
            ["-o", "a.svg", "--theme", "drak"],
            "error: Invalid value for '--theme': 'drak' is not one of 'light', 'dark'.\n"
            "hint: see chainrule explain --help\n",
        ),
    ],
)
def test_mistakes(capsys: Captured, folder: Path, words: list[str], said: str) -> None:
    before = set(folder.iterdir())
    found = attempt(capsys, *PRODUCT, *words)
    assert (found.code, found.out, found.err) == (2, "", said)
    assert set(folder.iterdir()) == before


@pytest.mark.parametrize("words", [["-o", "no/a.svg"], ["--slides", "no/a.pdf"]])
def test_where_a_folder_is_missing_nothing_is_written(
    capsys: Captured, folder: Path, words: list[str]
) -> None:
    before = set(folder.iterdir())
    found = attempt(capsys, *PRODUCT, "-o", "b.svg", *words)
    assert found.code == 3
    assert found.err.startswith(f"error: cannot write {words[1]}: there is no folder no\n")
    assert set(folder.iterdir()) == before


def test_an_unknown_ending_is_refused_before_the_expression_is_read(
    capsys: Captured, folder: Path
) -> None:
    found = attempt(capsys, "explain", "x*(", "x=1", "-o", "a.sgv")
    assert "'.sgv'" in found.err


def test_a_wrong_rule_fails_all_the_same(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, "explain", "net.py:wrong", "-o", "a.svg")
    assert found.code == 1
    assert Path("a.svg").exists()
    assert "✗" in found.err


def test_the_endings_are_those_that_can_be_written() -> None:
    assert tuple(WRITERS) == ENDINGS
