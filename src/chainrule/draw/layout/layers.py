"""Which column each direct part of a container stands in.

Columns are longest paths. Then what has room moves right, next to its nearest consumer, unless that
would make more wire longer than shorter: leaves always do, and chains that hang on one long wire.
"""

from chainrule.draw.layout.parts import Part
from chainrule.errors import UsageError


def layers(part: Part) -> tuple[dict[str, int], int]:
    """Return the column of each member, and how many columns there are.

    What comes in from outside stands in a column before all members, what goes out behind them.

    Raises:
        UsageError: the parts depend on each other in a circle.
    """
    into: dict[str, list[str | None]] = {name: [] for name in part.members}
    out_of: dict[str, list[str | None]] = {name: [] for name in part.members}
    for piece in part.pieces:
        if piece.target is not None:
            into[piece.target].append(piece.source)
        if piece.source is not None:
            out_of[piece.source].append(piece.target)
    first = int(any(piece.source is None for piece in part.pieces))
    order = ordered(into, out_of)
    column = dict.fromkeys(order, first)
    for name in order:
        for target in out_of[name]:
            if target is not None:
                column[target] = max(column[target], column[name] + 1)
    last = max(column.values(), default=first)
    stretched = stretches(order, into, out_of)
    for name in reversed(order):
        if out_of[name] and stretched[name] <= len(out_of[name]):
            column[name] = min(last if x is None else column[x] - 1 for x in out_of[name])
    exits = int(any(piece.target is None for piece in part.pieces))
    return column, last + 1 + exits


def ordered(into: dict[str, list[str | None]], out_of: dict[str, list[str | None]]) -> list[str]:
    """Return the members, sources before targets, otherwise in the order they came."""
    waiting = {name: sum(x is not None for x in sources) for name, sources in into.items()}
    found = [name for name, count in waiting.items() if not count]
    for name in found:
        for target in out_of[name]:
            if target is not None:
                waiting[target] -= 1
                if not waiting[target]:
                    found.append(target)
    if len(found) < len(into):
        rest = ", ".join(name for name, count in waiting.items() if count)
        raise UsageError(f"these depend on each other in a circle, so no order fits: {rest}")
    return found


def stretches(
    order: list[str], into: dict[str, list[str | None]], out_of: dict[str, list[str | None]]
) -> dict[str, int]:
    """Return for each member how many wires become longer if it moves right.

    What serves nothing else comes along where that costs no more than the wire between.
    """
    found: dict[str, int] = {}
    for name in order:
        found[name] = sum(
            min(1, found[x]) if x is not None and len(out_of[x]) == 1 else 1 for x in into[name]
        )
    return found
