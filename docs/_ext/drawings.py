"""Drawings on the pages: cells tagged `still` show the static one, in the colours of the theme.

Other cells show what a notebook shows, which can be stepped through and takes more room.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from chainrule.draw import palette

LOG = logging.getLogger(__name__)
COLOURS = {c.light: c.dark for c in vars(palette).values() if isinstance(c, palette.Colour)}
LEAST = 0.92  # of its size: a drawing made smaller would have text too small to be read
WIDTH = re.compile(r'<svg[^>]* width="([0-9.]+)"')
HEX = re.compile(r'(fill|stroke|stop-color)="(#[0-9a-f]{6})"')
SCRIPT = re.compile(r"<script(?! type=.application/json)[^>]*>.*?</script>", re.DOTALL)
DARK = "".join(f"--drawn-{light[1:]}:{dark};" for light, dark in COLOURS.items())
STYLE = (
    f'<style>body[data-theme="dark"]{{{DARK}}}@media(prefers-color-scheme:dark)'
    f'{{body:not([data-theme="light"]){{{DARK}}}}}</style>'
)


def themed(svg: str) -> str:
    """Return a drawing whose colours change with the theme of the page around it."""
    width = float(WIDTH.search(svg)[1])  # type: ignore[index]
    style = f"width:100%;max-width:{width}px;min-width:{width * LEAST:.0f}px;height:auto"
    start = svg.index("<svg") + len("<svg")
    return HEX.sub(in_theme, f'<svg style="{style}"{svg[start:]}')


def in_theme(found: re.Match[str]) -> str:
    name, colour = found.groups()
    return f'{name}="var(--drawn-{colour[1:]},{colour})"' if colour in COLOURS else found[0]


def show_stills(app: Sphinx, page: nodes.document) -> None:
    """Put the static drawing in the place of all that a tagged cell has shown."""
    for cell in page.findall(lambda node: is_part(node, "cell_code")):
        if "tag_still" not in cell["classes"]:
            continue
        for bundle in list(cell.findall(lambda node: is_part(node, "mime_bundle"))):
            shown = [part for part in bundle if part["mime_type"] == "image/svg+xml"]
            if not shown:
                LOG.warning("nothing was drawn", location=cell)
            else:
                file = Path(app.srcdir) / next(shown[0].findall(nodes.image))["uri"].lstrip("/")
                svg = themed(file.read_text("utf-8"))
                drawn = f'<figure class="drawing" tabindex="0">{svg}</figure>'
                bundle.replace_self(nodes.raw("", drawn + script_of(bundle), format="html"))


def script_of(bundle: nodes.Element) -> str:
    """Return the script that brings all drawings of a page to life: the first one holds it."""
    found = SCRIPT.search("".join(node.astext() for node in bundle.findall(nodes.raw)))
    return found[0] if found else ""


def miss_none(app: Sphinx, page: nodes.document) -> None:
    """Complain about what should be a drawing and has shown itself as text."""
    for bundle in page.findall(lambda node: is_part(node, "mime_bundle")):
        if any("(no drawing:" in part.astext() for part in bundle):
            LOG.warning("something could not be drawn", location=bundle)


def is_part(node: Any, name: str) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == name


def add_colours(app: Sphinx, page: str, template: str, context: dict[str, Any], _: Any) -> None:
    context["metatags"] = context.get("metatags", "") + STYLE


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", miss_none, priority=300)
    app.connect("doctree-read", show_stills, priority=400)
    app.connect("html-page-context", add_colours)
    return {"parallel_read_safe": True}
