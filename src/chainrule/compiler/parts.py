"""Cuts kernels into parts that any thread may do: by shapes alone, so that results repeat.

How many threads there are, and which of them does a part, changes no bit of a result.
"""

from collections.abc import Callable

from chainrule.compiler.code import Function
from chainrule.compiler.values import Value, constant

Range = tuple[Value | int, Value | int | None]
Body = Callable[[Value, int], object]
ALL: Range = (0, None)
LEAST = 1 << 24  # FLOP of a kernel that is cut: for less, moving arrays between caches costs more
PART = 1 << 20  # FLOP of a part, about 10 us
MOST = 64  # parts of a kernel


def parts_of(work: int, units: int) -> int:
    """Return into how many parts to cut so much work (in FLOP), which comes in so many units.

    >>> parts_of(9_000_000, units=100), parts_of(50_000_000, units=11), parts_of(10**9, units=500)
    (1, 11, 64)
    """
    if work < LEAST:
        return 1
    return max(1, min(units, MOST, work // PART))


def part_of(f: Function, part: Value, parts: int, units: int) -> Range:
    """Return the units [first, last) that belong to a part; parts differ by one unit at most."""
    after = f.add(part, constant("i64", 1))
    whole, count = constant("i64", units), constant("i64", parts)
    first, last = (f.div(f.mul(p, whole), count) for p in (part, after))
    return first, last


def in_steps(f: Function, total: int, step: int, part: Range, body: Body) -> None:
    """Do the steps of `part`, whole ones in a loop; the last one may be smaller.

    `body` is called with where a step starts, and its size.
    """
    whole, rest = divmod(total, step)
    first, last = part
    start, stop = _integer(first), _integer(whole + 1 if last is None else last)
    size = constant("i64", step)
    if whole:
        limit = constant("i64", whole)
        least = limit if last is None else f.intrinsic("smin", "i64", stop, limit)
        with f.loop(least, start) as loop:
            body(loop.index if step == 1 else f.mul(loop.index, size), step)
    if not rest:
        return
    if part == ALL:
        body(constant("i64", whole * step), rest)
        return
    end = constant("i64", whole)
    with f.when(f.bit_and(f.compare("le", start, end), f.compare("gt", stop, end))):
        body(constant("i64", whole * step), rest)


def _integer(number: Value | int) -> Value:
    return number if isinstance(number, Value) else constant("i64", number)
