"""Rules about units: those that are dead, saturated, or copies of each other."""

import numpy as np

from chainrule.explain.doctor.finding import EFFICIENT, Finding, percent
from chainrule.explain.doctor.record import BOUNDED, CUT, Array, Record

DEAD = 0.4  # of a layer's units, for whole batches
ZERO = 0.95  # of a layer's outputs, where nothing is known of units
SATURATED = 0.6  # of a layer's outputs
EQUAL = 1e-5  # relative: two units whose weights differ less are copies
COPIES = 0.2  # of a layer's units
FEW = 32  # rows in a batch, below which an idle unit may only wait for its row
LATE = (0.75, 1.0)


def dead(record: Record) -> list[Finding]:
    """Rectifiers that are 0 for all rows: no gradient passes them, so that they stay so."""
    found = []
    for path in record.activations(CUT):
        units, outputs = record.of(path, "dead"), record.of(path, "zeros")
        large = (record.start.get("batch") or FEW) >= FEW
        series, limit = (units, DEAD) if len(units) and large else (outputs, ZERO)
        share = series.typical(*LATE)
        if share > limit:
            found.append((share, path, limit, series.when(lambda x, most=limit: x > most)))
    if not found:
        return []
    share, path, limit, step = max(found)
    what = "units" if limit == DEAD else "outputs"
    return [
        Finding(
            "dead units",
            path,
            step,
            share,
            limit,
            f"{percent(share)} of the {what} of {path} are 0 for whole batches"
            f"{others(len(found))}: no gradient passes them.",
            "CS231n notes, neural-networks-1: Commonly used activation functions (ReLU)",
            "Lower the rate, or use leaky_relu or elu, which have a gradient on both sides.",
        )
    ]


def others(count: int) -> str:
    """Say in how many more layers it is so.

    >>> others(1), others(2), others(3)
    ('', ', and so it is in another layer', ', and so it is in 2 other layers')
    """
    if count < 2:
        return ""
    return f", and so it is in {'another layer' if count == 2 else f'{count - 1} other layers'}"


def saturated(record: Record) -> list[Finding]:
    """Outputs at the bounds of an activation, where its slope is almost 0."""
    found = []
    for path in record.activations(BOUNDED):
        series = record.of(path, "saturated")
        share = max(series.typical(*LATE), series.typical(0.0, 1.0)) if len(series) else 0.0
        if share > SATURATED:
            found.append((share, path, series.when(lambda x: x > SATURATED)))
    if not found:
        return []
    share, path, step = max(found)
    return [
        Finding(
            "saturated units",
            path,
            step,
            share,
            SATURATED,
            f"{percent(share)} of the outputs of {path} are at their bounds, where the slope is "
            f"below 0.01{others(len(found))}.",
            f"{EFFICIENT}, 4.4 to 4.6",
            "Draw smaller weights (standard deviation fan-in to the power -1/2), bring the inputs "
            "to mean 0 and variance 1, or lower the rate.",
        )
    ]


def symmetric(record: Record) -> list[Finding]:
    """Units that are copies of each other: they get the same gradients, and stay copies."""
    found = []
    *hidden, _ = record.matrices or [""]
    for name in hidden:
        if name in record.weights:
            share = copies(units(record, name))
            if share > COPIES:
                found.append((share, name))
    if not found:
        return []
    share, name = max(found)
    return [
        Finding(
            "symmetric units",
            name,
            record.last_step,
            share,
            COPIES,
            f"{percent(share)} of the units of {name} have the same weights as another"
            f"{others(len(found))}: they compute the same, and learn the same.",
            "CS231n notes, neural-networks-2: Weight initialization; Goodfellow, Bengio, "
            "Courville (2016), Deep Learning, 8.4",
            "Draw the weights at random, each unit its own: init='he_normal' instead of zeros or "
            "a constant.",
        )
    ]


def units(record: Record, name: str) -> Array:
    """Return a row for each unit: its incoming weights, and its bias where there is one."""
    weight = np.asarray(record.weights[name], np.float64)
    rows = weight.reshape(len(weight), -1)
    bias = record.weights.get(name.removesuffix("weight") + "bias")
    if not name.endswith("weight") or bias is None or np.shape(bias) != (len(rows),):
        return rows
    return np.column_stack([rows, bias])


def copies(rows: Array) -> float:
    """Return the share of rows that are equal, but for rounding, to another one.

    >>> copies(np.array([[1.0, 2.0], [1.0, 2.0], [3.0, 4.0], [1.0, 2.1]]))
    0.5
    """
    if len(rows) < 2 or not np.isfinite(rows).all():
        return 0.0
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    one = np.where(size > 0, size, 1.0)
    told = np.round(np.column_stack([rows / one, np.log(one)]) / EQUAL)
    _, place, counts = np.unique(told, axis=0, return_inverse=True, return_counts=True)
    return float((counts[place.ravel()] > 1).mean())
