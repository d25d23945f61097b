"""Nested blocks: every module in a box, boxes in boxes, arrows between them."""

from chainrule import nn
from chainrule.draw.architecture.blocks import picture
from chainrule.draw.marks import Group, Words
from chainrule.explain.architecture import Architecture, Block
from chainrule.nn.outline import outline
from tests.nn.architectures import two_heads


def words(net: Architecture) -> list[str]:
    return [mark.text for mark in picture(net).flat() if isinstance(mark, Words) and mark.text]


def test_every_module_has_a_box() -> None:
    drawn = picture(outline(two_heads()))
    boxes = [m.id for m in drawn.marks if isinstance(m, Group)]
    assert set(boxes) >= {f"block-{p}" for p in ("input", "trunk", "a", "b.layers.1", "output")}
    said = words(outline(two_heads()))
    assert {"trunk.layers.0", "Linear", "weight 5×3, bias 5", "→ 5"} <= set(said)


def test_equal_blocks_stand_once_where_they_are_numbered() -> None:
    unit = (("weight", (8, 8)),)
    inner = tuple(Block(path=f"layers.{i}", title="Mix", arrays=unit) for i in range(6))
    named = tuple(Block(path=name, title="Linear", arrays=unit) for name in "qkv")
    net = Architecture(
        title="Net", parameters=1, block=Block(path="", title="Net", inner=(*inner, *named))
    )
    said = words(net)
    assert said.count("Mix") == 1
    assert "× 6" in said
    assert said.count("Linear") == 3


def test_one_module_alone() -> None:
    assert words(outline(nn.ReLU())) == ["ReLU", "0 parameters", "input", "ReLU", "→ 8", "output"]


def test_boxes_lie_inside_of_their_boxes() -> None:
    drawn = picture(outline(two_heads()))
    frames = {m.id: m.marks[0] for m in drawn.marks if isinstance(m, Group)}
    outer, inner = frames["block-a"], frames["block-a.layers.2"]
    assert outer.x < inner.x
    assert outer.y < inner.y
    assert inner.y + inner.height < outer.y + outer.height
    assert inner.x + inner.width < outer.x + outer.width
