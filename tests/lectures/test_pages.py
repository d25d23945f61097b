"""The pages hold what they promise: every example, every exercise with a checked answer."""

import ast
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.house.rules import ROOT

LECTURES = ROOT / "docs" / "lectures"
PAGES = sorted(LECTURES.glob("[1-5]-*.md"))
CELL = r"```\{code-cell\} python3\n:tags: \[check\]\n(.*?)```"
EXERCISE = re.compile(
    rf"^:::\{{exercise\}}\n(.+?)^:::\n\n:::\{{answer\}}\n(.+?)^:::\n\n{CELL}", re.M | re.S
)


def test_there_are_five() -> None:
    assert [page.name[0] for page in PAGES] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_exercise_has_an_answer_and_code_that_checks_it(page: Path) -> None:
    text = page.read_text("utf-8")
    found = EXERCISE.findall(text)
    assert 4 <= len(found) <= 8
    assert len(found) == text.count(":::{exercise}") == text.count(":::{answer}")
    for question, answer, code in found:
        assert question.strip()
        assert answer.strip()
        assert any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize("label", [f"A{i}" for i in range(1, 23)] + [f"W{i}" for i in range(1, 18)])
def test_the_index_names_everything(label: str) -> None:
    text = (LECTURES / "index.md").read_text("utf-8")
    assert len(re.findall(rf"^\| {label} \|", text, re.M)) == 1


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_the_index_points_at_headings() -> None:
    text = (LECTURES / "index.md").read_text("utf-8")
    links = re.findall(r"\(([1-5][\w-]+\.md)#([\w-]+)\)", text)
    assert len(links) >= 22
    for page, place in links:
        headings = re.findall(r"^#+ (.+)$", (LECTURES / page).read_text("utf-8"), re.M)
        assert place in map(anchor, headings), f"{page} has no heading {place}"


@pytest.fixture
def exercises(monkeypatch: pytest.MonkeyPatch) -> Any:
    return extension("exercises", monkeypatch)


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> Any:
    return extension("drawings", monkeypatch)


def extension(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("sphinx")
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_ext"), *sys.path])
    return import_module(name)


def page_with(*behind: Any) -> Any:
    from docutils import nodes, utils

    page = utils.new_document("page")
    page += nodes.admonition("", classes=["answer"])
    page += list(behind)
    return page


def test_a_check_is_shown_inside_its_answer(exercises: Any) -> None:
    from docutils import nodes

    page = page_with(nodes.container(classes=["cell", "tag_check"]), nodes.paragraph())
    exercises.take_checks_in(None, page)
    answer, rest = page
    assert [child["classes"] for child in answer] == [["cell", "tag_check"]]
    assert isinstance(rest, nodes.paragraph)


def test_an_answer_without_a_check_is_complained_about(
    exercises: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(exercises.LOG, "warning", lambda text, **_: said.append(text))
    exercises.take_checks_in(None, page_with())
    assert said == ["the code of an answer is missing"]


def test_still_drawings_take_the_colours_of_the_page(drawings: Any) -> None:
    svg = '<?xml version="1.0"?>\n<svg width="600" height="9"><path fill="#00714f" stroke="none"/>'
    themed = drawings.themed(svg)
    assert themed.startswith('<svg style="width:100%;max-width:600.0px;min-width:552px;')
    assert 'fill="var(--drawn-00714f,#00714f)"' in themed
    assert "--drawn-00714f:#3ecf9c;" in drawings.STYLE


@pytest.mark.parametrize(("text", "faults"), [("f = 3", 0), ("f = 3\n(no drawing: why)", 1)])
def test_what_could_not_be_drawn_is_complained_about(
    drawings: Any, monkeypatch: pytest.MonkeyPatch, text: str, faults: int
) -> None:
    from docutils import nodes

    said: list[str] = []
    monkeypatch.setattr(drawings.LOG, "warning", lambda text, **_: said.append(text))
    page = page_with(nodes.container(nb_element="mime_bundle"))
    page[1] += nodes.container("", nodes.literal_block(text, text), mime_type="text/plain")
    drawings.miss_none(None, page)
    assert len(said) == faults
