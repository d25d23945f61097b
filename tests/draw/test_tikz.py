"""LaTeX: a document that says what the drawing says, and compiles where there is a TeX."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from chainrule.draw.layout.make import layout
from chainrule.draw.marks import Curve, Line, Move
from chainrule.draw.signs import latex_number
from chainrule.draw.tikz import route, tikz
from chainrule.explain.scene.fold import shown
from tests.draw.by_hand import product
from tests.golden.compare import matches
from tests.golden.graphs import SMALL

PACKAGES = {"amsmath", "geometry", "tikz"}


def document(name: str) -> str:
    scene = shown(SMALL[name]().scene(check=False))
    return tikz(scene, layout(scene))


def test_the_product_as_stored() -> None:
    assert matches("circuit-product.tex", tikz(*product()))


@pytest.mark.parametrize("name", SMALL)
def test_a_document_is_well_formed(name: str) -> None:
    text = document(name)
    assert set(re.findall(r"\\usepackage(?:\[[^]]*\])?\{(\w+)\}", text)) == PACKAGES
    assert text.isascii()
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    for line in text.splitlines():
        if line.startswith((r"  \node", r"  \draw")):
            assert line.endswith(";")


def test_every_number_is_there() -> None:
    text = document("neuron")
    values, gradients = (
        re.findall(rf"\\node\[{style},[^]]*\] at \S+ {{\$(.*)\$}};", text)
        for style in ("value", "back")
    )
    assert latex_number("0.73") in values
    assert len(values) == len(gradients) == 13
    assert gradients.count(latex_number("−0.53")) == 2


def test_colours_and_lanes() -> None:
    text = document("sum-product")
    assert r"\definecolor{forward}{HTML}{00714F}" in text
    assert text.count(r"\draw[forward]") == text.count(r"\draw[gradient]") == 5


def test_paths() -> None:
    steps = (Move(0, 1.25), Line(10, 1.25), Curve(15, 1.25, 15, 1000.26, 20, 1000.26))
    assert route(steps) == (
        "(0,1.25) -- (10,1.25) .. controls (15,1.25) and (15.0,1000.3) .. (20.0,1000.3)"
    )


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no TeX here")
@pytest.mark.parametrize("name", ["staged", "two-layers", "nan-in-log"])
def test_it_compiles(name: str, tmp_path: Path) -> None:
    (tmp_path / "circuit.tex").write_text(document(name), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "circuit.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "(1 page," in done.stdout
    assert "Overfull" not in done.stdout
