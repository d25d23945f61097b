"""PNG and PDF: the right size, our fonts, text that is text, and what to install."""

import re
import struct
import sys
import zlib
from dataclasses import replace

import pytest

from chainrule.draw.layout.make import layout
from chainrule.draw.marks import Box, Picture, Words
from chainrule.draw.paper import pdf, png, runs
from chainrule.draw.picture import picture
from chainrule.errors import UsageError
from tests.golden.graphs import neuron


@pytest.fixture(scope="module")
def neuron_picture() -> Picture:
    scene = neuron().scene()
    return picture(scene, layout(scene))


def plain(*marks: Words | Box) -> Picture:
    return Picture(width=40, height=20, ground="#ff0000", title="a", description="b", marks=marks)


def pixels(data: bytes) -> tuple[int, int, bytes]:
    """Return width, height and the unfiltered first row of a PNG file, four bytes a pixel."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    packed = b""
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        packed += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return width, height, zlib.decompress(packed)


def test_a_png_is_sharp(neuron_picture: Picture) -> None:
    width, height, _ = pixels(png(neuron_picture))
    assert (width, height) == (
        2 * round(neuron_picture.width), 2 * round(neuron_picture.height),
    )  # fmt: skip


def test_no_png_is_too_wide() -> None:
    wide = replace(plain(), width=50_000.0, height=100.0)
    assert pixels(png(wide))[:2] == (16_000, 32)


def test_a_png_has_our_fonts_only() -> None:
    def drawn(text: str) -> bytes:
        return pixels(png(plain(Words(2, 15, text, 16, "#000000")), 1))[2]

    assert drawn("W") != drawn("V")
    assert drawn("\u4e2d") == drawn("\u56fd")  # in no font of ours: an empty box


def test_a_pdf_has_pages_of_the_right_size(neuron_picture: Picture) -> None:
    data = pdf([neuron_picture, plain()])
    assert data.startswith(b"%PDF-")
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert [float(w) for w, _ in sizes[1:]] == [
        pytest.approx(0.75 * neuron_picture.width, abs=0.01), 30,
    ]  # fmt: skip


def test_a_pdf_embeds_our_fonts_and_is_the_same_each_time(neuron_picture: Picture) -> None:
    data = pdf([neuron_picture])
    fonts = set(re.findall(rb"/BaseFont /\w+\+(\w+)", data))
    assert fonts == {b"ChainruleSans", b"ChainruleMono", b"ChainruleMath", b"ChainruleMathItalic"}
    assert pdf([neuron_picture]) == data


def test_signs_come_from_the_font_that_has_them() -> None:
    assert list(runs("a∈b", "sans")) == [("a", "sans"), ("∈", "upright"), ("b", "sans")]
    assert list(runs("a\u4e2d", "mono")) == [("a?", "mono")]
    assert list(runs("", "sans")) == []


@pytest.mark.parametrize(
    ("write", "module", "said"),
    [
        (png, "resvg_py", "writing PNG files needs resvg-py, which is not installed"),
        (lambda made: pdf([made]), "fpdf", "writing PDF files needs fpdf2, which is not installed"),
    ],
)
def test_without_the_extra(
    monkeypatch: pytest.MonkeyPatch, write: object, module: str, said: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError) as caught:
        write(plain())  # type: ignore[operator]
    assert str(caught.value) == f"{said}\nhint: pip install 'chainrule[paper]'"
