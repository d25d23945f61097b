"""The layout of a scene."""

from collections.abc import Collection

from chainrule.draw.layout.arrange import arrange
from chainrule.draw.layout.plan import plan
from chainrule.draw.layout.records import Layout
from chainrule.explain.scene.records import Scene


def layout(scene: Scene, opened: Collection[str] | None = None) -> Layout:
    """Lay out a scene with the boxes in `opened` open and all others closed; None opens all.

    The places are those of `explain.scene.fold.shown(scene, opened)`. The same scene has the same
    layout every time, and opening a box leaves the order of everything else as it was.

    Raises:
        UsageError: the parts of the scene depend on each other in a circle.
    """
    return arrange(plan(scene), opened)
