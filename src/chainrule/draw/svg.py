"""A circuit as static SVG."""

from chainrule.draw.layout.records import Layout
from chainrule.draw.picture import picture
from chainrule.draw.svg_pen import written
from chainrule.explain.scene.records import Scene


def svg(scene: Scene, layout: Layout, theme: str = "light", step: int | None = None) -> str:
    """Return the circuit in view as the text of an SVG file.

    Args:
        scene: what `shown` returns; its closed boxes are drawn as one gate.
        layout: its layout.
        theme: light or dark.
        step: draw the state after so many steps, the last one's gate in the focus colour; what
            is not computed yet is blank. None draws all there is.
    """
    return written(picture(scene, layout, theme, step))
