"""A figure over the steps in a line of text."""

from typing import Any

import numpy as np

Array = Any
BARS = "▁▂▃▄▅▆▇"  # none that touches what stands above
BROKEN = "!"
FAR = 1e3  # from the least to the largest: then powers of ten are shown


def sparkline(values: Array, known: Array) -> str:
    """Return a bar for each value from the least to the largest; blank where there is none.

    >>> sparkline(np.array([0.0, 0.5, 1.0, np.inf]), np.array([True, True, True, True]))
    '▁▄▇!'
    """
    sound = known & np.isfinite(values)
    heights = np.zeros(len(values))
    shown = np.log10(values[sound]) if is_far(values, known) else values[sound]
    if sound.any():
        low, span = shown.min(), np.ptp(shown)
        heights[sound] = (shown - low) / span if span else 0
    places = np.rint(heights * (len(BARS) - 1)).astype(int)
    return "".join(
        " " if not there else BARS[place] if fine else BROKEN
        for there, fine, place in zip(known, sound, places, strict=True)
    )


def is_far(values: Array, known: Array) -> bool:
    """Return whether values lie so far apart that only their powers of ten can be shown."""
    sound = values[known & np.isfinite(values)]
    return bool(len(sound) and sound.min() > 0 and sound.max() / sound.min() > FAR)
