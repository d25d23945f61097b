"""Where a gate came from: kept as two references when it is made, resolved when somebody asks."""

import dis
import linecache
import sys
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

STORES = ("STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_DEREF")
Place = tuple[CodeType, int] | None


def caller(above: int = 2) -> Place:
    """Return code object and instruction offset of the nearest frame outside chainrule.

    The search begins `above` frames up: looking at a frame is dear, and the nearest are ours.
    """
    frame: Any = sys._getframe(above)
    while frame is not None:
        if not OURS[frame.f_globals.get("__name__", "")]:
            return frame.f_code, frame.f_lasti
        frame = frame.f_back
    return None


class Ours(dict[str, bool]):
    """Name of a module -> whether it is one of chainrule's; found out once."""

    def __missing__(self, name: str) -> bool:
        self[name] = name.startswith("chainrule.")
        return self[name]


OURS = Ours()


@dataclass(frozen=True)
class Source:
    """A place in the user's code: file, 1-based line, the line's text, the variable assigned."""

    file: str
    line: int
    text: str
    variable: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def resolve(place: Place) -> Source | None:
    """Return the source line and the variable that the value was stored in, if there was one."""
    if place is None:
        return None
    code, offset = place
    return resolved(code, offset, code.co_filename)


@lru_cache(maxsize=4096)
def resolved(code: CodeType, offset: int, file: str) -> Source:
    """Return the same for one place, once: gates made in a loop share theirs.

    Code is equal to its copies in other files, so the file is part of the question.
    """
    line = code.co_firstlineno
    for start, end, number in code.co_lines():
        if start <= offset < end and number is not None:
            line = number
    text = linecache.getline(file, line).strip()
    return Source(file, line, text, stored_variable(code, offset))


def stored_variable(code: CodeType, offset: int) -> str:
    """Return the name that the instruction right after `offset` stores to, or an empty text.

    Where there are more than 256 names, the number of a later one takes an instruction of its own.
    """
    for instruction in dis.get_instructions(code):
        if instruction.offset > offset and instruction.opname != "EXTENDED_ARG":
            stores = instruction.opname in STORES
            return str(instruction.argval) if stores else ""
    return ""
