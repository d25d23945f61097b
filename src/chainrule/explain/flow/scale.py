"""The scale of gradients: in powers of ten, healthy in a band, then vanishing and exploding."""

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
LOW, HIGH = -4.2, -2.2  # the root mean square of a healthy gradient, as a power of ten
DEEP, STEEP = -11.0, 4.0  # where the scale ends

HEALTHY, VANISHING, EXPLODING, NOT_FINITE = "healthy", "vanishing", "exploding", "not finite"


@dataclass(frozen=True)
class Band:
    """The powers of ten between which a gradient is healthy."""

    low: float = LOW
    high: float = HIGH

    def shade(self, sizes: Array) -> Array:
        """Return where sizes stand: 0 in the band, down to −1 below it, up to 1 above it.

        NaN where a size is not finite.

        >>> Band().shade(np.array([1e-3, 0.0, 10.0**-7.6, 1e4, np.inf])).round(2).tolist()
        [0.0, -1.0, -0.5, 1.0, nan]
        """
        sizes = np.asarray(sizes, np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            power = np.log10(sizes)
        below = (self.low - power) / (self.low - min(DEEP, self.low - 1))
        above = (power - self.high) / (max(STEEP, self.high + 1) - self.high)
        found = np.clip(above, 0, 1) - np.clip(below, 0, 1)
        return np.where(np.isfinite(sizes), found, np.nan)

    def verdict(self, size: float) -> str:
        """Return what a size is called.

        >>> Band().verdict(4.2e-10), Band().verdict(1e-3), Band().verdict(float("inf"))
        ('vanishing', 'healthy', 'not finite')
        """
        shade = float(self.shade(size))
        if np.isnan(shade):
            return NOT_FINITE
        return VANISHING if shade < 0 else EXPLODING if shade else HEALTHY

    def around(self, sizes: Array) -> "Band":
        """Return a band of the same width about the median of what was measured."""
        known = sizes[np.isfinite(sizes) & (sizes > 0)]
        if not len(known):
            return self
        middle, half = float(np.log10(np.median(known))), (self.high - self.low) / 2
        return Band(middle - half, middle + half)
