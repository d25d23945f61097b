"""Files: the ending chooses, all or nothing, and plain words for what cannot be."""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

import chainrule as cr
from chainrule.draw import save as module
from chainrule.draw.save import WRITERS, save, save_all, sheet_of
from chainrule.errors import FileError, UsageError
from chainrule.explain.scene.stored import read_scene
from tests.golden.graphs import fifty_layers, neuron, residual

STARTS = {
    "svg": b"<svg ",
    "png": b"\x89PNG",
    "pdf": b"%PDF-",
    "tex": b"\\documentclass{article}",
    "md": b"# $f =",
    "html": b"<!doctype html>",
    "json": b'{"schema":"chainrule.scene/1"',
}


@pytest.mark.parametrize("ending", WRITERS)
def test_the_ending_chooses(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"circuit.{ending.upper()}"
    neuron().save(path)
    assert path.read_bytes().startswith(STARTS[ending])
    assert list(tmp_path.iterdir()) == [path]


def test_a_scene_is_saved_as_the_graph_is(tmp_path: Path) -> None:
    graph = neuron()
    graph.save(tmp_path / "a.svg")
    save(graph.scene(), str(tmp_path / "b.svg"))
    assert (tmp_path / "a.svg").read_text("utf-8") == (tmp_path / "b.svg").read_text("utf-8")


def test_json_is_the_whole_scene(tmp_path: Path) -> None:
    graph = residual()
    graph.save(tmp_path / "a.json")
    text = (tmp_path / "a.json").read_text("utf-8")
    assert read_scene(text) == graph.scene()
    assert json.loads(text)["title"] == "<lambda>"


def test_themes(tmp_path: Path) -> None:
    neuron().save(tmp_path / "a.svg", theme="dark")
    assert "#111317" in (tmp_path / "a.svg").read_text("utf-8")
    with pytest.raises(UsageError, match="unknown theme 'drak'\nhint: did you mean 'dark'"):
        neuron().save(tmp_path / "b.svg", theme="drak")


def test_what_has_not_run_is_blank(tmp_path: Path) -> None:
    graph = cr.Graph("(x+y)*z", x=-2.0, y=5.0, z=-4.0)
    for ending in WRITERS:
        graph.save(tmp_path / f"a.{ending}")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    texts = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert "−12.00" not in texts
    assert graph.output.value is None


def test_markdown_shows_the_picture_beside_it(tmp_path: Path) -> None:
    save_all(sheet_of(neuron()), [tmp_path / "a.md", tmp_path / "a.png"])
    assert "](a.png)" in (tmp_path / "a.md").read_text("utf-8")
    save(neuron(), tmp_path / "b.md")
    assert "![" not in (tmp_path / "b.md").read_text("utf-8")


def test_a_deep_circuit_is_drawn_without_a_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cr.Graph, "check", lambda self: pytest.fail("this takes a while"))
    made = save_all(sheet_of(fifty_layers()), [tmp_path / "a.svg", tmp_path / "a.tex"])
    assert made[tmp_path / "a.svg"] < 150_000


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "a.sgv",
            "cannot write 'a.sgv': '.sgv' is no ending we write\n"
            "hint: did you mean 'svg'? known endings: svg, png, pdf, tex, md, html, json",
        ),
        (
            "a.docx",
            "cannot write 'a.docx': '.docx' is no ending we write\n"
            "hint: known endings: svg, png, pdf, tex, md, html, json",
        ),
        (
            "circuit",
            "cannot write 'circuit': the name has no ending\n"
            "hint: known endings: svg, png, pdf, tex, md, html, json",
        ),
    ],
)
def test_unknown_endings(name: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        neuron().save(name)
    assert str(caught.value) == said


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file or folder"):
        neuron().save(tmp_path / "no" / "a.svg")


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_a_protected_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o400)
    monkeypatch.setattr(os, "access", lambda *a: False)  # also where root runs the tests
    with pytest.raises(FileError, match="permission denied"):
        neuron().save(path)
    assert path.read_text("utf-8") == "old"


def test_nothing_is_written_when_one_of_several_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(sheet: object) -> bytes:
        raise UsageError("no")

    monkeypatch.setattr(module, "WRITERS", {**WRITERS, "png": broken})
    with pytest.raises(UsageError):
        save_all(sheet_of(neuron()), [tmp_path / "a.svg", tmp_path / "a.png"])
    assert not list(tmp_path.iterdir())
