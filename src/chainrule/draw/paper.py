"""PNG and PDF, without any program of the system: the optional extra [paper].

Both are written with the fonts that are shipped, so they look the same on every machine. A PDF
holds text as text and lines as curves.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from chainrule.draw.marks import Box, Line, Move, Path, Picture, Words, outline
from chainrule.draw.metrics import FONTS, text_width, widths
from chainrule.draw.svg_pen import written
from chainrule.errors import UsageError

SHARPNESS = 2.0  # pixels of a PNG to a pixel of the drawing
WIDEST = 16_000  # pixels of a PNG, which not every program can open beyond
POINT = 0.75  # points to a pixel
FACES = {"sans": "", "bold": "B", "mono": "", "upright": "", "italic": "I"}  # -> style of fpdf2
INSTEAD = ("upright", "sans", "mono")  # where a font lacks a sign
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)  # so that the same picture is the same file


def needed(module: str, ending: str) -> Any:
    """Return a module of the extra, or say how to get it."""
    try:
        return import_module(module)
    except ImportError as error:
        package = {"resvg_py": "resvg-py", "fpdf": "fpdf2"}[module]
        raise UsageError(
            f"writing {ending} files needs {package}, which is not installed",
            hint="pip install 'chainrule[paper]'",
        ) from error


def png(picture: Picture, sharpness: float = SHARPNESS) -> bytes:
    """Return the picture as a PNG file; `sharpness` is the number of pixels for each of its own.

    A picture that would be wider than 16,000 pixels is made smaller.

    Raises:
        UsageError: resvg-py is not installed.
    """
    resvg = needed("resvg_py", "PNG")
    fonts = [str(path) for path in sorted(FONTS.glob("*.ttf"))]
    return bytes(
        resvg.svg_to_bytes(
            svg_string=written(picture),
            zoom=min(sharpness, WIDEST / picture.width),
            skip_system_fonts=True,
            font_files=fonts,
        )
    )


def pdf(pages: Sequence[Picture]) -> bytes:
    """Return pictures as a PDF file, one on each page, each page as large as its picture.

    Raises:
        UsageError: fpdf2 is not installed.
    """
    fpdf = needed("fpdf", "PDF")
    paper = fpdf.FPDF(unit="pt")
    paper.set_auto_page_break(False)
    paper.set_creation_date(ALWAYS)
    paper.set_title(pages[0].title)
    paper.set_subject(pages[0].description)
    paper.set_creator("chainrule")
    paper.set_lang("en")
    for face in faces_of(pages):
        paper.add_font(face, FACES[face], FONTS / f"{face}.ttf")
    for page in pages:
        paper.add_page(format=(page.width * POINT, page.height * POINT))
        draw_box(paper, Box(0, 0, page.width, page.height, fill=page.ground))
        for mark in page.flat():
            PENS[type(mark)](paper, mark)
    return bytes(paper.output())


def faces_of(pages: Sequence[Picture]) -> list[str]:
    """Return the fonts that are needed, in the order of the table."""
    words = {(m.text, m.face) for page in pages for m in page.flat() if isinstance(m, Words)}
    used = {face for text, wanted in words for _, face in runs(text, wanted)}
    return [face for face in FACES if face in used]


def draw_box(paper: Any, box: Box) -> None:
    draw_path(paper, Path(outline(box), box.stroke, box.line, box.fill, closed=True))


def draw_path(paper: Any, mark: Path) -> None:
    with paper.new_path() as path:
        path.style.fill_color = mark.fill or None
        path.style.stroke_color = mark.stroke or None
        path.style.stroke_width = mark.width * POINT
        path.style.stroke_cap_style = "round" if mark.round else "butt"
        path.style.stroke_dash_pattern = [POINT * length for length in mark.dash] or None
        path.style.auto_close = mark.closed
        for step in mark.commands:
            numbers = [POINT * x for x in step]
            if isinstance(step, Move):
                path.move_to(*numbers)
            elif isinstance(step, Line):
                path.line_to(*numbers)
            else:
                path.curve_to(*numbers)


def draw_words(paper: Any, mark: Words) -> None:
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor]
    x = mark.x - share * text_width(mark.text, mark.size, mark.face)
    paper.set_text_color(mark.colour)
    for run, face in runs(mark.text, mark.face):
        paper.set_font(face, FACES[face], mark.size * POINT)
        paper.text(x * POINT, mark.y * POINT, run)
        x += text_width(run, mark.size, mark.face)


def runs(text: str, face: str) -> Iterator[tuple[str, str]]:
    """Yield a text in pieces, each with a font that has its signs; what none has is a `?`."""
    run, last = "", face
    for sign in text:
        has = next((f for f in (face, *INSTEAD) if sign in widths(f)), "")
        found, shown = (has, sign) if has else (face, "?")
        if found != last and run:
            yield run, last
            run = ""
        run, last = run + shown, found
    if run:
        yield run, last


PENS: dict[type, Callable[[Any, Any], None]] = {
    Box: draw_box,
    Path: draw_path,
    Words: draw_words,
}
