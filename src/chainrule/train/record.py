"""Probes: what is measured inside the native step, at the steps that are asked for.

A probe is a gate like any other, added to the step's circuit before anything is compiled: it is
computed beside the gates it looks at, and what is not watched costs nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.errors import UsageError, nearest
from chainrule.graph.gate import Operators
from chainrule.graph.registry import ops
from chainrule.nn.names import match
from chainrule.nn.walk import survey

Array = Any
USUAL = ("norm", "mean", "std", "zeros")
FLAT = 0.01  # a local gradient below it counts as saturated
LOWEST, HIGHEST = -24, 8  # powers of two that the histogram tells apart
SIDE = HIGHEST - LOWEST + 1  # bins of each sign; beside them one for 0 and one for NaN and infinity


@dataclass(frozen=True)
class Watch:
    """What to watch while a net is trained.

    Attributes:
        names: patterns of names as `cr.names` lists them (`layers.3`, `layers.*.weight`), alone for
            the value, with `@grad` for the gradient, with `@update` for the last change; or parts
            of the model itself, such as `net.layers[3]` and `net.layers[3].weight`.
        stats: what is measured of each: "value" (the array itself), "norm" (root of the sum of
            squares), "mean", "std", "zeros" (share of entries that are 0), "saturated" (share of
            entries of an activation whose local gradient is below 0.01), "histogram" (counts by
            sign and power of two, see `edges`), "ratio" (of a parameter: norm of the update by norm
            of the weights). Each is one number a step, but for "histogram", 68 of them, and
            "value", which keeps whole arrays: watch these seldom.
        every: at which steps: 1, 1 + every, 1 + 2 every ...

    >>> Watch("layers.*@grad", stats="norm", every=10).names
    ('layers.*@grad',)
    """

    names: Any
    stats: Any = USUAL
    every: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", texts("names", self.names))
        object.__setattr__(self, "stats", texts("stats", self.stats))
        for stat in self.stats:
            if stat not in STATS:
                raise UsageError(f"there is no statistic {stat!r}", hint=nearest(stat, STATS))
        if not isinstance(self.every, int) or isinstance(self.every, bool) or self.every < 1:
            raise UsageError(f"every must be a whole number of at least 1, got {self.every!r}")


def as_watch(given: Any, model: Any) -> Watch | None:
    """Return what to watch, parts of the model by their names; the usual statistics by default."""
    if given is None:
        return None
    watch = given if isinstance(given, Watch) else Watch(given)
    return replace(
        watch, names=[x if isinstance(x, str) else path_of(x, model) for x in watch.names]
    )


def path_of(part: Any, model: Any) -> str:
    """Return the name of a module or of a parameter of the model."""
    found = survey(model) if hasattr(type(model), "named_modules") else None
    for path, known in {**found.modules, **found.leaves}.items() if found else ():
        if known is part and path:
            return path
    raise UsageError(
        f"{part!r} is no part of the model", hint="cr.names(model) lists what can be watched"
    )


def is_part(x: Any) -> bool:
    """Return whether `x` is a module or a tensor."""
    return isinstance(x, Operators) or hasattr(type(x), "named_modules")


def texts(what: str, given: Any) -> tuple[Any, ...]:
    """Return one text or several as a tuple; names may also be parts of a model."""
    found = (given,) if isinstance(given, str) or is_part(given) else given
    parts = what == "names"
    if not isinstance(found, Iterable) or not all(
        isinstance(x, str) or (parts and is_part(x)) for x in found
    ):
        raise UsageError(
            f"{what} to watch are texts, got {given!r}",
            hint='one or a list of them: watch="layers.*" or cr.Watch(["layers.*@grad"], "norm")',
        )
    return tuple(found)


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
            raise UsageError(what[suffix])
        return found


def probes(watch: Watch, seen: Mapping[str, Seen]) -> dict[tuple[str, str], Any]:
    """Return (name, statistic) -> the gate that measures it.

    Where a pattern fits many names, those that a statistic is not for are passed over. Raises
    `UsageError` if there are no others, and for a pattern that nothing fits.
    """
    found: dict[tuple[str, str], Any] = {}
    for pattern in watch.names:
        names = match(pattern, seen)
        for stat in watch.stats:
            found |= {(name, stat): gate for name, gate in measured(stat, names, seen).items()}
    return found


def measured(stat: str, names: Sequence[str], seen: Mapping[str, Seen]) -> dict[str, Any]:
    """Return name -> the gate that measures a statistic."""
    found, errors = {}, []
    for name in names:
        entry = seen[name.partition("@")[0]]
        try:
            found[name] = STATS[stat](entry, entry.part(name))
        except UsageError as error:
            errors.append(UsageError(f"{name} cannot be watched: {error.message}"))
    if not found:
        raise errors[0]
    return found


def norm(x: Any) -> Any:
    """Return the root of the sum of squares."""
    return ops.sqrt(ops.sum(ops.square(floats(x))))


def floats(x: Any) -> Any:
    """Return counts and masks as numbers that can be averaged."""
    return x if x.dtype.kind == "f" else ops.astype(x, "float64")


def share(condition: Any) -> Any:
    """Return the share of entries for which a condition holds."""
    return ops.mean(ops.astype(condition, "float32"))


def is_zero(x: Any) -> Any:
    """Return where entries are 0; denormal numbers count as 0, as they do in training."""
    return ops.less(ops.abs(x), np.finfo(x.dtype).tiny if x.dtype.kind == "f" else 1)


def dead(entry: Seen, x: Any) -> Any:
    """Return the share of units that are 0 for every row of the batch."""
    if entry.update is not None or len(x.shape) < 2:
        raise UsageError("only what holds rows of units has dead ones")
    rows = tuple(range(len(x.shape) - 1))
    return share(is_zero(ops.max(ops.abs(floats(x)), axis=rows)))


def saturated(entry: Seen, x: Any) -> Any:
    """Return the share of entries whose local gradient is almost 0."""
    gate = entry.value
    is_elementwise = gate.op is not None and gate.op.formula and len(gate.inputs) == 1
    if entry.update is not None or x is not gate or not is_elementwise:
        raise UsageError("only the value of an activation can be saturated")
    ones = np.ones(gate.shape, gate.dtype)
    (slope,) = gate.op.rule(ones, gate, *gate.inputs, **gate.attrs)
    return share(ops.less(ops.abs(slope), FLAT))


def ratio(entry: Seen, x: Any) -> Any:
    """Return the size of a parameter's update by the size of the parameter."""
    if entry.update is None:
        raise UsageError("only parameters have a ratio of update and weight")
    return norm(entry.update) / norm(entry.value)


def histogram(entry: Seen, x: Any) -> Any:
    """Return how many entries there are of each sign and power of two."""
    x = floats(x)
    zero = is_zero(x)
    known = ops.logical_and(ops.isfinite(x), ops.logical_not(zero))
    size = ops.where(known, ops.abs(x), 1)
    power = ops.clip(ops.floor(ops.log2(size)), LOWEST - 1, HIGHEST + 1)
    power = power - ops.less(size, 2**power)  # just below a power of 2, log2 rounds up to it
    power = ops.clip(power, LOWEST, HIGHEST) - LOWEST
    place = SIDE + ops.where(ops.greater(x, 0), power + 1, -1 - power)
    place = ops.where(known, place, ops.where(zero, SIDE, 2 * SIDE + 1))
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
    "mean": lambda entry, x: ops.mean(floats(x)),
    "std": lambda entry, x: ops.std(floats(x)),
    "zeros": lambda entry, x: share(is_zero(x)),
    "dead": dead,
    "saturated": saturated,
    "histogram": histogram,
    "ratio": ratio,
}


class Probes:
    """What was measured, by name and statistic.

    Attributes:
        steps: numbers of the updates at which it was measured, from 1: (steps,), int64.

    >>> measured = Probes()
    >>> measured.add([1, 2], [("layers.0@grad", "norm")], [np.array([0.5, 0.25])])
    >>> measured["layers.0@grad"]["norm"].tolist(), measured.steps.tolist(), measured.names
    ([0.5, 0.25], [1, 2], ['layers.0@grad'])
    """

    def __init__(self) -> None:
        self._steps = Column()
        self._found: dict[tuple[str, str], Column] = {}

    def __getitem__(self, name: str) -> dict[str, Any]:
        """Return statistic -> array over the steps.

        Where a value's shape changes, with a last short batch, it holds an array for each step.
        """
        here = {stat: x.array() for (known, stat), x in self._found.items() if known == name}
        if not here:
            raise UsageError(f"{name!r} was not watched", hint=nearest(name, self.names))
        return here

    def __repr__(self) -> str:
        return f"Probes({len(self.names)} names, {len(self.steps)} steps)"

    @property
    def steps(self) -> Array:
        return self._steps.array()

    @property
    def names(self) -> list[str]:
        """The names that were watched."""
        return list(dict.fromkeys(name for name, _ in self._found))

    def add(self, steps: Any, kinds: Iterable[tuple[str, str]], arrays: Iterable[Array]) -> None:
        """Take up what was measured at more steps; the arrays are kept, not copied."""
        self._steps.extend(np.asarray(steps, np.int64))
        for kind, array in zip(kinds, arrays, strict=True):
            self._found.setdefault(kind, Column()).extend(array)

    def until(self, step: int) -> "Probes":
        """Return what was measured up to this update."""
        steps, found = self.steps, Probes()
        count = int(np.searchsorted(steps, step, side="right"))
        columns = self._found.values()
        found.add(steps[:count], self._found, [column.array()[:count] for column in columns])
        return found


@dataclass
class Column:
    """One entry for each step, in few arrays: they are joined when many have come.

    Attributes:
        parts: arrays of entries, in order.
    """

    parts: list[Array] = field(default_factory=list)

    def extend(self, part: Array) -> None:
        """Append entries; an array is joined with those before it that are no longer than it."""
        while self.parts and len(self.parts[-1]) <= len(part) and fit(self.parts[-1], part):
            part = np.concatenate([self.parts.pop(), part])
        self.parts.append(part)

    def array(self) -> Array:
        """Return all entries, (steps, ...), or an array of arrays where they differ in shape."""
        if not self.parts:
            return np.empty(0, np.int64)
        if all(fit(self.parts[0], part) for part in self.parts):
            return np.concatenate(self.parts)
        entries = [entry for part in self.parts for entry in part]
        found = np.empty(len(entries), object)
        for i, entry in enumerate(entries):
            found[i] = entry
        return found


def fit(one: Array, two: Array) -> bool:
    """Return whether entries of two arrays have one shape."""
    return bool(one.shape[1:] == two.shape[1:])
