"""Values as scenes hold them: numbers, and summaries of arrays."""

import math
from typing import Any

import numpy as np

from chainrule.explain.scene.records import Histogram, Summary, Value

MOST = 4096  # entries of an array that are kept
BINS = 24


def shown_value(x: Any) -> Value:
    """Return a number as it is, an array as its summary, None for None."""
    if x is None:
        return None
    if not np.shape(x):
        return float(x)
    return summary(np.asarray(x))


def summary(array: Any) -> Summary:
    """Return what is told of an array: spread, counts, and the entries of a small one."""
    numbers = np.asarray(array, np.float64)
    finite = numbers[np.isfinite(numbers)]
    return Summary(
        shape=array.shape,
        dtype=array.dtype.name,
        min=float(finite.min()) if finite.size else None,
        max=float(finite.max()) if finite.size else None,
        mean=float(finite.mean()) if finite.size else None,
        norm=norm(finite),
        counts=counts(numbers),
        histogram=histogram(finite),
        data=tuple(numbers.ravel().tolist()) if numbers.size <= MOST else None,
    )


def norm(finite: Any) -> float | None:
    """Return the square root of the sum of squares, without overflow on the way."""
    if not finite.size:
        return None
    largest = float(np.abs(finite).max())
    return largest * float(np.sqrt(np.sum((finite / largest) ** 2))) if largest else 0.0


def counts(numbers: Any) -> dict[str, int]:
    return {
        "nan": int(np.isnan(numbers).sum()),
        "-inf": int((numbers == -np.inf).sum()),
        "negative": int((np.isfinite(numbers) & (numbers < 0)).sum()),
        "zero": int((numbers == 0).sum()),
        "positive": int((np.isfinite(numbers) & (numbers > 0)).sum()),
        "+inf": int((numbers == np.inf).sum()),
    }


def histogram(finite: Any) -> Histogram | None:
    """Return how many entries are how large, by log10; None where all are zero."""
    sizes = np.abs(finite[finite != 0])
    if not sizes.size:
        return None
    decades = np.log10(sizes)
    low, high = math.floor(decades.min()), math.ceil(decades.max())
    high = max(high, low + 1)
    found, _ = np.histogram(decades, bins=BINS, range=(low, high))
    return Histogram(low=low, high=high, counts=tuple(found.tolist()))
