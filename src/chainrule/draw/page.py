"""A circuit as a page: one file that works from the disk and asks the network for nothing.

The page holds the scene and its layout as JSON, the built front end, and a static drawing for
readers without script. The front end is deflated, so that a small circuit stays a small file; a few
lines unpack it. A content security policy lets nothing run but these scripts and the style sheet.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from chainrule.draw.layout.records import SCHEMA, TOP, Layout, plan_data
from chainrule.draw.svg import svg
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import Scene
from chainrule.explain.scene.stored import scene_text

BUILT = files("chainrule") / "serve" / "static"  # the front end belongs to the server above
UNPACK = """(async()=>{{
const packed=Uint8Array.from(atob("{packed}"),c=>c.charCodeAt());
const stream=new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
const script=document.createElement("script");
script.textContent=await new Response(stream).text();
document.head.append(script)}})()"""  # works from a file, where a page may load nothing
ELEMENT = "chainrule-circuit"

Derivations = Sequence[Mapping[str, Any]]


def page(
    scene: Scene, layout: Layout, derivations: Derivations = (), title: str | None = None
) -> str:
    """Return the circuit page: stepping, explaining, editing and checking in one HTML file.

    Args:
        scene: the whole scene; what the layout has closed can be opened in the page.
        layout: its layout.
        derivations: the chain rule written out, for as many leaves as wanted: mappings that JSON
            can hold, with the label of the leaf as `wrt` and the lines as `mathml`.
        title: the title of the page; None takes the scene's.
    """
    name = escape(scene.title if title is None else title)
    style, script = built("circuit.css"), built("circuit.js")
    unpack = UNPACK.format(packed=packed(script))
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {digest(unpack)} {digest(script)}",
            f"style-src {digest(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<div id="chainrule"><noscript>{still(scene, layout)}</noscript></div>
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
    circuit = f"<{ELEMENT}>{still(scene, layout)}{data(scene, layout, derivations)}</{ELEMENT}>"
    return circuit + shared_script() if script else circuit


@cache
def shared_script() -> str:
    """Return the script that makes fragments come alive; a second one in a page does nothing."""
    style = json.dumps(built("circuit.css")).replace("</", "<\\/")
    unpack = UNPACK.format(packed=packed(built("circuit.js")))
    return (
        f'<script>if(!customElements.get("{ELEMENT}")&&!window.chainruleStyle)'
        f"{{window.chainruleStyle={style};{unpack}}}</script>"
    )


@cache
def built(name: str) -> str:
    """Return a built file of the front end."""
    return (BUILT / name).read_text(encoding="utf-8")


@cache
def packed(script: str) -> str:
    """Return a script deflated, as text."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return base64.b64encode(deflate.compress(script.encode()) + deflate.flush()).decode()


def digest(text: str) -> str:
    """Return what a content security policy calls a text by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def still(scene: Scene, layout: Layout) -> str:
    """Return the static drawing of what the layout shows."""
    return svg(shown(scene, opened(layout)), layout)


def opened(layout: Layout) -> list[str]:
    """Return the boxes whose contents have a place."""
    items = layout.plan.items
    return sorted({items[name].parent for name in layout.places} - {TOP})


def data(scene: Scene, layout: Layout, derivations: Derivations) -> str:
    """Return the documents that the front end reads; it finds the places by itself."""
    documents = {
        "scene": scene_text(scene),
        "layout": compact(
            {"schema": SCHEMA, "opened": opened(layout), **plan_data(layout.plan)}
        ),
        **({"derivations": compact(list(derivations))} if derivations else {}),
    }
    return "\n".join(
        f'<script type="application/json" data-chainrule="{name}">{inert(text)}</script>'
        for name, text in documents.items()
    )


def compact(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def inert(text: str) -> str:
    """Write what would end a script, or break its lines, in JSON's own escapes."""
    for mark in ("<", "\u2028", "\u2029"):
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
