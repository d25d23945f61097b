"""The trials of a net before training, as text."""

from typing import Any

from chainrule.draw.terminal import heading, indented, line, plain_text, stacked
from chainrule.explain.doctor.trial import Sanity, Trial


def text(sanity: Sanity) -> str:
    """Return the trials as plain text."""
    return plain_text(whole(sanity))


def whole(sanity: Sanity) -> Any:
    """Return the trials for a terminal, in their order."""
    good = sum(trial.ok for trial in sanity)
    said = line((f"{good} of {len(sanity)} trials came as expected", "strong"))
    return stacked([said, *map(entry, sanity)])


def entry(trial: Trial) -> Any:
    """Return one trial: what was done, what came, what was expected."""
    head = heading(f"{'✓' if trial.ok else '✗'} {trial.name}")
    lines = [
        line(("Did: ", "faint"), trial.did),
        line(("Came: ", "faint"), trial.came),
        line(("Expected: ", "faint"), trial.expected),
    ]
    if not trial.ok:
        lines.append(line(("Try: ", "forward"), trial.remedy))
    return stacked([head, *(indented(x) for x in lines)])
