"""A scene as lines of characters: values above the wires, gradients under them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.draw.numbers import DECIMALS, grad_text, wire_text
from chainrule.draw.terminal import RenderableType, Text, line, stacked
from chainrule.draw.wires.hubs import with_references
from chainrule.draw.wires.ink import Shown, rows
from chainrule.draw.wires.order import columns
from chainrule.draw.wires.pieces import pieces
from chainrule.draw.wires.plan import Writer
from chainrule.explain.scene.records import Scene


@dataclass(frozen=True)
class Drawing:
    """A drawing, and whether wires are cut in it, and references stand for some."""

    lines: Sequence[Text]
    is_cut: bool
    has_references: bool

    @property
    def ink(self) -> RenderableType:
        return stacked(self.lines)


def drawing(
    scene: Scene, width: int, decimals: int = DECIMALS, shown: Shown | None = None
) -> Drawing | None:
    """Return the drawing of a scene without open boxes; None where nothing so narrow can be drawn.

    Pieces stand under each other, a blank line between. `shown` says which numbers are visible;
    where everything stands does not depend on it.
    """
    write = writer(decimals)
    referred = with_references(scene)
    plans = pieces(referred, columns(referred), width, write)
    if plans is None:
        return None
    wires = {wire.id for wire in referred.wires}
    seen = Shown(wires, wires) if shown is None else shown
    lines = [line(*row) for plan in plans for row in [*rows(plan, seen, write), []]][:-1]
    return Drawing(lines, len(plans) > 1, referred is not scene)


def writer(decimals: int) -> Writer:
    return Writer(lambda x: wire_text(x, decimals), lambda x: grad_text(x, decimals))
