"""What recording costs, and how much of it is allowed.

Each kind of work has its own part of the 2 %, so that none starves another. In the first seconds
more is allowed, so that short runs are recorded closely; after ten seconds all is within the 2 %.
"""

from dataclasses import dataclass, field
from math import sqrt

SHARE = 0.02  # of the time of training
PARTS = {"histograms": 0.1, "snapshots": 0.1, "writing": 0.15}
LEAST, MOST = 0.1, 0.5  # parts for statistics, which leave room for the others
UNSEEN = 0.25  # the part of what no clock here sees: caches that recording has emptied
GRACE, SPREAD = 0.05, 0.1  # seconds given on top, most of them in the first tenth of a second
FIRST, NEXT = 3, 64  # steps that are measured whatever it costs, and while GRACE lasts
LONG = 16  # updates in one call: what one takes less than one alone is the price of a call
CHEAP = 2e-4  # seconds of an update; above it the price of a call does not matter
LOOSE = 1.1  # rather look a little late than twice
NEVER = float("inf")
LATELY = 9  # measurements


@dataclass
class Ledger:
    """Seconds of a training run, and of what is recorded.

    Attributes:
        total: all seconds, recording included.
        paid: seconds spent on each kind of work, as far as they were measured.
        calls: how many times native code was left early in order to measure something.
        measured: how many steps were measured.
        step: seconds of an update, lately.
    """

    total: float = 0.0
    paid: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys([*PARTS, "statistics", "calls"], 0.0)
    )
    calls: int = 0
    measured: int = 0
    step: float = 0.0
    _lately: list[float] = field(default_factory=list)
    _one: float = NEVER  # the fastest update alone, and among many
    _many: float = NEVER

    def train(self, steps: int, seconds: float) -> None:
        """Note so many updates in one call."""
        self.total += seconds
        if steps == 1 and seconds < self._one:
            self._one = seconds
        if steps >= LONG or self._many == NEVER:
            self.step = seconds / steps
        if steps >= LONG and self.step < self._many:
            self._many = self.step

    def pay(self, what: str, seconds: float) -> None:
        """Note time that was spent on some kind of work."""
        self.total += seconds
        self.paid[what] += seconds

    def measure(self, seconds: float) -> None:
        """Note the time it took to measure one step."""
        self.measured += 1
        self._lately = [*self._lately[1 - LATELY :], seconds]
        self.pay("statistics", seconds)

    @property
    def price(self) -> float:
        """Seconds that it takes to measure one step: the median of the last few, and two calls."""
        lately = sorted(self._lately)
        return lately[len(lately) // 2] + self.call if lately else 0.0

    @property
    def call(self) -> float:
        """Seconds that it costs to leave native code and to enter it again, once that is known."""
        known = max(self._one, self._many) < NEVER
        return max(0.0, self._one - self._many) if known else 0.0

    @property
    def wants_many(self) -> bool:
        """Whether the price of a call is not known yet, though it matters."""
        return self._many == NEVER and self._one < CHEAP

    @property
    def spent(self) -> float:
        """Seconds spent on recording."""
        return sum(self.paid.values()) + self.calls * self.call

    @property
    def share(self) -> float:
        """Which share of the time was spent on recording."""
        return self.spent / self.total if self.total else 0.0

    def affords(self, what: str) -> bool:
        """Return whether some kind of work has not used up its part."""
        return self.paid[what] <= PARTS[what] * (SHARE * self.total + GRACE)

    def wait(self) -> int:
        """Return after how many updates a step may be measured; 0 for the very next one."""
        if self.measured < FIRST or (
            self.measured < NEXT and self.paid["statistics"] + self.price < GRACE
        ):
            return 0
        needed = self.paid["statistics"] + self.calls * self.call + self.price
        late = due(needed, self.part) - self.total
        return 0 if late <= 0 else int(min(LOOSE * late / max(self.step, 1e-9), 1 << 30)) + 1

    @property
    def part(self) -> float:
        """Which part of the share is left for statistics by the rest."""
        rest = sum(self.paid.values()) - self.paid["statistics"]
        left = 1 - UNSEEN - max(rest - GRACE, 0.0) / max(SHARE * self.total, 1e-9)
        return min(max(left, LEAST), MOST)


def allowed(total: float, part: float) -> float:
    """Return how many seconds statistics may have taken after so many altogether.

    >>> round(allowed(0.1, 0.5), 3), round(allowed(10, 0.5), 3)
    (0.026, 0.15)
    """
    return part * SHARE * total + GRACE * total / (total + SPREAD)


def due(spent: float, part: float) -> float:
    """Return after how many seconds statistics may have taken so many: `allowed` undone.

    >>> round(due(allowed(3.0, 0.5), 0.5), 9)
    3.0
    """
    slope = part * SHARE
    half = (slope * SPREAD + GRACE - spent) / (2 * slope)
    return sqrt(half**2 + spent * SPREAD / slope) - half
