"""Rules about what the loss comes to: chance, standing still, overfitting."""

import numpy as np

from chainrule.explain.doctor.finding import CS231N_SGD, Finding, figure, percent
from chainrule.explain.doctor.levels import chance
from chainrule.explain.doctor.record import Record

NEAR = 0.95  # of the loss at chance: what is not below it has learnt nothing
STILL = 0.02  # of the loss at the beginning, by which it falls at least
LOW = 0.1  # of the loss at chance: what is below it is good enough
RISEN = 1.2  # times the lowest held-out loss
APART = 2.0  # times the training loss
EPOCHS = 5  # from which on held-out losses are compared


def at_chance(record: Record) -> list[Finding]:
    """A loss that knows nothing of the inputs: that of the shares of the classes, or of the mean.

    Held-out rows tell it also where the training rows are learnt by heart, as shuffled labels are.
    """
    level = level_of(record)
    if not level:
        return []
    trained, held_out = record.epoch_loss, record.of("val_loss")
    end = trained.typical(0.75, 1.0)
    if end >= NEAR * level:
        return [_chance(record, "loss", end, level, "training")]
    best = held_out.part(0.0, 1.0).min() if len(held_out.part(0.0, 1.0)) else np.nan
    if len(held_out) >= EPOCHS and best >= NEAR * level:
        return [_chance(record, "val_loss", float(best), level, "held-out")]
    return []


def level_of(record: Record) -> float | None:
    """Return the loss at chance level, None where it is not known."""
    return chance(record.start.get("loss"), record.start.get("targets") or {})


def _chance(record: Record, series: str, end: float, level: float, which: str) -> Finding:
    learnt = "nothing is learnt from the inputs"
    text = (
        f"The {which} loss comes to {figure(end)}, and guessing by the shares of the targets "
        f"alone gives {figure(level)}: {learnt if which == 'training' else learnt + ' that holds'}."
    )
    return Finding(
        "loss at chance",
        series,
        record.last_step,
        end,
        NEAR * level,
        text,
        CS231N_SGD,
        "Look whether inputs and targets still belong together row by row; then overfit 20 rows "
        "(cr.sanity_check), which a sound net and rate can.",
    )


def not_moving(record: Record) -> list[Finding]:
    """A loss that ends where it began."""
    losses = record.epoch_loss
    if len(losses) < 2 or record.fault:
        return []
    first, end = losses.typical(*FIRST), losses.typical(*LAST)
    level = level_of(record)
    if (level and first < LOW * level) or not first > 0 or abs(first - end) >= STILL * first:
        return []
    fall = (first - end) / first
    return [
        Finding(
            "loss not moving",
            "loss",
            record.last_step,
            fall,
            STILL,
            f"The loss began at {figure(first)} and is at {figure(end)} after "
            f"{record.last_step} steps: it fell by {percent(max(fall, 0))}.",
            CS231N_SGD,
            "Raise the rate ten times; if nothing moves then, look for a layer that no gradient "
            "reaches.",
        )
    ]


FIRST, LAST = (0.0, 0.1), (0.9, 1.0)


def overfitting(record: Record) -> list[Finding]:
    """A held-out loss that rises while the training loss falls on."""
    held_out = record.of("val_loss")
    known = held_out.part(0.0, 1.0)
    if len(known) < EPOCHS or len(known) < len(held_out):
        return []
    best, end = float(known.min()), float(np.median(known[-max(3, len(known) // 10) :]))
    trained = record.epoch_loss.typical(*LAST)
    level = level_of(record) or float(known[0])
    if not (end > RISEN * best and end > APART * trained and end > LOW * level):
        return []
    place = int(known.argmin())
    return [
        Finding(
            "overfitting",
            "val_loss",
            int(held_out.steps[place]),
            end / best,
            RISEN,
            f"The held-out loss was lowest at step {held_out.steps[place]}, {figure(best)}, and "
            f"has risen to {figure(end)}, while that of training fell to {figure(trained)}.",
            "CS231n notes, neural-networks-3: Train/Val accuracy; Bishop (2006), Pattern "
            "Recognition and Machine Learning, 5.5.2",
            "Stop at the best epoch (patience=5), or take a penalty (l2), dropout, a smaller net, "
            "or more rows.",
        )
    ]
