"""Derivations as files."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import chainrule as cr
from chainrule.draw.derivation import text
from chainrule.errors import UsageError
from tests.draw.derivation.examples import neuron
from tests.explain.examples import NEURON, SIGMOID


@pytest.fixture
def graph() -> cr.Graph:
    made = cr.Graph(SIGMOID, **NEURON)
    made.forward()
    made.backward()
    return made


def test_the_ending_says_what_is_written(tmp_path: Path) -> None:
    found = neuron()
    starts = {"md": "$$", "tex": r"\documentclass", "html": "<!doctype html>", "txt": "f  "}
    for ending, start in starts.items():
        found.save(tmp_path / f"neuron.{ending}")
        assert (tmp_path / f"neuron.{ending}").read_text(encoding="utf-8").startswith(start)
    assert (tmp_path / "neuron.txt").read_text(encoding="utf-8") == text(found) + "\n"
    found.save(tmp_path / "neuron.json")
    data = json.loads((tmp_path / "neuron.json").read_text(encoding="utf-8"))
    assert data["gradient"] == found.gradient


def test_the_circuit_is_drawn_on_top(tmp_path: Path, graph: cr.Graph) -> None:
    found = cr.derive(graph, wrt="w0")
    for ending in ("md", "tex", "html"):
        found.save(tmp_path / f"n.{ending}", circuit=graph)
    tex = (tmp_path / "n.tex").read_text(encoding="utf-8")
    assert tex.index(r"\definecolor{ink}") < tex.index(r"\begin{tikzpicture}")
    assert tex.index(r"\end{tikzpicture}") < tex.index(r"\begin{align*}")
    assert r"\usetikzlibrary{arrows.meta}" in tex
    page = (tmp_path / "n.html").read_text(encoding="utf-8")
    assert page.index("<svg") < page.index("<section")
    assert "(n.svg)" in (tmp_path / "n.md").read_text(encoding="utf-8")
    assert ElementTree.parse(tmp_path / "n.svg").getroot().tag.endswith("svg")


def test_a_page_needs_nothing_else(tmp_path: Path, graph: cr.Graph) -> None:
    cr.derive(graph, wrt="w0").save(tmp_path / "n.html", circuit=graph)
    page = (tmp_path / "n.html").read_text(encoding="utf-8")
    for loading in ("src=", "<script", "<link", "url(", "@import"):
        assert loading not in page


def test_unknown_endings(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'\.htm' is no ending of a derivation") as caught:
        neuron().save(tmp_path / "x.htm")
    assert caught.value.hint == "did you mean 'html'? known endings: md, tex, html, txt, json"
