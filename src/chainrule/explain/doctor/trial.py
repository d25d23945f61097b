"""Trials of a net before it is trained: what was done, what came, what was expected."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, overload

from chainrule.explain.renderers import render


@dataclass(frozen=True)
class Trial:
    """One trial.

    Attributes:
        name: "loss at chance", "more regularisation, more loss" or "20 rows overfitted".
        did: what was done.
        came: what came of it.
        expected: what was expected.
        number, low, high: what was measured, and between what it had to be.
        remedy: what to look at where it failed.
    """

    name: str
    did: str
    came: str
    expected: str
    number: float
    low: float
    high: float
    remedy: str

    @property
    def ok(self) -> bool:
        """Whether it came as expected."""
        return self.low <= self.number <= self.high

    def as_dict(self) -> dict[str, Any]:
        """Return the trial as plain values; numbers that are not finite are None."""
        plain = {k: None if isinstance(v, float) and not isfinite(v) else v
                 for k, v in asdict(self).items()}  # fmt: skip
        return {**plain, "ok": self.ok}


@dataclass(frozen=True)
class Sanity(Sequence[Trial]):
    """The trials of a net: a sequence of them, which prints as a report.

    Attributes:
        trials: in the order in which they were made.
    """

    trials: tuple[Trial, ...]

    @property
    def ok(self) -> bool:
        """Whether all came as expected."""
        return all(trial.ok for trial in self.trials)

    @overload
    def __getitem__(self, index: int) -> Trial: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Trial, ...]: ...

    def __getitem__(self, index: int | slice) -> Trial | tuple[Trial, ...]:
        return self.trials[index]

    def __len__(self) -> int:
        return len(self.trials)

    def __iter__(self) -> Iterator[Trial]:
        return iter(self.trials)

    def __str__(self) -> str:
        return render("sanity", self)

    __repr__ = __str__
