"""A circuit as a file: the ending of the name says which kind."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from chainrule.draw import paper, svg_pen
from chainrule.draw.derivation.mathml import inner_mathml
from chainrule.draw.first_view import opened_at_first
from chainrule.draw.layout.make import layout
from chainrule.draw.layout.records import Layout
from chainrule.draw.markdown import markdown
from chainrule.draw.marks import Picture
from chainrule.draw.page import page
from chainrule.draw.palette import THEMES
from chainrule.draw.picture import picture
from chainrule.draw.tikz import tikz
from chainrule.errors import UsageError, nearest
from chainrule.explain.derivation.records import Derivation
from chainrule.explain.derive import derive
from chainrule.explain.gates import Graph
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import LEAF, Scene
from chainrule.explain.scene.stored import scene_text
from chainrule.files import atomic

DERIVED = 12  # leaves whose derivation a page holds
LONG = 60  # gates beyond which no derivation is written out

Destination = str | os.PathLike[str]


class View:
    """A circuit as it is seen at first; everything is made when it is first needed.

    Args:
        circuit: a graph, or its scene.
    """

    def __init__(self, circuit: Graph | Scene) -> None:
        self.circuit = circuit

    @cached_property
    def whole(self) -> Scene:
        """The scene with all that its boxes hold, without a check, which may take a while."""
        return self.circuit if isinstance(self.circuit, Scene) else self.circuit.scene(check=False)

    @cached_property
    def checked(self) -> Scene:
        """The scene with a check, where the circuit is small."""
        return self.circuit if isinstance(self.circuit, Scene) else self.circuit.scene()

    @cached_property
    def opened(self) -> Collection[str]:
        return opened_at_first(self.whole)

    @cached_property
    def layout(self) -> Layout:
        return layout(self.whole, self.opened)

    @cached_property
    def scene(self) -> Scene:
        """What is in view."""
        return shown(self.whole, self.opened)

    def derivations(self, most: int) -> list[Derivation]:
        """Return the chain rule for so many leaves; of a scene none, which has no rules."""
        return [] if isinstance(self.circuit, Scene) else derivations(self.circuit, most)


@dataclass(frozen=True)
class Sheet:
    """What goes into a file.

    Attributes:
        view: the circuit.
        theme: light or dark.
        drawing: the address of a picture of the same circuit, for Markdown; empty for none.
    """

    view: View
    theme: str = "light"
    drawing: str = ""

    @property
    def scene(self) -> Scene:
        return self.view.scene

    @property
    def layout(self) -> Layout:
        return self.view.layout

    @property
    def picture(self) -> Picture:
        return picture(self.scene, self.layout, self.theme)


def save(circuit: Graph | Scene, path: Destination, *, theme: str = "light") -> None:
    """Write a circuit to a file: svg, png, pdf, tex, md, html or json, as the ending says.

    The file is whole or, on an error, as it was before.

    Args:
        circuit: a `Graph`, after the passes that are to be seen, or its scene.
        path: where to; the folder must be there.
        theme: light or dark, for svg, png and pdf.

    Raises:
        UsageError: an unknown ending or theme, or PNG or PDF without the extra [paper].
        FileError: the file cannot be written.
    """
    writer_for(Path(path))  # whoever misspells an ending need not wait for the drawing
    save_all(sheet_of(circuit, theme), [path])


def save_all(sheet: Sheet, paths: Sequence[Destination]) -> dict[Path, int]:
    """Write to several files; nothing is written before all of them are made.

    Returns:
        Path -> number of bytes.
    """
    places = [Path(path) for path in paths]
    writers = {place: writer_for(place) for place in places}
    made = {
        place: write(replace(sheet, drawing=drawing_beside(place, places)))
        for place, write in writers.items()
    }
    for place, data in made.items():
        atomic.write_bytes(place, data)
    return {place: len(data) for place, data in made.items()}


def sheet_of(circuit: Graph | Scene, theme: str = "light") -> Sheet:
    """Return what goes into files."""
    if theme not in THEMES:
        raise UsageError(f"unknown theme {theme!r}", hint=nearest(theme, THEMES))
    return Sheet(View(circuit), theme)


def derivations(graph: Graph, most: int) -> list[Derivation]:
    """Return the chain rule for leaves that have a gradient, parameters before data."""
    if len(graph.gates) > LONG or graph.output.grad is None:
        return []
    nodes = graph.scene(check=False).nodes
    leaves = [node for node in nodes if node.kind == LEAF and node.grad is not None]
    leaves.sort(key=lambda node: node.use != "parameter")
    return [derive(graph, node.name) for node in leaves[:most]]


def several_paths(derivation: Derivation) -> bool:
    """Tell whether this is more than one product, which pages write out by themselves."""
    return not derivation.chain


def writer_for(path: Path) -> Callable[[Sheet], bytes]:
    """Return who writes files with this ending."""
    ending = path.suffix.lower().removeprefix(".")
    if ending in WRITERS:
        return WRITERS[ending]
    came = f"'.{ending}' is no ending we write" if ending else "the name has no ending"
    guess = nearest(ending, WRITERS) if ending else ""
    known = f"known endings: {', '.join(WRITERS)}"
    hint = f"{guess} {known}" if guess.startswith("did") else known
    raise UsageError(f"cannot write '{path}': {came}", hint=hint)


def drawing_beside(place: Path, places: Sequence[Path]) -> str:
    """Return the name of a picture that is written to the same folder; empty for none."""
    pictures = [p for p in places if p.suffix.lower() in (".svg", ".png")]
    return next((p.name for p in pictures if p.parent == place.parent), "")


def svg_file(sheet: Sheet) -> bytes:
    return svg_pen.written(sheet.picture).encode()


def png_file(sheet: Sheet) -> bytes:
    return paper.png(sheet.picture)


def pdf_file(sheet: Sheet) -> bytes:
    return paper.pdf([sheet.picture])


def tex_file(sheet: Sheet) -> bytes:
    return tikz(sheet.scene, sheet.layout).encode()


def markdown_file(sheet: Sheet) -> bytes:
    view = sheet.view
    return markdown(view.checked, view.derivations(1), circuit=sheet.drawing).encode()


def html_file(sheet: Sheet) -> bytes:
    written = [d for d in sheet.view.derivations(DERIVED) if several_paths(d)]
    found = [{"wrt": d.wrt, "mathml": inner_mathml(d)} for d in written]
    return page(sheet.view.checked, sheet.layout, found).encode()


def json_file(sheet: Sheet) -> bytes:
    return (scene_text(sheet.view.checked) + "\n").encode()


WRITERS: Mapping[str, Callable[[Sheet], bytes]] = {
    "svg": svg_file,
    "png": png_file,
    "pdf": pdf_file,
    "tex": tex_file,
    "md": markdown_file,
    "html": html_file,
    "json": json_file,
}
