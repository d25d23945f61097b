"""`cr.fit`: a model and data in, a trained model out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data.batches import split
from chainrule.errors import DataError, ShapeError, UsageError, nearest
from chainrule.graph.mode import no_grad
from chainrule.nn.modes import as_key
from chainrule.optim.first_order import Adam
from chainrule.optim.rule import Rule, parameters
from chainrule.runs.folder import Run
from chainrule.train.loop import Fit, Loop, Plan, Record, Rows
from chainrule.train.metrics import metric
from chainrule.train.progress import Progress, choose
from chainrule.train.saving import Saver
from chainrule.train.step import Objective, Trainer, plain
from chainrule.train.tasks import Goal, choose_goal, prepare_targets

ORDERS = ("shuffled", "alternating", "given")


def fit(
    model: Any,
    data: Rows,
    *,
    loss: Any = None,
    optimizer: Rule | None = None,
    epochs: int = 20,
    batch_size: int = 32,
    validation: float | Rows = 0.0,
    metrics: Sequence[str] | None = None,
    seed: int = 0,
    order: str = "shuffled",
    patience: int | None = None,
    l2: float = 0.0,
    l1: float = 0.0,
    run: Run | str | Path | None = None,
    resume: bool = False,
    checkpoint_seconds: float = 10.0,
    checkpoint_steps: int | None = None,
    progress: Progress | bool | None = None,
) -> Fit:
    """Train a model; the one that comes in stays as it is.

    Args:
        model: a module, called with x of shape (batch, ...).
        data: (x, y) with x (n, ...) and y (n,) or (n, outputs).
        loss: a name (`cr.train.GOALS`) or a function (outputs, targets) -> scalar. By default
            cross-entropy for whole-number targets, squared error for others.
        optimizer: an update rule, `cr.optim.Adam(rate=1e-3)` by default.
        epochs: how many times all rows are seen, at least 1.
        batch_size: rows an update, at least 1; a last short batch is used, not dropped.
        validation: the share of rows that is held out, from 0 to below 1, or held-out (x, y).
        metrics: names (`cr.train.METRICS`) reported beside the loss; by default those that suit
            the loss.
        seed: of the split, the order of rows and all random draws.
        order: "shuffled", "alternating" (never two rows of one class in a row) or "given".
        patience: stop when the held-out loss (the training loss where nothing is held out) has
            not become lower for so many epochs, and keep the best model. None: never.
        l2, l1: penalties, ``l2 sum w^2 + l1 sum |w|`` over weights; biases are free.
        run: a folder for history and checkpoints, or None.
        resume: take up the newest checkpoint of `run`.
        checkpoint_seconds, checkpoint_steps: time or updates between checkpoints.
        progress: None or True shows a bar on a terminal and lines elsewhere, False nothing.

    Returns:
        `Fit(model, history, run, stopped)`.

    Raises:
        ShapeError, DataError: data that do not fit together or the net.
        Diverged: the loss is not finite.
        KeyboardInterrupt: Ctrl-C, after a checkpoint was written.

    >>> import chainrule as cr
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    >>> y = np.array([0, 1, 1, 0])
    >>> net = cr.nn.MLP(2, 8, 1, activation="tanh", key=0)
    >>> done = fit(net, (x, y), epochs=200, optimizer=cr.optim.Adam(rate=0.05), progress=False)
    >>> done.history["accuracy"][-1]
    1.0
    """
    check_options(epochs=epochs, batch_size=batch_size, order=order, patience=patience)
    x, y = as_rows(data)
    outputs, dtype = probe(model, x)
    goal = choose_goal(loss, y, outputs)
    kept, held_out = hold_out((x, prepare_targets(goal, y, outputs, dtype)), validation, seed)
    if isinstance(validation, tuple):
        other_x, other_y = as_rows(validation)
        held_out = (other_x, prepare_targets(goal, other_y, outputs, dtype))
    loop = Loop(
        trainer=Trainer(Objective(goal.loss, l2, l1), optimizer or Adam(rate=1e-3), as_key(seed)),
        plan=Plan(epochs, batch_size, seed, order, patience, names_of_metrics(metrics, goal)),
        train=kept,
        held_out=held_out,
        loss=goal.loss,
        progress=choose(progress),
    )
    loop.trainer.start(model)
    folder = attach(loop, run, resume, Saver, seconds=checkpoint_seconds, steps=checkpoint_steps)
    loop.run()
    return result(loop, folder)


def result(loop: Loop, folder: Run | None) -> Fit:
    """Return what was reached, with the best model where patience kept it."""
    if loop.best is not None:
        loop.trainer.leaves = loop.best
    model, _ = loop.trainer.current()
    if folder is not None:
        folder.write_history(loop.history)
        folder.write_model(weights(model), {})
    stopped = "epochs" if loop.at.epoch >= loop.plan.epochs else "patience"
    return Fit(model, by_name(loop.history), folder, stopped)


def weights(model: Any) -> dict[str, Any]:
    """Return path -> array of all parameters and buffers."""
    if hasattr(model, "state_dict"):
        return dict(model.state_dict())
    return {path: np.asarray(plain(p)) for path, p in parameters(model).items()}


def attach(
    loop: Loop, run: Run | str | Path | None, resume: bool, saver: Any, **options: Any
) -> Run | None:
    """Give the loop its run folder, and the state it resumes from."""
    if run is None:
        if resume:
            raise UsageError("there is nothing to resume without a run", hint="pass run='runs/...'")
        return None
    if not isinstance(run, Run):
        settings = {"made_by": "cr.fit", "seed": loop.plan.seed, "epochs": loop.plan.epochs}
        run = Run.open(run) if resume else Run.create(run, settings=settings)
    loop.saver = saver(run, **options)
    if resume:
        loop.saver.restore(loop)
    return run


def by_name(records: Sequence[Record]) -> dict[str, list[Any]]:
    """Return the history by the names of the figures."""
    found: dict[str, list[Any]] = {}
    for record in records:
        for name, value in record.items():
            found.setdefault(name, []).append(value)
    return found


def as_rows(data: Any) -> Rows:
    """Return (x, y) as arrays with one row each for an example.

    Raises:
        DataError: no rows, or inputs that are not finite numbers.
        ShapeError: x and y of different length.
    """
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise UsageError(f"data must be (x, y), got {type(data).__name__}")
    x, y = (np.asarray(plain(part)) for part in data)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ShapeError(f"x of shape {x.shape} and y of shape {y.shape} differ in their rows")
    if len(x) == 0:
        raise DataError("there are no rows to learn from")
    if x.dtype.kind not in "fiub":
        raise DataError(f"x holds {x.dtype}, expected numbers", hint="encode texts first")
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        row = int(np.argwhere(~np.isfinite(x))[0][0])
        raise DataError(f"x is not finite in row {row} (counted from 0)")
    return x, y


def probe(model: Any, x: Any) -> tuple[int, Any]:
    """Return how many outputs the model has, and their dtype, by a look at one row."""
    with no_grad():
        z = plain(model(x[:1]))
    z = np.asarray(z)
    return (z.shape[-1] if z.ndim > 1 else 1), z.dtype


def hold_out(rows: Rows, validation: float | Rows, seed: int) -> tuple[Rows, Rows | None]:
    """Split off the held-out part, with the classes' shares kept."""
    x, y = rows
    if isinstance(validation, tuple) or validation == 0:
        return rows, None
    labels = y.reshape(len(y)) if y.dtype.kind in "iu" or (y.size == len(y) and binary(y)) else None
    kept, held = split(len(x), float(validation), seed, labels)
    if len(held) == 0:
        return rows, None
    return (x[kept], y[kept]), (x[held], y[held])


def binary(y: Any) -> bool:
    return bool(np.isin(y, (0, 1)).all())


def names_of_metrics(metrics: Sequence[str] | None, goal: Goal) -> tuple[str, ...]:
    """Return the metrics asked for, or those of the goal; a wrong name is an error."""
    chosen = goal.metrics if metrics is None else tuple(metrics)
    for name in chosen:
        metric(name)
    return tuple(chosen)


def check_options(**options: Any) -> None:
    """Raise for an option out of its range, by name."""
    limits: Mapping[str, Any] = {"epochs": 1, "batch_size": 1, "patience": 1}
    for name, least in limits.items():
        value = options[name]
        if value is not None and (not isinstance(value, (int, np.integer)) or value < least):
            raise UsageError(f"{name} must be a whole number of at least {least}, got {value!r}")
    if options["order"] not in ORDERS:
        found = options["order"]
        raise UsageError(f"there is no order {found!r}", hint=nearest(str(found), ORDERS))
