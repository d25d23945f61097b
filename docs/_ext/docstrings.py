"""Docstrings as Markdown: paragraphs, examples, equations, and lists of arguments.

Everything that is not code is escaped, so that no docstring can break a page.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any

SECTIONS = {
    "Args:": "Arguments",
    "Attributes:": "Attributes",
    "Returns:": "Returns",
    "Raises:": "Raises",
}
INLINE = re.compile(r"``(.+?)``|`([^`\n]+)`|(?<![\w*])\*(\w[^*\n]*)\*(?![\w*])")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~^])")


def markdown(thing: Any) -> str:
    """Return the docstring of a function or class as Markdown."""
    return from_text(inspect.getdoc(thing) or "")


def from_text(text: str) -> str:
    return "\n\n".join(written(block) for block in blocks(text))


def summary(thing: Any) -> str:
    """Return the first paragraph."""
    first = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return inline(" ".join(first.split()))


def blocks(text: str) -> Iterator[list[str]]:
    """Split a docstring at blank lines; a section keeps the blocks that are indented under it."""
    kept: list[str] = []
    for line in [*text.splitlines(), ""]:
        goes_on = kept and kept[0] in SECTIONS and (not line or line.startswith("    "))
        if line.strip() and (goes_on or not kept or continues(kept, line)):
            kept.append(line)
        elif not goes_on:
            if kept:
                yield kept
            kept = [line] if line.strip() else []
    if kept:
        yield kept


def continues(kept: list[str], line: str) -> bool:
    """Return whether a line belongs to the block: text, code, examples and sections stay apart."""
    starts_section = line in SECTIONS
    left_section = kept[0] in SECTIONS and not line.startswith(" ")
    example = kept[0].startswith(">>>")
    return not starts_section and not left_section and (example or not line.startswith(">>>"))


def written(block: list[str]) -> str:
    first = block[0]
    if first in SECTIONS:
        return f"**{SECTIONS[first]}**\n\n{items(block[1:])}"
    if first.startswith(">>>"):
        return fence("pycon", block)
    if first.startswith("    "):
        return fence("text", [line[4:] for line in block])
    if first.startswith("- "):
        return "\n".join(f"- {inline(item)}" for item in entries(block))
    joined = inline(" ".join(line.strip() for line in block))
    return re.sub(r"^(Source|Sources):", r"*\1:*", joined)


def fence(language: str, lines: list[str]) -> str:
    return "\n".join([f"```{language}", *lines, "```"])


def entries(block: list[str]) -> list[str]:
    """Join the lines of each `- item`."""
    found: list[str] = []
    for line in block:
        if line.startswith("- "):
            found.append(line[2:])
        else:
            found[-1] += " " + line.strip()
    return found


def items(lines: list[str]) -> str:
    """Write `name: what it is` lines as a list; deeper lines belong to the one above."""
    found: list[str] = []
    for line in inspect.cleandoc("\n".join(lines)).splitlines():
        if line.startswith(" ") and found:
            found[-1] += " " + line.strip()
        elif line.strip():
            found.append(line)
    named = [re.match(r"([\w*., |]+): (.*)", item) for item in found]
    if not all(named):
        return inline(" ".join(found))
    return "\n".join(f"- {code(m[1])}: {inline(m[2])}" for m in named if m)


def inline(text: str) -> str:
    """Keep `code` and *emphasis*, escape the rest."""
    parts = []
    at = 0
    for found in INLINE.finditer(text):
        parts.append(escape(text[at : found.start()]))
        literal = found[1] or found[2]
        parts.append(code(literal) if literal else f"*{escape(found[3])}*")
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def code(text: str) -> str:
    return f"`{text}`"


def escape(text: str) -> str:
    return re.sub(r"^([-+]|\d+[.)])(?= )", r"\\\1", SPECIAL.sub(r"\\\1", text))
