"""All rules, in the order of causes, and what they find in a record."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from chainrule.explain.doctor import data, flow, learning, steps, units
from chainrule.explain.doctor.finding import Finding, Rule
from chainrule.explain.doctor.record import BOUNDED, CUT, Record
from chainrule.explain.renderers import render

RULES: dict[str, Rule] = {  # causes before what follows from them
    "constant labels": data.labels,
    "inputs badly scaled": data.inputs,
    "symmetric units": units.symmetric,
    "exploding gradient": flow.exploding,
    "vanishing gradient": flow.vanishing,
    "saturated units": units.saturated,
    "rate too large": steps.too_fast,
    "dead units": units.dead,
    "batch too small": steps.noisy,
    "update ratio": steps.ratio,
    "loss at chance": learning.at_chance,
    "loss not moving": learning.not_moving,
    "overfitting": learning.overfitting,
}
NEEDS: dict[str, Callable[[Record], Any]] = {  # what a rule cannot do without
    "constant labels": lambda record: record.start.get("targets"),
    "inputs badly scaled": lambda record: record.start.get("inputs"),
    "symmetric units": lambda record: record.weights,
    "exploding gradient": lambda record: has(record, "norm", "std"),
    "vanishing gradient": lambda record: has(record, "norm", "std"),
    "saturated units": lambda record: has(record, "saturated") or not record.activations(BOUNDED),
    "rate too large": lambda record: len(record.loss),
    "dead units": lambda record: has(record, "dead", "zeros") or not record.activations(CUT),
    "batch too small": lambda record: record.start.get("batch") and has(record, "ratio"),
    "update ratio": lambda record: has(record, "ratio"),
    "loss at chance": lambda record: learning.level_of(record) is not None and len(record.loss),
    "loss not moving": lambda record: len(record.loss),
    "overfitting": lambda record: len(record.of("val_loss")),
}


def has(record: Record, *stats: str) -> bool:
    """Return whether any of these statistics was recorded of anything."""
    return any(name.rpartition(":")[2] in stats for name in record.series if ":" in name)


@dataclass(frozen=True)
class Diagnosis(Sequence[Finding]):
    """What the doctor found, likely causes first; a sequence of findings, empty where all is well.

    Attributes:
        findings: one for each rule that fired at most, in the order of `RULES`.
        title: which run it is about.
        looked: the names of the rules that were asked: those whose numbers are there.
    """

    findings: tuple[Finding, ...] = ()
    title: str = "run"
    looked: tuple[str, ...] = tuple(RULES)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def rules(self) -> list[str]:
        """The names of the rules that fired."""
        return [finding.rule for finding in self.findings]

    def as_dict(self) -> dict[str, Any]:
        """Return the diagnosis as plain values."""
        return {
            "run": self.title,
            "ok": self.ok,
            "findings": [finding.as_dict() for finding in self.findings],
            "looked": list(self.looked),
        }

    @overload
    def __getitem__(self, index: int) -> Finding: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...

    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __str__(self) -> str:
        return render("diagnosis", self)

    __repr__ = __str__


def examine(record: Record, title: str = "run") -> Diagnosis:
    """Ask every rule about a record whose numbers are there."""
    with np.errstate(all="ignore"):
        looked = [name for name in RULES if NEEDS[name](record)]
        found = [finding for name in looked for finding in RULES[name](record)]
    return Diagnosis(tuple(found), title, tuple(looked))
