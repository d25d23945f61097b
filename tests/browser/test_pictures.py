"""The page looks as it was reviewed: in light, in dark, on a narrow screen.

The fonts are those that the package ships, so that machines agree. Chromium draws letters a little
differently from version to version: few pixels may differ, and by little. What was seen is left
beside the stored picture under `.pytest_cache`; `GOLDEN=update` stores it.
"""

import base64
import io
import os
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from chainrule.draw.layout.make import layout
from chainrule.draw.page import page
from tests.golden.graphs import neuron, staged, two_layers

STORED = Path(__file__).parents[1] / "golden" / "pages"
SEEN = Path(__file__).parents[2] / ".pytest_cache" / "pages"
FONTS = {"sans": "sans.ttf", "mono": "mono.ttf", "math": "upright.ttf"}
VISIBLE, MOST = 40, 0.004  # steps of grey that an eye sees, and the share of pixels that may differ
PICTURES = {  # name -> graph, theme, width, height, steps back from the end
    "neuron-light": (neuron, "light", 1440, 940, 0),
    "neuron-dark": (neuron, "dark", 1440, 940, 5),
    "staged-light": (staged, "light", 1440, 800, 0),
    "layers-narrow": (two_layers, "light", 480, 900, 0),
}


def shipped_fonts() -> str:
    """Return style rules that make the fonts of the package known."""
    rules = []
    for name, file in FONTS.items():
        data = base64.b64encode((files("chainrule.draw") / "fonts" / file).read_bytes()).decode()
        source = f"url(data:font/ttf;base64,{data})"
        rules.append(f"@font-face {{ font-family: shipped-{name}; src: {source}; }}")
    return "\n".join(rules)


SET = """names => {
  const host = document.querySelector("chainrule-circuit");
  const page = (host?.shadowRoot ?? document).querySelector(".page");
  for (const name of names) page.style.setProperty(`--${name}`, `shipped-${name}`);
  return Promise.all(names.map(name => document.fonts.load(`16px shipped-${name}`)));
}"""


def screenshot(chromium: Any, name: str, more: int = 0) -> Any:
    """Return what the page looks like, `more` steps further back: (height, width, 3)."""
    graph, theme, width, height, back = PICTURES[name]
    scene = graph().scene(check=True)
    tab = chromium.new_page(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        bypass_csp=True,
        reduced_motion="reduce",
    )
    tab.set_content(page(scene, layout(scene)))
    tab.wait_for_selector("svg.circuit")
    tab.add_style_tag(content=shipped_fonts())
    tab.evaluate(SET, list(FONTS))
    for _ in range(back + more):
        tab.keyboard.press("ArrowLeft")
    seen = tab.screenshot(animations="disabled")
    tab.close()
    return np.asarray(Image.open(io.BytesIO(seen)).convert("RGB"))


def different(seen: Any, stored: Any) -> float:
    """Return the share of pixels that an eye would see differ; 1 where the sizes do."""
    if seen.shape != stored.shape:
        return 1.0
    distance = np.abs(seen.astype(int) - stored.astype(int)).max(axis=2)
    return float((distance > VISIBLE).mean())


@pytest.mark.parametrize("name", PICTURES)
def test_the_page_looks_as_reviewed(chromium: Any, name: str) -> None:
    seen = screenshot(chromium, name)
    path = STORED / f"{name}.png"
    if os.environ.get("GOLDEN") == "update":
        STORED.mkdir(exist_ok=True)
        Image.fromarray(seen).save(path, optimize=True)
    share = different(seen, np.asarray(Image.open(path).convert("RGB")))
    if share > MOST:
        SEEN.mkdir(parents=True, exist_ok=True)
        Image.fromarray(seen).save(SEEN / f"{name}.png")
    assert share <= MOST, f"{share:.2%} of {name} differ: look at {SEEN / name}.png"


def test_a_step_makes_a_difference_that_is_seen(chromium: Any) -> None:
    stored = np.asarray(Image.open(STORED / "neuron-dark.png").convert("RGB"))
    assert different(screenshot(chromium, "neuron-dark", more=1), stored) > MOST
