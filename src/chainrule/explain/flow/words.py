"""What the map shows, in one sentence."""

import math
from collections.abc import Mapping, Sequence

from chainrule.explain.flow.records import Row
from chainrule.explain.flow.scale import HEALTHY, Band


def sentence(
    rows: Sequence[Row], since: Mapping[str, int], figures: Mapping[str, float], band: Band
) -> str:
    """State the finding: what becomes of the gradient from the last layer to the first.

    Args:
        rows: as they were measured last.
        since: name of a tensor whose gradient is not finite -> the first step at which it was not.
        figures: the newest `loss`, `accuracy`.
        band: what counts as healthy.
    """
    known = [row for row in rows if row.gradient is not None]
    said = broken(known, since) or spread(known, band)
    return " ".join(part for part in (said, outcome(figures)) if part)


def broken(rows: Sequence[Row], since: Mapping[str, int]) -> str:
    bad = [row for row in rows if row.name in since]
    if not bad:
        return ""
    where = f"{len(bad)} of {len(rows)} layers"
    if len(bad) == len(rows):
        where = "every layer"
    elif len(bad) == 1:
        where = bad[0].label
    return f"Non-finite gradients in {where} since step {min(since.values())}."


def spread(rows: Sequence[Row], band: Band) -> str:
    """Compare the first layer with the last."""
    if len(rows) < 2:
        return ""
    first, last = rows[0].gradient or 0.0, rows[-1].gradient or 0.0
    ends = f"First layer {short(first)}, last {short(last)}"
    over = f"over {len(rows)} layers"
    if not first:
        return f"{ends}: no gradient reaches the first layer."
    if last >= 2 * first:
        return f"{ends}: a factor of {short(last / first)} lost {over}."
    if 2 * last <= first:
        return f"{ends}: grown by a factor of {short(first / last if last else math.inf)} {over}."
    usual = all(band.verdict(x) == HEALTHY for x in (first, last))
    return f"{ends}: {'the gradient arrives whole' if usual else 'of like size'} {over}."


def outcome(figures: Mapping[str, float]) -> str:
    if "loss" not in figures:
        return ""
    said = f"Loss {short(figures['loss'], 3)}"
    if "accuracy" in figures:
        said += f", accuracy {100 * figures['accuracy']:.0f} %"
    return f"{said}."


def short(x: float, digits: int = 2) -> str:
    """Write a number as sentences have it.

    >>> short(4.2e-10), short(260_000), short(0.01234), short(18), short(0.6543, 3)
    ('4.2e-10', '2.6e5', '0.012', '18', '0.654')
    """
    if not math.isfinite(x):
        return "NaN" if math.isnan(x) else "∞" if x > 0 else "−∞"
    if not x:
        return "0"
    sign = "−" if x < 0 else ""
    mantissa, _, power = f"{abs(x):.{digits - 1}e}".partition("e")
    if not -3 <= int(power) <= 4:
        return f"{sign}{mantissa.removesuffix('.0')}e{int(power)}"
    written = f"{abs(x):.{max(0, digits - 1 - int(power))}f}"
    return sign + (written.rstrip("0").rstrip(".") if "." in written else written)
