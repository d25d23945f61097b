"""Stored plans with their coordinates: what the page computes when a box is opened or closed."""

import json
import os
from pathlib import Path
from typing import Any

import chainrule as cr
from chainrule.draw.layout.arrange import arrange
from chainrule.draw.layout.plan import plan
from chainrule.draw.layout.records import layout_data
from chainrule.explain.scene.records import MODULE, Scene
from tests.draw.layout.scenes import dense, random_scene, scene_of
from tests.explain.examples import NEURON, SIGMOID, STAGED

STORED = Path(__file__).parents[3] / "web" / "cases" / "coordinates.json"


def circuit(expression: str, **leaves: float) -> Scene:
    graph = cr.Graph(expression, **leaves)
    graph.forward()
    graph.backward()
    return graph.scene()


def scenes() -> dict[str, Scene]:
    return {
        "one gate": circuit("a - b", a=1.0, b=2.0),
        "neuron": circuit(SIGMOID, **NEURON),
        "branches": circuit(STAGED, x=3.0, y=-4.0),
        "box": scene_of(
            {"h": ["x", "w"], "s": ["h"], "f": ["s", "x"], "g": ["f", "v"]},
            {"h": "m0", "s": "m0", "w": "m0"},
        ),
        "net": dense([5, 6, 3]),
        **{f"random {i}": random_scene(i, 4 + 3 * i, 2 * i) for i in range(5)},
    }


def cases() -> list[dict[str, Any]]:
    """Return each scene with all boxes open, none, and each by itself."""
    found = []
    for name, scene in scenes().items():
        made = plan(scene)
        boxes = [node.id for node in scene.nodes if node.kind == MODULE]
        ways = [None, [], *([box] for box in boxes)] if boxes else [None]
        for opened in ways:
            data = layout_data(arrange(made, opened))
            found.append({"name": name, "opened": opened, "layout": data})
    return found


def stored() -> list[dict[str, Any]]:
    """Return the cases as they are stored; `GOLDEN=update` stores those of now."""
    if os.environ.get("GOLDEN") == "update":
        lines = ",\n".join(
            json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases()
        )
        STORED.parent.mkdir(parents=True, exist_ok=True)
        STORED.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(STORED.read_text(encoding="utf-8"))
    return found
