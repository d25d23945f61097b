"""How things show themselves in a notebook: as MIME types and texts.

Notebooks that are not trusted keep neither script nor SVG of an HTML output, but images: the still
drawing stands in it as an image, and comes to life where scripts run.
"""

import base64
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import Any

from chainrule.draw import circuit, derivation
from chainrule.draw.architecture.picture import svg as architecture_svg
from chainrule.draw.check_table import html as check_html
from chainrule.draw.derivation.mathml import inner_mathml
from chainrule.draw.first_view import opened_at_first
from chainrule.draw.layout.make import layout
from chainrule.draw.page import ELEMENT, data, shared_script
from chainrule.draw.palette import THEMES
from chainrule.draw.save import DERIVED, derivations
from chainrule.draw.svg import svg
from chainrule.explain.architecture import Architecture
from chainrule.explain.derivation.records import Derivation
from chainrule.explain.gates import Graph
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import Scene, Summary
from chainrule.explain.verdicts import CheckReport

MOST = 300  # gates that are shown one by one
ENTRIES = 4096  # of all arrays together that a notebook keeps
VALUES = ("value", "grad", "upstream", "downstream")
FEW = 12  # gates of a circuit that is drawn in characters, too, and derived

Bundle = dict[str, str]


def graph_bundle(graph: Graph) -> Bundle:
    """Return a circuit that can be stepped through, and its still drawing.

    Large circuits are seen from far away, and large arrays by their summaries alone: a notebook is
    a file that is sent around.
    """
    scene = lighter(graph.scene(most=MOST))
    opened = opened_at_first(scene)
    places = layout(scene, opened)
    picture = svg(shown(scene, opened), places)
    few = DERIVED if len(graph.gates) <= FEW else 0  # each is a second look at every gate
    chains = [{"wrt": d.wrt, "mathml": inner_mathml(d)} for d in derivations(graph, few)]
    script = shared_script() if carries_script() else ""
    live = f"<{ELEMENT}>{image(picture)}{data(scene, places, chains)}</{ELEMENT}>{script}"
    return {"image/svg+xml": picture, "text/html": live}


def tensor_bundle(tensor: Any) -> Bundle:
    """Return the circuit by which a tensor was computed; a few gates in characters as well."""
    graph = Graph.of(tensor)
    small = len(graph.gates) <= FEW
    text = f"{tensor!r}\n\n{circuit.text(graph)}" if small else repr(tensor)
    return {"text/plain": text, **graph_bundle(graph)}


def lighter(scene: Scene) -> Scene:
    """Return the scene without the entries of its largest arrays, so that it holds few of them."""
    sizes = sorted(len(array.data) for array in arrays_of(scene) if array.data is not None)
    kept = sum(1 for total in accumulate(sizes) if total <= ENTRIES)
    if kept == len(sizes):
        return scene
    return mapped(scene, sizes[kept] - 1)


def arrays_of(record: Any) -> Iterator[Summary]:
    """Yield the summaries of arrays in a scene, in a node, a wire or a local gradient."""
    for part in (*record.nodes, *record.wires, *record.locals):
        for name in VALUES:
            value = getattr(part, name, None)
            if isinstance(value, Summary):
                yield value


def mapped(scene: Scene, most: int) -> Scene:
    """Return the scene without the entries of arrays that have more than `most`."""

    def without(part: Any) -> Any:
        values = {name: getattr(part, name, None) for name in VALUES}
        changed = {
            name: replace(value, data=None)
            for name, value in values.items()
            if isinstance(value, Summary) and value.data is not None and len(value.data) > most
        }
        return replace(part, **changed) if changed else part

    return replace(
        scene,
        nodes=tuple(map(without, scene.nodes)),
        wires=tuple(map(without, scene.wires)),
        locals=tuple(map(without, scene.locals)),
    )


def architecture_bundle(net: Architecture) -> Bundle:
    """Return the picture of a net."""
    light, dark = (architecture_svg(net, theme) for theme in THEMES)
    return {"image/svg+xml": light, "text/html": image(light, dark)}


def derivation_bundle(found: Derivation) -> Bundle:
    """Return a derivation as Markdown, which notebooks set whether they are trusted or not."""
    return {"text/markdown": derivation.markdown(found)}


def check_bundle(found: CheckReport) -> Bundle:
    """Return a gradient check as a table."""
    return {"text/html": check_html(found)}


def image(light: str, dark: str = "") -> str:
    """Return an SVG as an image that holds it, and another one for pages that are dark.

    Its title, escaped as it is, says what it shows.
    """
    title = light.partition("<title")[2].partition(">")[2].partition("</title>")[0]
    drawn = f'<img style="max-width: none" src="{address(light)}" alt="{title}">'
    if dark:
        source = f'<source media="(prefers-color-scheme: dark)" srcset="{address(dark)}">'
        drawn = f"<picture>{source}{drawn}</picture>"
    return f'<div style="overflow-x: auto">{drawn}</div>'


def address(picture: str) -> str:
    """Return an address that holds a picture itself."""
    return f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"


def carries_script() -> bool:
    """Tell whether this output is the one of its notebook that holds the shared script.

    That is the first one drawn, and whatever the same cell draws first when it runs again. Where
    outputs live in frames of their own, each holds it.
    """
    shell: Any = running_shell()
    if shell is None or "google.colab" in sys.modules:
        return True
    now = (cell_of(shell), shell.execution_count)
    holder = getattr(shell, "chainrule_script", None)
    if holder is not None and (holder[0] != now[0] or holder == now):
        return False
    shell.chainrule_script = now
    return True


def running_shell() -> Any:
    """Return the IPython shell this runs in; None elsewhere."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def cell_of(shell: Any) -> str:
    """Return what tells the running cell from others, also when it runs again."""
    asked = getattr(shell, "parent_header", None) or {}
    metadata = asked.get("metadata") or {}
    return str(metadata.get("cellId") or f"run {shell.execution_count}")
