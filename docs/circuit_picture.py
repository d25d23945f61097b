"""Draw the README's circuit: the sigmoid neuron, for light pages and for dark ones.

Run ``python docs/circuit_picture.py`` after a change to drawings; commit docs/images.
"""

from pathlib import Path

import chainrule as cr
from chainrule.draw.layout.make import layout
from chainrule.draw.svg import svg

IMAGES = Path(__file__).parent / "images"
NEURON = "1/(1+exp(-(w0*x0+w1*x1+w2)))"
VALUES = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
THEMES = ("light", "dark")


def drawn(theme: str) -> str:
    """Return the neuron after both passes, as SVG."""
    graph = cr.Graph(NEURON, **VALUES)
    graph.forward()
    graph.backward()
    scene = graph.scene(check=False)
    return svg(scene, layout(scene), theme)


if __name__ == "__main__":
    for theme in THEMES:
        (IMAGES / f"circuit-{theme}.svg").write_text(drawn(theme), encoding="utf-8")
