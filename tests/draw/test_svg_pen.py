"""SVG: presentation attributes only, prefixed ids, text that is text."""

import re
from dataclasses import replace
from xml.etree import ElementTree

from chainrule.draw.marks import Box, Curve, Group, Line, Move, Path, Picture, Words, disc
from chainrule.draw.svg_pen import FAMILIES, number, written

SVG = "{http://www.w3.org/2000/svg}"


def picture(*marks: object, title: str = "a < b") -> Picture:
    return Picture(
        width=100,
        height=50.5,
        ground="#ffffff",
        title=title,
        description="1 & 2",
        marks=marks,  # type: ignore[arg-type]
    )


def parsed(*marks: object) -> ElementTree.Element:
    return ElementTree.fromstring(written(picture(*marks)))


def test_what_it_is_called() -> None:
    root = parsed()
    title, words = root[0], root[1]
    assert (root.get("role"), root.get("width"), root.get("viewBox")) == (
        "img", "100", "0 0 100 50.5",
    )  # fmt: skip
    assert (title.text, words.text) == ("a < b", "1 & 2")
    assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"


def test_ids_differ_from_picture_to_picture() -> None:
    marks = [Group("n0", (disc(5, 5, 2, "#000000"),))]
    texts = [written(picture(*marks, title=title)) for title in ("one", "two", "two")]
    ids = [set(re.findall(r'id="([^"]*)"', text)) for text in texts]
    assert ids[1] == ids[2]
    assert not ids[0] & ids[1]
    assert all(len({found.split("-")[0] for found in some}) == 1 for some in ids)


def test_shapes() -> None:
    path = Path((Move(0, 1.005), Line(2.5, 3), Curve(1, 2, 3, 4, 5, 6)), "#111111", 1.5, round=True)
    area = Path((Move(0, 0), Line(1, 0), Line(0, 1)), fill="#222222", closed=True)
    root = parsed(path, area, disc(5, 6, 2, "#333333"), Box(0, 0, 9, 4, 2, "", "#444444", 1.3))
    _, line, triangle, circle, rectangle = list(root)[2:]
    assert line.get("d") == "M0 1 L2.5 3 C1 2 3 4 5 6"
    assert (line.get("fill"), line.get("stroke"), line.get("stroke-width")) == (
        "none", "#111111", "1.5",
    )  # fmt: skip
    assert line.get("stroke-linecap") == "round"
    assert (triangle.get("d"), triangle.get("stroke")) == ("M0 0 L1 0 L0 1 Z", None)
    assert (circle.tag, circle.get("cx"), circle.get("r")) == (f"{SVG}circle", "5", "2")
    assert (rectangle.get("rx"), rectangle.get("fill")) == ("2", "none")


def test_dashes() -> None:
    path = Path((Move(0, 0), Line(9, 0)), "#111111", 1, dash=(4, 2))
    assert list(parsed(path))[3].get("stroke-dasharray") == "4 2"


def test_words() -> None:
    words = Words(1, 2, "x < y", 14, "#123456", "italic", "middle", fit=20)
    (group,) = list(parsed(words))[3:]
    assert group.get("font-family") == FAMILIES["italic"]
    (text,) = group
    assert text.text == "x < y"
    assert (text.get("font-style"), text.get("text-anchor")) == ("italic", "middle")
    assert text.get("textLength") == "20"
    (single,) = list(parsed(replace(words, text="x")))[3]
    assert single.get("textLength") is None


def test_neighbours_share_the_names_of_their_fonts() -> None:
    many = [Words(0, i, str(i), 14, "#000000", "mono") for i in range(5)]
    text = written(picture(*many, Words(0, 0, "a", 14, "#000000")))
    assert text.count(FAMILIES["mono"]) == 1


def test_nothing_that_a_sanitizer_removes() -> None:
    text = written(picture(disc(1, 1, 1, "#000000"), Words(0, 0, "x", 14, "#000000", "bold")))
    assert not re.search(r"<style|<script|class=|style=|href|url\(|@", text)


def test_coordinates_are_short() -> None:
    assert [number(x) for x in (1.0, 2.504, 2.506, -0.001, 1e3)] == [
        "1",
        "2.5",
        "2.51",
        "0",
        "1000",
    ]
