"""Who is to blame for NaN, in a terminal: the gate, its operands, the rows, what it reached."""

import textwrap
from collections.abc import Iterable

from chainrule.draw.numbers import number, shape
from chainrule.explain.blame.records import Blame, Operand
from chainrule.explain.blame.words import clause, rows

WIDE = 88
LISTED = 12  # names that are told of what was reached


def text(found: Blame) -> str:
    """Return the report: one sentence, then what is known of it, one thing a line."""
    lines = [f"step {found.step}: {clause(found)}", ""]
    if found.operands or found.result:
        lines += [*table(found), ""]
    lines += [line for line in facts(found) if line]
    return "\n".join(lines).rstrip() + "\n"


def table(found: Blame) -> list[str]:
    """Return the operands and the result with their ranges, in columns."""
    head = ["", "shape", "min", "max", "NaN", "inf", "at " + place(found)]
    body = [row("takes", x) for x in found.operands]
    if found.result is not None:
        body.append(row("gives" if found.operands else "holds", found.result))
    cells = [head, *body]
    widths = [max(len(line[i]) for line in cells) for i in range(len(head))]
    return [f"  {joined(line, widths)}".rstrip() for line in cells]


def joined(line: list[str], widths: list[int]) -> str:
    """Return cells side by side: words to the left, numbers to the right."""
    sides = [str.ljust, str.ljust, str.rjust, str.rjust, str.rjust, str.rjust, str.ljust]
    pairs = zip(sides, line, widths, strict=True)
    return "  ".join(side(cell, width) for side, cell, width in pairs)


def row(verb: str, x: Operand) -> list[str]:
    """Return what is told of one array."""
    least, greatest = ("" if v is None else number(v) for v in (x.least, x.greatest))
    counts = [f"{n:,}" if n else "" for n in (x.nan, x.inf)]
    return [f"{verb} {x.name}", shape(x.shape), least, greatest, *counts, entries(x)]


def entries(x: Operand) -> str:
    """Return the entries that reach the one at fault."""
    more = x.reaching - len(x.at)
    told = " ".join(number(v) for v in x.at)
    return f"{told} … the largest of {x.reaching:,}" if more > 0 else told


def place(found: Blame) -> str:
    return f"[{', '.join(map(str, found.element))}]" if found.element else "the value"


def facts(found: Blame) -> list[str]:
    """Return where, from which rows, how far, what to try."""
    several = found.elements > 1
    return [
        told("entries", f"{found.elements:,} of them at fault" if several else ""),
        told("line", f"{found.source}  {found.source.text}" if found.source else ""),
        told("rows", rows(found) if found.rows else ""),
        told("reached", listed(found.reached)),
        told("note", found.note),
        told("computed", "gate by gate in native code" if found.computed_by == "native" else ""),
        told("try", found.remedy),
    ]


def told(what: str, said: str) -> str:
    """Return one fact, its lines under each other; nothing where there is none."""
    if not said:
        return ""
    return textwrap.fill(
        f"  {what:<8} {said}", WIDE, subsequent_indent=" " * 11, break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip


def listed(names: Iterable[str]) -> str:
    """Return the first names and the last, in order."""
    names = list(names)
    if len(names) <= LISTED:
        return ", ".join(names)
    first, last = names[: LISTED - 3], names[-2:]
    return f"{', '.join(first)}, … {len(names) - LISTED + 1} more …, {', '.join(last)}"
