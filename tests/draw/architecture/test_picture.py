"""Architectures as SVG: static, and in both forms."""

import re
from xml.etree import ElementTree

import pytest

from chainrule.draw.architecture.picture import svg
from chainrule.explain.architecture import columns
from chainrule.nn.outline import outline
from tests.nn.architectures import residual_net, two_heads

NETS = [columns([64, 128, 10]), outline(residual_net()), outline(two_heads())]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "net", [columns([64, 128, 10]), outline(residual_net()), outline(two_heads())]
)
def test_pictures_are_static(net: object, theme: str) -> None:
    text = svg(net, theme)  # type: ignore[arg-type]
    root = ElementTree.fromstring(text)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "rect", "circle", "path", "text"}
    assert not re.search(r"style=|class=|href", text)


def test_the_same_net_gives_the_same_picture() -> None:
    assert svg(outline(residual_net())) == svg(outline(residual_net()))


def test_large_nets_stay_small_files() -> None:
    assert len(svg(columns([1000] * 200 + [10]))) < 25_000
