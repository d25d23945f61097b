"""What colours, signs and marks of a table mean."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from chainrule.draw.flow import heat
from chainrule.draw.flow.columns import IDLE, OUTSIDE, idle_name, power
from chainrule.draw.terminal import STYLES, Text
from chainrule.explain.flow.records import USUAL, Flow
from chainrule.explain.flow.scale import EXPLODING, HEALTHY, NOT_FINITE, VANISHING
from chainrule.explain.flow.words import short

Array = Any
STEPS = 5  # colours of each side that are shown


def legend(flow: Flow, paint: heat.Paint | None, each: int) -> Iterator[Text]:
    """Yield what there is to say of a table; of what does not occur, nothing.

    Args:
        flow: what was drawn.
        paint: its colours, None without.
        each: layers in a line.
    """
    yield Text("")
    yield scale(flow, paint)
    notes = []
    if not flow.known.all():
        notes.append("blank: not measured")
    if each > 1:
        notes.append(f"{each} layers a line, numbers of the {'worse' if each == 2 else 'worst'}")
    if not all(row.ratio_is_usual for row in flow.rows):
        notes.append(f"{OUTSIDE} beyond {power(USUAL[0])}..{power(USUAL[1])}")
    if idle_name(flow.rows) == IDLE and any(row.idle is not None for row in flow.rows):
        notes.append("idle: dead, or saturated where there are two bounds")
    if notes:
        yield faint("; ".join(notes))


def scale(flow: Flow, paint: heat.Paint | None) -> Text:
    """Return the scale of the map."""
    low, high = (short(10**power) for power in (flow.band.low, flow.band.high))
    parts = [
        (np.linspace(-1, -1 / STEPS, STEPS), f"{VANISHING} < {low}"),
        (np.zeros(2), HEALTHY),
        (np.linspace(1 / STEPS, 1, STEPS), f"{EXPLODING} > {high}"),
    ]
    if not np.isfinite(flow.sizes[flow.known]).all():
        parts.append((np.full(2, np.nan), NOT_FINITE))
    text = Text()
    for shades, words in parts:
        text.append_text(sample(np.ma.array(shades, mask=False), paint))
        text.append(f" {words}   ", STYLES["faint"])
    text.rstrip()
    return text


def sample(shades: Array, paint: heat.Paint | None) -> Text:
    """Return colours, or each of the signs that stand for them once."""
    if paint:
        return heat.whole(shades, paint)
    signs = heat.signs(shades)
    return Text(signs[0] + "".join(b for a, b in pairwise(signs) if a != b))


def faint(words: str) -> Text:
    return Text(words, STYLES["faint"])
