"""A circuit as a page: one file that works from the disk and asks the network for nothing.

The page holds the scene and its layout as JSON, the built front end, and a static drawing for
readers without script. A content security policy lets nothing run but the front end's own script,
and nothing be fetched.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from chainrule.draw import palette
from chainrule.draw.definitions import definitions
from chainrule.draw.layout.records import TOP, Layout
from chainrule.draw.packing import unpacking
from chainrule.draw.still import still
from chainrule.draw.svg import svg
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import Scene, Summary
from chainrule.explain.scene.stored import scene_text

SCHEMA = "chainrule.sizes/1"
BUILT = files("chainrule") / "serve" / "static"  # the front end belongs to the server above
ELEMENT = "chainrule-circuit"
STYLE_OF_PAGE = (
    'document.head.append(Object.assign(document.createElement("style"),{textContent:css}));'
)
STYLE_OF_FRAGMENTS = "window.chainruleStyle=css;"

Derivations = Sequence[Mapping[str, Any]]


def page(
    scene: Scene, layout: Layout, derivations: Derivations = (), title: str | None = None
) -> str:
    """Return the circuit page: stepping, explaining, editing and checking in one HTML file.

    Args:
        scene: the whole scene; what the layout has closed can be opened in the page.
        layout: its layout.
        derivations: the chain rule written out for some leaves, as mappings: `wrt` is the label of
            the leaf, `mathml` what stands between `<math>` and `</math>`. Those of numbers are left
            out: the page writes them itself, as they change with each edit.
        title: the title of the page; None takes the scene's.
    """
    name = escape(scene.title if title is None else title)
    style, script = built("circuit.css"), built("circuit.js")
    unpack = unpacking(style, script, STYLE_OF_PAGE)
    drawn, plain_style = still(shown(scene, opened(layout)), layout)
    plain_style += f"body{{margin:16px;background:{palette.BACKGROUND.light}}}"
    allowed = policy([unpack, script], [plain_style, style])
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{allowed}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{name}</title>
<link rel="icon" href="data:,">
<style>{plain_style}</style>
</head>
<body>
<div id="chainrule"><noscript>{drawn}</noscript></div>
{data(scene, layout, derivations)}
<script>{unpack}</script>
</body>
</html>
"""


def fragment(
    scene: Scene, layout: Layout, derivations: Derivations = (), *, script: bool = True
) -> str:
    """Return the circuit as a part of another page, such as the output of a notebook's cell.

    It lives in a shadow root: no style of the page around reaches it, and none of its own gets out.
    One script serves all fragments of a page, also those that stand before it; with `script=False`
    it is left to another fragment. Where no script runs, the static drawing is seen.
    """
    inside = drawing(scene, layout) + data(scene, layout, derivations)
    circuit = f"<{ELEMENT}>{inside}</{ELEMENT}>"
    return circuit + shared_script() if script else circuit


@cache
def shared_script() -> str:
    """Return the script that makes fragments come alive; a second one in a page does nothing."""
    unpack = unpacking(built("circuit.css"), built("circuit.js"), STYLE_OF_FRAGMENTS)
    once = f"if(!window.chainruleCircuit){{window.chainruleCircuit=1;{unpack}}}"
    return f"<script>{once}</script>"


@cache
def built(name: str) -> str:
    """Return a built file of the front end."""
    return (BUILT / name).read_text(encoding="utf-8")


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the policy that allows these texts, by their digests, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(map(digest, scripts)),
            "style-src " + " ".join(map(digest, styles)),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def digest(text: str) -> str:
    """Return what a content security policy calls a text by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def drawing(scene: Scene, layout: Layout) -> str:
    """Return the static drawing of what the layout shows."""
    return svg(shown(scene, opened(layout)), layout)


def opened(layout: Layout) -> list[str]:
    """Return the boxes whose contents have a place."""
    items = layout.plan.items
    return sorted({items[name].parent for name in layout.places} - {TOP})


def data(scene: Scene, layout: Layout, derivations: Derivations) -> str:
    """Return the documents that the front end reads."""
    documents = {"scene": scene_text(scene), "layout": compact(sizes(scene, layout))}
    formulas = definitions(scene)
    if formulas:
        documents["formulas"] = compact(formulas)
    arrays = {node.label for node in scene.nodes if isinstance(node.grad, Summary)}
    written = [dict(one) for one in derivations if one["wrt"] in arrays]
    if written:
        documents["derivations"] = compact(written)
    return "\n".join(
        f'<script type="application/json" data-chainrule="{name}">{inert(text)}</script>'
        for name, text in documents.items()
    )


def sizes(scene: Scene, layout: Layout) -> dict[str, Any]:
    """Return what the front end needs to find the places by itself.

    The sizes of nodes and of numbers are in the order of the scene's nodes and wires.
    """
    plan = layout.plan
    items = [plan.items[node.id] for node in scene.nodes]
    strands = [plan.strands[wire.id] for wire in scene.wires]
    return {
        "schema": SCHEMA,
        "opened": opened(layout),
        "items": [[i.width, i.height, i.above, i.below] for i in items],
        "strands": [[s.near, s.far] for s in strands],
        "containers": {name: found.layers for name, found in plan.containers.items()},
    }


def compact(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def inert(text: str) -> str:
    """Write what would end a script, or break its lines, in JSON's own escapes."""
    for mark in ("<", "\u2028", "\u2029"):
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
