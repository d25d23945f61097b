"""What a net decides over two of its inputs: the surface, the rows on it, and what is mistaken."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data.encode import Encoder
from chainrule.eager.tensor import tensor
from chainrule.errors import FileError, UsageError
from chainrule.nn.layers import MLP, Linear
from chainrule.runs.folder import Run
from chainrule.runs.snapshots import Snapshots
from chainrule.train.saving import check_fingerprints
from chainrule.train.settings import Settings, stored_settings
from chainrule.train.step import plain
from chainrule.train.tabular import (
    Prepared,
    build,
    encoder_of,
    outputs_of,
    prepare,
    probabilities,
    with_weights,
)
from chainrule.train.tasks import named_goal, prepare_targets

Array = Any
GRID = 64  # numbers along an axis of the surface
THUMB = 24  # along an axis of a unit's own surface
MOST_UNITS, MOST_POINTS = 128, 2000
MARGIN = 0.1  # of the range of the rows, on each side
HARDEST = 12


@dataclass(frozen=True)
class Known:
    """A run on a table with all that it was made from."""

    run: Run
    settings: Settings
    data: Prepared

    @property
    def encoder(self) -> Encoder:
        return self.data.encoder


@dataclass(frozen=True)
class Decision:
    """A net over two inputs; the others stand at the median of the training rows.

    Attributes:
        step: after how many updates; None for the trained model.
        axes: names of the two inputs; `inputs` names all.
        lows, highs: the range of the surface along each.
        classes: their names; empty for values.
        surface: (GRID, GRID, classes or outputs), second input first: probabilities, or values.
        points: (n, 2) some rows along the axes, `rows` their numbers in the table.
        targets: (n,) their class or value, `found` what the net says.
        norms: (n,) of the gradient of each row's own loss.
        hardest: places of the points whose own target the net is least sure of.
        confusion: (classes, classes) true by found, over the rows that the run is judged by.
        units: path of a layer -> (units, THUMB, THUMB), what its units give over the surface.
        weights: path of a linear layer -> (outputs, inputs), of a wide one the first.
    """

    step: int | None
    axes: tuple[str, str]
    inputs: tuple[str, ...]
    lows: tuple[float, float]
    highs: tuple[float, float]
    classes: tuple[str, ...]
    surface: Array
    points: Array
    rows: Array
    targets: Array
    found: Array
    norms: Array
    hardest: Array
    confusion: Array
    units: dict[str, Array]
    weights: dict[str, Array]


def decision(run: Run, step: int | None = None, axes: tuple[int, int] = (0, 1)) -> Decision:
    """Return what the net of a run on a table decides.

    Args:
        run: made by `chainrule train`, with its table still where it was.
        step: the newest snapshot up to it; None takes the model as it is now.
        axes: numbers of two inputs.

    Raises:
        FileError, DataError: the table is not there or not the one that was trained on, or the run
            has no model yet.
        UsageError: inputs that the net does not have.
    """
    known = known_of(run)
    net, at = net_of(known, step)
    names = known.encoder.inputs_by_name
    if len(names) < 2 or len(set(axes)) != 2 or not all(0 <= a < len(names) for a in axes):
        asked = f"a surface is over two of the net's {len(names)} inputs, got {axes}"
        raise UsageError(asked, hint="count them from 0; a net of one input has no surface")
    x = known.data.x
    shown = np.unique(np.linspace(0, len(x) - 1, min(len(x), MOST_POINTS)).astype(np.int64))
    lows, highs = limits(x[:, list(axes)])
    outputs, targets = outputs_of(net, x[shown]), known.data.y[shown].reshape(len(shown))
    found, unsure = judged(known, outputs, targets)
    first, second = axes
    return Decision(
        step=at,
        axes=(names[first], names[second]),
        inputs=names,
        lows=lows,
        highs=highs,
        classes=known.encoder.classes,
        surface=shaped(known, outputs_of(net, mesh(known, axes, lows, highs, GRID)), GRID),
        points=x[shown][:, list(axes)],
        rows=shown,
        targets=in_units(known, targets),
        found=found,
        norms=gradient_norms(net, x[shown], known.data.y[shown], known.settings.loss),
        hardest=np.argsort(-unsure, kind="stable")[:HARDEST],
        confusion=confusion(known, net),
        units=unit_surfaces(net, mesh(known, axes, lows, highs, THUMB)),
        weights=weights_of(net),
    )


def known_of(run: Run) -> Known:
    """Return a run with its table, which is read once."""
    return known_run(run.path, (run.path / "settings.json").stat().st_mtime_ns)


@lru_cache(maxsize=4)
def known_run(path: Path, changed: int) -> Known:
    """Return a run with its table; `changed` is when its settings were."""
    run = Run.open(path)
    settings, digest = stored_settings(run)
    data = prepare(settings)
    if data.digest() != digest:
        raise FileError(
            f"'{settings.data}' is not the data that '{path}' was trained on",
            hint="put the table back as it was",
        )
    return Known(run, settings, data)


def net_of(known: Known, step: int | None) -> tuple[MLP, int | None]:
    """Return the net as it was after a step or is now, and which snapshot that is."""
    run, kept = known.run, Snapshots(known.run.path)
    net = build(known.settings, encoder_of(run))
    if step is None and (run.path / "model.safetensors").exists():
        found = run.model()
        check_fingerprints(run, found)
        return with_weights(net, found, run.path / "model.safetensors"), None
    there = [at for at in kept.steps() if step is None or at <= step]
    if not there:
        run.model()  # says that there is none yet
        raise FileError(f"'{run.path}' has no snapshot up to step {step}")
    return with_weights(net, kept.load(there[-1]), kept.path(there[-1])), there[-1]


def limits(points: Array) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the range along both axes, with a margin."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.where(high > low, MARGIN * (high - low), 1.0)
    first, last = (low - margin).tolist(), (high + margin).tolist()
    return (first[0], first[1]), (last[0], last[1])


def mesh(
    known: Known,
    axes: tuple[int, int],
    lows: tuple[float, float],
    highs: tuple[float, float],
    size: int,
) -> Array:
    """Return inputs for each place of a surface, row by row along the first axis."""
    middle = np.median(known.data.x[known.data.training], axis=0)
    made = np.tile(middle.astype(known.data.x.dtype), (size * size, 1))
    lines = [np.linspace(low, high, size) for low, high in zip(lows, highs, strict=True)]
    first, second = np.meshgrid(*lines)
    made[:, axes[0]], made[:, axes[1]] = first.ravel(), second.ravel()
    return made


def shaped(known: Known, outputs: Array, size: int) -> Array:
    """Return what the net says at each place: probabilities of the classes, or values."""
    said = probabilities(outputs) if known.encoder.classes else in_units(known, outputs)
    return said.reshape(size, size, -1)


def in_units(known: Known, numbers: Array) -> Array:
    """Return values in the units of the table; classes stay what they are."""
    target = known.encoder.target
    return numbers if known.encoder.classes else numbers * target.scale + target.mean


def judged(known: Known, outputs: Array, targets: Array) -> tuple[Array, Array]:
    """Return what the net says of each row, and how far that is from its target."""
    if not known.encoder.classes:
        said = outputs.reshape(len(outputs))
        return in_units(known, said), np.abs(said - targets)
    shares = probabilities(outputs)
    return shares.argmax(axis=1), 1 - shares[np.arange(len(targets)), targets.astype(np.int64)]


def confusion(known: Known, net: MLP) -> Array:
    """Return how often rows of each class are taken for each; (0, 0) for values."""
    count = len(known.encoder.classes)
    made = np.zeros((count, count), np.int64)
    if count:
        x, y = known.data.x[known.data.scored], known.data.y[known.data.scored]
        found = probabilities(outputs_of(net, x)).argmax(axis=1)
        np.add.at(made, (y.reshape(len(y)).astype(np.int64), found), 1)
    return made


def gradient_norms(net: MLP, x: Array, y: Array, loss: str | None) -> Array:
    """Return for each row the norm of the gradient of its own loss by all parameters.

    A linear layer's gradient of one row is the outer product of what hands the gradient back and
    what came in, so its norm is the product of theirs: one pass does for all rows.
    """
    layers, here = [], tensor(x)
    for layer in net.layers:
        before, here = here, layer(here)
        if isinstance(layer, Linear):
            layers.append((before, here, layer))
    goal = named_goal(loss)
    y = prepare_targets(goal, y, tuple(here.shape[1:]), x.dtype)
    goal.loss(here, y).backward()
    total = np.zeros(len(x))
    for before, after, layer in layers:
        handed = np.asarray(after.grad, np.float64) * len(x)  # the loss is a mean over the rows
        came = np.asarray(plain(before), np.float64)
        size = (came**2).sum(axis=1) + (layer.bias is not None)
        total += (handed**2).sum(axis=1) * size
    return np.sqrt(total)


def unit_surfaces(net: MLP, x: Array) -> dict[str, Array]:
    """Return what the units of each hidden layer give over a surface; of a wide one the first."""
    made, here, size = {}, x, THUMB
    for number, layer in enumerate(net.layers[:-1]):
        here = np.asarray(plain(layer(here)))
        if not isinstance(layer, Linear):
            made[f"layers.{number}"] = here.T[:MOST_UNITS].reshape(-1, size, size)
    return made


def weights_of(net: MLP) -> dict[str, Array]:
    """Return the weights between the units that are drawn."""
    return {
        f"layers.{number}": np.asarray(plain(layer.weight))[:MOST_UNITS, :MOST_UNITS]
        for number, layer in enumerate(net.layers)
        if isinstance(layer, Linear)
    }
