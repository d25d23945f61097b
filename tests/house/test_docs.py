"""The documentation can be built from what is here, and its pages ask nothing of the network."""

import re
import sys
from pathlib import Path

import pytest

import chainrule.ops  # noqa: F401 - declares the gates
from chainrule.graph.registry import OPS
from tests.house.rules import ROOT

DOCS = ROOT / "docs"
HTML = DOCS / "_build" / "html"
EXTENSIONS = DOCS / "_ext"
PAGES = sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)
REQUESTS = re.compile(
    r"""<(?:script|img|iframe|source|video)[^>]+src=["'](?:https?:)?//|"""
    r"""<link[^>]+rel=["'](?:stylesheet|preload|preconnect|icon)[^>]+href=["'](?:https?:)?//|"""
    r"""<link[^>]+href=["'](?:https?:)?//[^>]+rel=["'](?:stylesheet|preload|preconnect|icon)|"""
    r"""@import\s+(?:url\()?["']?(?:https?:)?//|url\(["']?(?:https?:)?//"""
)


@pytest.fixture
def extensions(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sphinx")
    pytest.importorskip("latex2mathml")
    monkeypatch.setattr(sys, "path", [str(EXTENSIONS), *sys.path])


@pytest.mark.usefixtures("extensions")
def test_every_op_has_a_page() -> None:
    import op_pages

    pages = op_pages.pages()
    ours = [op for op in OPS.values() if op.rule.__module__.startswith("chainrule.ops")]
    assert set(pages) == {"index.md", *(f"{op.public}.md" for op in ours)}
    for op in ours:
        page = pages[f"{op.public}.md"]
        assert f"**Role: {op.role}.**" in page
        assert "## Example" in page


@pytest.mark.usefixtures("extensions")
def test_examples_on_pages_of_ops_agree_with_differences() -> None:
    import op_pages

    row = re.compile(r"^\| `[^`]+` \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
    checked = 0
    for name, page in op_pages.pages().items():
        for by_rule, by_differences in row.findall(page.partition("## Example")[2]):
            a, n = float(by_rule), float(by_differences)
            assert abs(a - n) <= 1e-6 * max(1, abs(a), abs(n)), (name, a, n)
            checked += 1
    assert checked > 200


@pytest.mark.usefixtures("extensions")
def test_every_formula_can_be_shown() -> None:
    import op_pages
    from latex2mathml.converter import convert

    for name, page in op_pages.pages().items():
        for tex in re.findall(r"^\$\$\n(.*?)\n\$\$$", page, re.MULTILINE | re.DOTALL):
            shown = convert(tex, display="block")
            assert "merror" not in shown, name
            assert not re.search(r"<m[io]>\\", shown), f"{name}: {tex} left a command as it was"


@pytest.mark.usefixtures("extensions")
def test_api_pages_name_everything_public() -> None:
    import api_pages

    import chainrule as cr

    shown = "\n".join(api_pages.pages().values())
    elsewhere = api_pages.FACES
    assert not [n for n in cr.__all__ if n not in elsewhere and f"chainrule.{n}" not in shown]
    assert "chainrule.errors.ChainruleError" in shown


@pytest.mark.usefixtures("extensions")
def test_docstrings_cannot_break_a_page() -> None:
    from docstrings import from_text

    text = "Take |x| * 2_ and `a_b`.\n\nArgs:\n    x: (n, d)\n\n>>> 1 + 1\n2\n\n    z = <b>\n"
    assert from_text(text) == (
        "Take \\|x\\| \\* 2\\_ and `a_b`.\n\n**Arguments**\n\n- `x`: (n, d)\n\n"
        "```pycon\n>>> 1 + 1\n2\n```\n\n```text\nz = <b>\n```"
    )


def test_configuration_asks_for_offline_formulas() -> None:
    text = (DOCS / "conf.py").read_text("utf-8")
    assert 'html_math_renderer = "mathml"' in text
    assert "http" not in text


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(DOCS)))
def test_pages_ask_nothing_of_the_network(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not REQUESTS.search(text)
    assert not re.search(r"!\[[^]]*\]\(https?:", text)


def test_built_pages_ask_nothing_of_the_network() -> None:
    if not HTML.exists():
        pytest.skip("the documentation has not been built: make docs")
    for path in [*HTML.rglob("*.html"), *HTML.rglob("*.css")]:
        assert not REQUESTS.search(path.read_text("utf-8")), path


def test_requests_are_noticed() -> None:
    assert REQUESTS.search('<script async src="https://cdn.example.org/x.js"></script>')
    assert REQUESTS.search("<link rel='stylesheet' href='//fonts.example.org/css'>")
    assert REQUESTS.search("@font-face { src: url(https://fonts.example.org/a.woff2) }")
    assert not REQUESTS.search('<a href="https://www.sphinx-doc.org/">')


def test_pictures_are_there_and_ask_for_nothing() -> None:
    for page in [*PAGES, ROOT / "README.md"]:
        for name in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text("utf-8")):
            picture = (page.parent / name).resolve()
            assert picture.exists(), f"{page.name} shows {name}, which is not there"
    for picture in (DOCS / "images").glob("*.svg"):
        text = picture.read_text("utf-8")
        assert not REQUESTS.search(text), picture
        assert "<script" not in text, picture


def test_no_page_is_left_out() -> None:
    """Every page is reached from a table of contents, which the build checks, or generated."""
    assert {p.name for p in PAGES} >= {"index.md", "install.md", "architecture.md", "errors.md"}
