"""A finding: one thing that is wrong, where, by which number, after whom, and what to do."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from chainrule.explain.doctor.record import Record


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a run.

    Attributes:
        rule: the name of the rule, as `RULES` lists them.
        where: the parameter, layer, column or series; empty where it is the whole run.
        step: the first update at which it was seen; 0 means before the first.
        number: what was measured.
        threshold: the limit that the number is beyond.
        text: what is wrong, in one sentence.
        source: who says so: a paper or lecture notes, with the section.
        remedy: one thing to do about it.
    """

    rule: str
    where: str
    step: int
    number: float
    threshold: float
    text: str
    source: str
    remedy: str

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain values; a number that is not finite is None."""
        return {**asdict(self), "number": self.number if isfinite(self.number) else None}


Rule = Callable[[Record], list[Finding]]

CS231N_SGD = "CS231n notes, neural-networks-3: Before learning; Babysitting the learning process"
EFFICIENT = "LeCun, Bottou, Orr, Müller (1998), Efficient BackProp"


def figure(x: float) -> str:
    """Return a number as sentences have it.

    >>> figure(0.000012345), figure(1234.5), figure(0.98765)
    ('1.2e-05', '1.2e+03', '0.99')
    """
    return f"{x:.2g}"


def percent(x: float) -> str:
    """Return a share as sentences have it, in whole per cents.

    >>> percent(0.428)
    '43 %'
    """
    return f"{100 * x:.0f} %"
