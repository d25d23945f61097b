"""Probes: what is measured inside the native step, at the steps that are asked for.

A probe is a gate like any other, added to the step's circuit before anything is compiled: it is
computed beside the gates it looks at, and what is not watched costs nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.errors import UsageError, nearest
from chainrule.graph.registry import ops
from chainrule.nn.names import match

USUAL = ("norm", "mean", "std", "zeros")
FLAT = 0.01  # a local gradient below it counts as saturated
LOWEST, HIGHEST = -24, 8  # powers of two that the histogram tells apart
SIDE = HIGHEST - LOWEST + 1  # bins of each sign; beside them one for 0 and one for NaN and infinity


@dataclass(frozen=True)
class Watch:
    """What to watch while a net is trained.

    Attributes:
        names: patterns of names as `cr.names` lists them (`layers.3`, `layers.*.weight`), alone for
            the value, with `@grad` for the gradient, with `@update` for the last change.
        stats: what is measured of each: "value" (the array itself), "norm" (root of the sum of
            squares), "mean", "std", "zeros" (share of entries that are 0), "saturated" (share of
            entries of an activation whose local gradient is below 0.01), "histogram" (counts by
            sign and power of two, see `edges`), "ratio" (of a parameter: norm of the update by norm
            of the weights).
        every: at which steps: 1, 1 + every, 1 + 2 every ...

    >>> Watch("layers.*@grad", stats="norm", every=10).names
    ('layers.*@grad',)
    """

    names: Any
    stats: Any = USUAL
    every: int = 1

    def __post_init__(self) -> None:
        for name in ("names", "stats"):
            given = getattr(self, name)
            found = (given,) if isinstance(given, str) else tuple(given)
            object.__setattr__(self, name, found)
        for stat in self.stats:
            if stat not in STATS:
                raise UsageError(f"there is no statistic {stat!r}", hint=nearest(str(stat), STATS))
        if not isinstance(self.every, int) or self.every < 1:
            raise UsageError(f"every must be a whole number of at least 1, got {self.every!r}")


@dataclass(frozen=True)
class Seen:
    """A gate under its name, with what belongs to it.

    Attributes:
        value: the gate.
        gradient: the loss's gradient by it; None where none flows.
        update: a parameter's change in this step; None for other gates.
    """

    value: Any
    gradient: Any = None
    update: Any = None

    def part(self, name: str) -> Any:
        """Return what a name with its suffix stands for."""
        suffix = name.partition("@")[2]
        found = {"": self.value, "grad": self.gradient, "update": self.update}[suffix]
        if found is None:
            what = {"grad": "no gradient reaches it", "update": "only parameters have updates"}
            raise UsageError(f"{name} cannot be watched: {what[suffix]}")
        return found


def probes(watch: Watch, seen: Mapping[str, Seen]) -> dict[tuple[str, str], Any]:
    """Return (name, statistic) -> the gate that measures it.

    Raises `UsageError` for a pattern that nothing fits; the nearest name is suggested.
    """
    chosen = [name for pattern in watch.names for name in match(pattern, seen)]
    found = {}
    for name in dict.fromkeys(chosen):
        entry = seen[name.partition("@")[0]]
        for stat in watch.stats:
            found[name, stat] = STATS[stat](entry, entry.part(name))
    return found


def norm(x: Any) -> Any:
    """Return the root of the sum of squares."""
    return ops.sqrt(ops.sum(ops.square(x)))


def share(condition: Any) -> Any:
    """Return the share of entries for which a condition holds."""
    return ops.mean(ops.astype(condition, "float32"))


def saturated(entry: Seen, x: Any) -> Any:
    """Return the share of entries whose local gradient is almost 0."""
    gate = entry.value
    if gate.op is None or len(gate.inputs) != 1 or gate.op.formula is None or x is not gate:
        raise UsageError(f"{gate!r} has no local gradient to saturate: watch an activation")
    ones = np.ones(gate.shape, gate.dtype)
    (slope,) = gate.op.rule(ones, gate, *gate.inputs, **gate.attrs)
    return share(ops.less(ops.abs(slope), FLAT))


def ratio(entry: Seen, x: Any) -> Any:
    """Return the size of a parameter's update by the size of the parameter."""
    if entry.update is None:
        raise UsageError("the ratio of update and weight is for parameters")
    return norm(entry.update) / norm(entry.value)


def histogram(entry: Seen, x: Any) -> Any:
    """Return how many entries there are of each sign and power of two."""
    size = ops.abs(x)
    known = ops.logical_and(ops.isfinite(x), ops.greater(size, 0))
    power = ops.clip(ops.floor(ops.log2(ops.where(known, size, 1))), LOWEST, HIGHEST) - LOWEST
    place = SIDE + ops.where(ops.greater(x, 0), power + 1, -1 - power)
    place = ops.where(known, place, ops.where(ops.equal(size, 0), SIDE, 2 * SIDE + 1))
    index = ops.reshape(ops.astype(place, "int64"), (-1,))
    ones = np.ones(index.shape, np.float32)
    return ops.scatter_add(ones, shape=(2 * SIDE + 2,), index=index)


def edges() -> Any:
    """Return the borders of the histogram's bins but the last, which counts NaN and infinity.

    Bin i holds the numbers between entry i and entry i + 1; the first and the last reach further
    out. The bin around 0 holds 0 alone.

    >>> len(edges()), edges()[-1]
    (68, np.float64(512.0))
    """
    powers = 2.0 ** np.arange(LOWEST, HIGHEST + 2)
    return np.concatenate([-powers[::-1], powers])


STATS: dict[str, Callable[[Seen, Any], Any]] = {
    "value": lambda entry, x: x,
    "norm": lambda entry, x: norm(x),
    "mean": lambda entry, x: ops.mean(x),
    "std": lambda entry, x: ops.std(x),
    "zeros": lambda entry, x: share(ops.equal(x, 0)),
    "saturated": saturated,
    "histogram": histogram,
    "ratio": ratio,
}


@dataclass
class Probes:
    """What was measured.

    Attributes:
        steps: numbers of the updates, from 1.
        found: (name, statistic) -> one entry for each of them.

    >>> measured = Probes([1, 2], {("layers.0@grad", "norm"): [0.5, 0.25]})
    >>> measured["layers.0@grad"]["norm"].tolist()
    [0.5, 0.25]
    """

    steps: list[int] = field(default_factory=list)
    found: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> dict[str, Any]:
        """Return statistic -> array over the steps."""
        here = {stat: np.array(x) for (known, stat), x in self.found.items() if known == name}
        if not here:
            raise UsageError(f"{name!r} was not watched", hint=nearest(name, self.names))
        return here

    @property
    def names(self) -> list[str]:
        """The names that were watched."""
        return list(dict.fromkeys(name for name, _ in self.found))

    def add(self, steps: Iterable[int], kinds: Iterable[Any], arrays: Iterable[Any]) -> None:
        """Take up the results of more steps."""
        self.steps += steps
        for kind, array in zip(kinds, arrays, strict=True):
            self.found.setdefault(kind, []).extend(array)
