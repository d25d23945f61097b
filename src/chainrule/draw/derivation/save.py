"""A derivation as a file: the ending of the name says which kind."""

import os
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path

from chainrule.draw import palette, svg_pen
from chainrule.draw.derivation.latex import latex
from chainrule.draw.derivation.markdown import markdown
from chainrule.draw.derivation.mathml import html
from chainrule.draw.derivation.unicode import text
from chainrule.draw.save import Sheet, sheet_of
from chainrule.draw.tikz import tikz
from chainrule.errors import UsageError, nearest
from chainrule.explain.derivation.records import Derivation
from chainrule.explain.derivation.stored import derivation_text
from chainrule.explain.gates import Graph
from chainrule.files import atomic

Destination = str | os.PathLike[str]
PICTURE = r"\begin{tikzpicture}", r"\end{tikzpicture}"


def save(derivation: Derivation, path: Destination, *, circuit: Graph | None = None) -> None:
    """Write a derivation to a file: md, tex, html, txt or json, as the ending says.

    Args:
        derivation: what is written.
        path: where to; the folder must be there.
        circuit: the graph, to be drawn on top: in LaTeX with TikZ, in HTML as SVG, for Markdown
            as an SVG file of the same name beside it.

    Raises:
        UsageError: an unknown ending.
        FileError: the file cannot be written.
    """
    place = Path(path)
    ending = place.suffix.lower().removeprefix(".")
    if ending not in WRITERS:
        known = f"known endings: {', '.join(WRITERS)}"
        guess = nearest(ending, WRITERS) if ending else ""
        raise UsageError(
            f"cannot write '{place}': '.{ending}' is no ending of a derivation",
            hint=f"{guess} {known}" if guess.startswith("did") else known,
        )
    sheet = None if circuit is None else sheet_of(circuit)
    written = WRITERS[ending](derivation, place, sheet)
    atomic.write_bytes(place, written.encode())


def text_file(derivation: Derivation, place: Path, sheet: Sheet | None) -> str:
    return text(derivation) + "\n"


def json_file(derivation: Derivation, place: Path, sheet: Sheet | None) -> str:
    return derivation_text(derivation) + "\n"


def markdown_file(derivation: Derivation, place: Path, sheet: Sheet | None) -> str:
    if sheet is None:
        return markdown(derivation)
    beside = place.with_suffix(".svg")
    atomic.write_bytes(beside, svg_pen.written(sheet.picture).encode())
    return markdown(derivation, circuit=beside.name)


def tex_file(derivation: Derivation, place: Path, sheet: Sheet | None) -> str:
    if sheet is None:
        return latex(derivation, document=True)
    drawn = tikz(sheet.scene, sheet.layout)
    start, end = drawn.index(PICTURE[0]), drawn.index(PICTURE[1])
    colors = [line for line in drawn.splitlines() if line.startswith(r"\definecolor")]
    picture = drawn[start:end] + PICTURE[1]
    whole = "\n".join([*colors, rf"\noindent\resizebox{{\textwidth}}{{!}}{{{picture}}}"])
    return latex(derivation, circuit=whole, document=True)


def html_file(derivation: Derivation, place: Path, sheet: Sheet | None) -> str:
    title = escape(f"The derivative of {derivation.output} by {derivation.wrt}")
    drawn = "" if sheet is None else f'<div class="circuit">{svg_pen.written(sheet.picture)}</div>'
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{page_style()}</style></head>\n"
        f"<body><main><h1>{title}</h1>{drawn}\n{html(derivation)}</main></body></html>\n"
    )


def page_style() -> str:
    """Return the rules of the page around a derivation."""
    themes = []
    for theme in palette.THEMES:
        back, ink = palette.BACKGROUND.on(theme), palette.INK.on(theme)
        themes.append(f"body{{background:{back};color:{ink}}}")
    light, dark = themes
    return (
        f"{light}@media(prefers-color-scheme:dark){{{dark}}}"
        ":root{color-scheme:light dark}"
        "body{font:16px/1.5 system-ui,sans-serif;margin:0}"
        "main{max-width:60rem;margin:2rem auto;padding:0 1.5rem}"
        "h1{font-size:1.25rem;font-weight:600}"
        "h2{font-size:1rem;font-weight:600;margin:2rem 0 .5rem}"
        ".circuit{overflow-x:auto;border-radius:12px}"
        ".circuit svg{display:block;min-width:40rem;max-width:100%;height:auto}"
        ":target{outline:3px solid currentColor;outline-offset:2px}"
    )


WRITERS: Mapping[str, Callable[[Derivation, Path, Sheet | None], str]] = {
    "md": markdown_file,
    "tex": tex_file,
    "html": html_file,
    "txt": text_file,
    "json": json_file,
}
