"""Rules about the size of the updates: the rate, its stable bound, and noise."""

import numpy as np

from chainrule.explain.doctor.finding import CS231N_SGD, EFFICIENT, Finding, figure, percent
from chainrule.explain.doctor.learning import LOW, level_of
from chainrule.explain.doctor.record import Record, Series

SPIKE = 2.5  # times the loss at the beginning, or at chance
LEAST, MOST = 1e-4, 1e-2  # update by weight
SLOW = 0.5  # of the loss at the beginning: what falls below it moves fast enough
JITTER = 0.1  # ups and downs of the epochs' losses, beside these
UNEVEN = 0.5  # the ups and downs of the gradients' norms, beside these
ASTRAY = 3e-3  # update by weight, where the loss stands still
SMALL = 8  # rows of a batch in which noise is looked for
LATE = (0.5, 1.0)


def too_fast(record: Record) -> list[Finding]:
    """A rate above the stable bound: the loss grows, or jumps up and down."""
    for found in (broken(record), spiking(record), beyond_bound(record)):
        if found is not None:
            return [found]
    return []


def broken(record: Record) -> Finding | None:
    """Return a loss that stopped being a number."""
    step = record.loss.when(lambda x: ~np.isfinite(x))
    if not step and not record.fault:
        return None
    said = record.fault or f"the loss is no longer finite at step {step}"
    text = f"The training broke off: {said.rstrip('.')}{bound(record)}."
    return _too_fast(step or record.last_step, float("inf"), SPIKE, text)


def spiking(record: Record) -> Finding | None:
    """Return a loss that rises far above what it was, and above what guessing gives."""
    losses = record.fine_loss
    if len(losses.part(0.0, 1.0)) < 3:
        return None
    level = max(beginning(record), level_of(record) or 0.0)
    top = int(np.nanargmax(losses.values))
    height = float(losses.values[top]) / level if level else 0.0
    if not height > SPIKE:
        return None
    text = (
        f"The loss rose to {figure(losses.values[top])} at step {losses.steps[top]}, "
        f"{figure(height)} times what it began with or guessing gives{bound(record)}."
    )
    return _too_fast(losses.when(lambda x: x > SPIKE * level), height, SPIKE, text)


def beginning(record: Record) -> float:
    """Return the loss before the first update; of small batches, that of the first few."""
    large = (record.start.get("batch") or SMALL) >= SMALL
    return float((record.loss if large else record.fine_loss).part(0.0, 1.0)[0])


def beyond_bound(record: Record) -> Finding | None:
    """Return a rate above 2 by the largest eigenvalue, where the loss is seen to jump."""
    rate = record.of("rate").typical(*LATE)
    if not record.curvature or not is_plain(record):
        return None
    times = rate * record.curvature / 2
    if not (times > 1.5 and jitter(record.epoch_loss) > JITTER):
        return None
    text = f"The loss jumps up and down{bound(record)}."
    return _too_fast(record.last_step, rate, 2 / record.curvature, text)


def is_plain(record: Record) -> bool:
    """Return whether the bound of gradient descent is that of the optimizer."""
    return str(record.start.get("optimizer", "")).startswith("SGD")


def bound(record: Record) -> str:
    """Say where the stable bound is, where the curvature is known."""
    if not record.curvature or record.curvature <= 0:
        return ""
    rate = record.of("rate").typical(*LATE)
    now = f", and the rate is {figure(rate)}" if np.isfinite(rate) else ""
    return f"; gradient descent is stable below 2/lambda_max = {figure(2 / record.curvature)}{now}"


def _too_fast(step: int, number: float, threshold: float, text: str) -> Finding:
    return Finding(
        "rate too large",
        "loss",
        step,
        number,
        threshold,
        text,
        f"{EFFICIENT}, 5.1 (no rate above 2/lambda_max converges)",
        "Divide the rate by 10, or let it begin small: cr.optim.WarmUp.",
    )


def jitter(losses: Series) -> float:
    """Return the ups and downs of the second half, beside what the losses are, without a trend."""
    values = losses.part(*LATE)
    if len(values) < 4 or not values.mean() > 0:
        return 0.0
    # A trend cancels in second differences, whose variance is six times that of the noise.
    return float(np.sqrt(np.mean(np.diff(values, 2) ** 2) / 6) / values.mean())


def noisy(record: Record) -> list[Finding]:
    """Batches so small that single rows drive the weights about: large updates that lead nowhere.

    Where the loss stands still and the weights do not, the updates cancel each other.
    """
    batch = record.start.get("batch")
    moves = max((record.of(n, "ratio").typical(*LATE) for n in record.matrices), default=0.0)
    spread = unevenness(record)
    if not batch or batch > SMALL or record.fault or spread < UNEVEN:
        return []
    if not (moves > ASTRAY and stalled(record)):
        return []
    known = f"; noise and gradient are alike in batches of {figure(record.noise or 0)} rows"
    return [
        Finding(
            "batch too small",
            "loss",
            record.last_step,
            moves,
            ASTRAY,
            f"With {batch} row{'s' * (batch > 1)} a batch the gradient's norm varies by "
            f"{percent(spread)} from step to step, and updates of {figure(moves)} of the weights "
            f"lead nowhere: the loss no longer falls{known if record.noise else ''}.",
            "McCandlish, Kaplan, Amodei (2018), An Empirical Model of Large-Batch Training, 2.2; "
            f"{EFFICIENT}, 4.1",
            "Take larger batches (32), or a rate that falls as the training goes on.",
        )
    ]


def unevenness(record: Record) -> float:
    """Return by how much the norm of the whole gradient varies from step to step."""
    norms = [record.of(f"{name}@grad", "norm") for name in record.matrices]
    norms = [series for series in norms if len(series) == len(norms[0])]
    if not norms or not len(norms[0]):
        return 0.0
    whole = Series(norms[0].steps, np.sqrt(sum(s.values**2 for s in norms))).part(*LATE)
    return float(whole.std() / whole.mean()) if len(whole) > 2 and whole.mean() > 0 else 0.0


def stalled(record: Record) -> bool:
    """Return whether the loss of the last quarter is hardly lower than before, and not near 0."""
    losses = record.epoch_loss
    before, end = losses.part(0.5, 0.75), losses.part(0.75, 1.0)
    if len(end) < 2:
        return False
    level = level_of(record) or beginning(record)
    return float(end.mean()) > max(0.8 * float(before.mean()), LOW * level)


def ratio(record: Record) -> list[Finding]:
    """Updates that are too small or too large beside the weights, in a run that learns badly."""
    sizes = {name: record.of(name, "ratio") for name in record.matrices}
    typical = {name: s.typical() for name, s in sizes.items() if len(s.part(0.0, 1.0))}
    if not typical:
        return []
    largest, smallest = max(typical, key=typical.__getitem__), min(typical, key=typical.__getitem__)
    first, end = (record.epoch_loss.typical(*x) for x in ((0.0, 0.1), (0.9, 1.0)))
    if typical[largest] < LEAST and end > SLOW * first:
        return [_ratio(record, largest, typical[largest], LEAST, "below", "Raise the rate.")]
    if np.median([*typical.values()]) > MOST and not end < learnt(record, first):
        return [_ratio(record, largest, typical[largest], MOST, "above", "Lower the rate.")]
    if typical[smallest] < LEAST / 10 and typical[largest] > 100 * typical[smallest]:
        remedy = "See why so little gradient comes there, or give this layer a rate of its own."
        return [_ratio(record, smallest, typical[smallest], LEAST, "below", remedy)]
    return []


def learnt(record: Record, first: float) -> float:
    """Return the loss below which large updates do no harm that is seen."""
    return SLOW * min(first, level_of(record) or first)


def _ratio(record: Record, name: str, size: float, limit: float, side: str, remedy: str) -> Finding:
    series = record.of(name, "ratio")
    out = (lambda x: x < limit) if side == "below" else (lambda x: x > limit)
    return Finding(
        "update ratio",
        name,
        series.when(out),
        size,
        limit,
        f"An update changes {name} by {figure(size)} of its size, {side} {figure(limit)}; in nets "
        f"that learn well it is about 0.001.",
        f"{CS231N_SGD} (Ratio of weights:updates)",
        remedy,
    )
