"""Formulas as MathML, written when the pages are built: browsers draw it, nothing is fetched."""

import re
from html import escape
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

NAME = r"<mi>(?:log|exp|tanh|sin|cos)</mi>"
NAMED = re.compile(
    rf"((?<!<msup>)(?<!<msub>){NAME}|<msup>{NAME}<mn>\d+</mn></msup>)(?=<m(?!o|space))"
)


def written(tex: str, display: str) -> str:
    """Return MathML in which the name of a function stands apart from what follows it."""
    known = tex.replace("{aligned}", "{split}")  # the same table, by the name that is understood
    return NAMED.sub(r'\1<mspace width="0.17em"/>', convert(known, display=display))


def inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(written(node.astext(), "inline"))
    raise nodes.SkipNode


def display(writer: Any, node: nodes.math_block) -> None:
    label = node.get("label") or ""
    anchor = f' id="equation-{escape(label)}"' if label else ""
    formula = written(node.astext(), "block")
    writer.body.append(f'<div class="math"{anchor}>{formula}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
