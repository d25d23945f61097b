"""Make the fonts that PNG and PDF are written with, and the table of their widths.

Each is a subset of a free font: what formulas, numbers and labels need. A subset bears a name of
its own, as the licences ask. Signs that a font lacks are put together from those it has.

    python docs/font_subsets.py FOLDER

FOLDER holds the packages `inter-ui`, `jetbrains-mono` and `katex` as npm installs them. It needs
fontTools and brotli. Without FOLDER only the table of widths is made anew.
"""

import json
import sys
from pathlib import Path
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

FONTS = Path(__file__).parents[1] / "src" / "chainrule" / "draw" / "fonts"
INTER, MONO, KATEX = "inter-ui/web", "jetbrains-mono/fonts/webfonts", "katex/dist/fonts"
SOURCES = {  # file -> family, style, weight, and the fonts it is taken from, the first one first
    "sans": ("Chainrule Sans", "Regular", 400, [f"{INTER}/Inter-Regular.woff2"]),
    "bold": ("Chainrule Sans", "SemiBold", 600, [f"{INTER}/Inter-SemiBold.woff2"]),
    "mono": ("Chainrule Mono", "Regular", 400, [f"{MONO}/JetBrainsMonoNL-Regular.woff2"]),
    "upright": (
        "Chainrule Math", "Regular", 400,
        [f"{KATEX}/KaTeX_Main-Regular.ttf", f"{KATEX}/KaTeX_Size1-Regular.ttf"],
    ),
    "italic": ("Chainrule Math", "Italic", 400, [f"{KATEX}/KaTeX_Math-Italic.ttf"]),
}  # fmt: skip
LATIN = "".join(map(chr, range(0x20, 0x7F))) + "".join(map(chr, range(0xA0, 0x180)))
GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψωϑϕ"
SIGNS = "–—‘’“”•…′∂∇√∏∑−×·⋅÷±∓∘∙⊙⊗∞‖∥∣∧∨∈⟨⟩⟵⟶←↑→↓↔↦≈≤≥≠≡≪≫∝ℓ⌊⌋⌈⌉✓✗●○■□◆▲▼½ᵀ"
RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿˣʸ", "₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₙ"
PLAIN_RAISED, PLAIN_LOWERED = "0123456789+−()nxy", "0123456789+−ijn"
WANTED = LATIN + GREEK + SIGNS + RAISED + LOWERED
NARROWER = 0.62  # of a raised or lowered sign against the plain one


def main() -> None:
    if len(sys.argv) > 1:
        for name, (family, style, weight, sources) in SOURCES.items():
            fonts = [TTFont(Path(sys.argv[1]) / source) for source in sources]
            made = subset(fonts)
            rename(made, family, style, weight, fonts[0])
            made.flavor = None  # plain TrueType
            made.save(FONTS / f"{name}.ttf")
    table = {name: widths(FONTS / f"{name}.ttf") for name in SOURCES}
    lines = [f"{json.dumps(name)}:{json.dumps(found, ensure_ascii=False, separators=(',', ':'))}"
             for name, found in table.items()]  # fmt: skip
    (FONTS / "widths.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def subset(fonts: list[TTFont]) -> TTFont:
    """Return the first font with the wanted signs only, those it lacks added."""
    font, *others = fonts
    for other in others:
        for sign in "∑∏":
            add_from(font, other, sign)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "DSIG", "FFTM"]
    cutter = Subsetter(options)
    cutter.populate(text=WANTED)
    compose(font)
    cutter.subset(font)
    if font["head"].unitsPerEm != 1000:
        scale_upem(font, 1000)
    return font


def compose(font: TTFont) -> None:
    """Add what can be made of signs that are there."""
    for made, plain in zip(RAISED, PLAIN_RAISED, strict=True):
        put_together(font, made, [(plain, NARROWER, 0, 0.36)])
    for made, plain in zip(LOWERED, PLAIN_LOWERED, strict=True):
        put_together(font, made, [(plain, NARROWER, 0, -0.15)])
    put_together(font, "ᵀ", [("T", NARROWER, 0, 0.3)])
    put_together(font, "·", [("⋅", 1, 0, 0)])
    put_together(font, "‖", [("∥", 1, 0, 0)])
    put_together(font, "‖", [("|", 0.8, -0.13, 0.04), ("|", 0.8, 0.13, 0.04)], of="|")
    put_together(font, "≠", [("=", 1, 0, 0), ("/", 1, 0, 0)])
    put_together(font, "∇", [("Δ", -1, 0, 0.7)])
    put_together(font, "•", [("∙", 1, 0, 0)])


def put_together(
    font: TTFont, made: str, parts: list[tuple[str, float, float, float]], of: str = ""
) -> None:
    """Add a sign made of others: (sign, scale, right by, up by), in em; the first gives the width.

    A negative scale turns the sign upside down. With `of`, the width is that of this sign; where
    all are equally wide, this one is, too.
    """
    known = font.getBestCmap()
    if ord(made) in known or any(ord(sign) not in known for sign, *_ in parts):
        return
    em = font["head"].unitsPerEm
    width = font["hmtx"][known[ord(of or parts[0][0])]][0]
    if not (of or font["post"].isFixedPitch):
        width = round(width * abs(parts[0][1]))
    pen = TTGlyphPen(None)
    for sign, scale, right, up in parts:
        own = font["hmtx"][known[ord(sign)]][0] * abs(scale)
        shift = (width - own) / 2 + right * em
        draw(font, known[ord(sign)], TransformPen(pen, (abs(scale), 0, 0, scale, shift, up * em)))
    add(font, made, pen.glyph(), width)


def add_from(font: TTFont, other: TTFont, sign: str) -> None:
    """Add a sign that another font of the same size has."""
    name = other.getBestCmap().get(ord(sign))
    if name is None or ord(sign) in font.getBestCmap():
        return
    pen = TTGlyphPen(None)
    draw(other, name, pen)
    add(font, sign, pen.glyph(), other["hmtx"][name][0])


def draw(font: TTFont, name: str, pen: Any) -> None:
    recording = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(recording)
    recording.replay(pen)


def add(font: TTFont, sign: str, glyph: Any, width: int) -> None:
    name = f"made{ord(sign):04X}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = glyph
    font["glyf"].glyphOrder = font.getGlyphOrder()
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(sign)] = name


def rename(font: TTFont, family: str, style: str, weight: int, source: TTFont) -> None:
    """Give the subset a name of its own; copyright and licence stay."""
    kept = [name for name in font["name"].names if name.nameID in (0, 13, 14)]
    font["name"].names = kept
    full = f"{family} {style}"
    names = {1: family, 2: style, 3: full, 4: full, 6: full.replace(" ", "-")}
    for number, written in names.items():
        font["name"].setName(written, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    italic = style == "Italic"
    font["OS/2"].fsSelection = 1 if italic else 64
    font["head"].macStyle = 2 if italic else 0


def widths(path: Path) -> dict[str, Any]:
    """Return the widths of a font in thousandths of the size: width -> the signs that have it."""
    font = TTFont(path)
    found: dict[int, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        width = font["hmtx"][name][0]
        found[width] = found.get(width, "") + chr(code)
    return {str(width): found[width] for width in sorted(found)}


if __name__ == "__main__":
    main()
