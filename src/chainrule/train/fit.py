"""`cr.fit`: a model and data in, a trained model out."""

from collections.abc import Sequence
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import ShapeError, UsageError
from chainrule.nn.modes import as_key
from chainrule.optim.first_order import Adam
from chainrule.optim.rule import Rule, parameters
from chainrule.runs.folder import Run
from chainrule.runs.lock import alone
from chainrule.train.control import Control
from chainrule.train.loop import Fit, Loop, Plan, Record
from chainrule.train.metrics import metric
from chainrule.train.progress import Progress, choose
from chainrule.train.record import as_watch
from chainrule.train.recorder import Recorder
from chainrule.train.rows import Array, Rows, as_rows, float_dtype, parted, probe, taken
from chainrule.train.saving import Saver, check_times, fingerprints
from chainrule.train.step import Objective, Stepper, plain
from chainrule.train.tasks import Goal, choose_goal, prepare_targets


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
    watch: Any = None,
    record: bool = True,
    row_numbers: Any = None,
    control: Control | None = None,
) -> Fit:
    """Train a model; the one that comes in stays as it is.

    Floating-point x and y are cast to the dtype of the model's parameters, so that a float32 net
    computes in float32; whole numbers stay what they are.

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
        watch: what is measured inside the native steps: a pattern of names as `cr.names` lists them
            (`"layers.*@grad"`), a part of the model, a list of these, or a `cr.Watch`, which says
            what is measured and how often. A resumed run measures from where it goes on.
        record: with a run, whether it records what happens in every layer: losses, statistics,
            histograms and snapshots, for at most 2 % of the time. The results are the same bits.
        row_numbers: what the rows of data are numbered where a fault is told; 0, 1, 2 ... else.
        control: lets another thread pause, change the rate or stop: `cr.train.Control`.

    Returns:
        `Fit(model, history, run, stopped, probes)`.

    Raises:
        UsageError: an option out of its range, or a name that is not known.
        ShapeError, DataError: data that do not fit together or the net; a single row that is left
            for the last batch where a layer needs several (`BatchNorm`).
        FileError: a run that cannot be written, or in which another process is training; a
            checkpoint that is damaged or of another net.
        Diverged: the loss or a weight is not finite. `error.blame` says which gate made NaN or an
            infinity of what, from which rows, and what to try (`print(error.blame)`);
            `error.probes` holds what was watched up to the step that the message names. The run
            folder keeps that step: `chainrule replay RUN/blame`.
        KeyboardInterrupt: Ctrl-C, after a checkpoint was written; the message says where.

    >>> import chainrule as cr
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    >>> y = np.array([0, 1, 1, 0])
    >>> net = cr.nn.MLP(2, 8, 1, activation="tanh", key=0)
    >>> done = fit(net, (x, y), epochs=200, optimizer=cr.optim.Adam(rate=0.05), progress=False)
    >>> done.history["accuracy"][-1]
    1.0
    """
    plan = Plan(epochs, batch_size, seed, order, patience)
    goal, kept, held_out, numbers = deal(model, data, loss, validation, plan)
    loop = Loop(
        trainer=started(model, Objective(goal.loss, l2, l1), optimizer, seed, watch),
        plan=plan,
        train=kept,
        held_out=held_out,
        metrics=names_of_metrics(metrics, goal),
        progress=choose(progress),
        numbers=numbers if row_numbers is None else np.asarray(row_numbers)[numbers],
        control=control or Control(),
    )
    rehearse(loop)
    folder = attach(loop, run, resume, record, seconds=checkpoint_seconds, steps=checkpoint_steps)
    return trained(loop, folder, resume)


def deal(
    model: Any, data: Any, loss: Any, validation: Any, plan: Plan
) -> tuple[Goal, Rows, Rows | None, Array]:
    """Return what is asked of the net, the rows to train on, those held out, and the numbers of
    the former in the data."""
    dtype = float_dtype(model)
    x, y = as_rows(data, dtype)
    tail, computed = probe(model, x)
    goal = choose_goal(loss, y, tail)
    if plan.order == "alternating" and goal.kind == "value":
        raise UsageError(
            "the order 'alternating' needs classes, and the targets are values",
            hint="use order='shuffled'",
        )
    whole = (x, prepare_targets(goal, y, tail, computed))
    numbers, held = parted(whole, validation, plan.seed)
    kept, held_out = taken(whole, numbers, held)
    if isinstance(validation, (tuple, list)):
        other_x, other_y = as_rows(validation, dtype)
        held_out = (other_x, prepare_targets(goal, other_y, tail, computed))
    return goal, kept, held_out, numbers


def started(
    model: Any, objective: Objective, optimizer: Rule | None, seed: int, watch: Any
) -> Stepper:
    """Return the model in training, before its first step."""
    rule = optimizer or Adam(rate=1e-3)
    made = Stepper(objective, rule, as_key(seed), as_watch(watch, model))
    made.start(model)
    return made


def rehearse(loop: Loop) -> None:
    """Raise now what would else be raised in mid-epoch."""
    try_watching(loop)
    try_single_row(loop)


def try_watching(loop: Loop) -> None:
    """Raise `UsageError` now if something is watched that is not there."""
    if loop.trainer.watch is not None:
        loop.trainer.rehearse(*loop.train, min(loop.plan.batch_size, len(loop.train[0])))


def try_single_row(loop: Loop) -> None:
    """Raise `ShapeError` now if a single row is left for the last batch and the net refuses it."""
    n, size = len(loop.train[0]), loop.plan.batch_size
    if n % size != 1 or n == 1:
        return
    try:
        loop.trainer.rehearse(*loop.train, 1)
    except ShapeError as error:
        other = next(k for k in count(size + 1) if n % k != 1)
        raise ShapeError(
            f"in batches of {size}, a single row of {n} is left for the last: {error.message}",
            hint=f"batch_size={other} leaves more",
        ) from error


def trained(loop: Loop, folder: Run | None, resume: bool) -> Fit:
    """Train, on from the newest checkpoint if that is asked for, and return what was reached."""
    with alone(folder.path) if folder else nullcontext():
        if loop.saver and resume:
            loop.saver.restore(loop)
        loop.run()
        return result(loop, folder)


def result(loop: Loop, folder: Run | None) -> Fit:
    """Return what was reached, with the best model where patience kept it."""
    if loop.best is not None:
        loop.trainer.restore(loop.best)
    model, _ = loop.trainer.current()
    if folder is not None:
        folder.write_history(loop.history)
        folder.write_model(weights(model), fingerprints(folder))
    return Fit(model, by_name(loop.history), folder, loop.reason, loop.trainer.probes)


def weights(model: Any) -> dict[str, Any]:
    """Return path -> array of all parameters and buffers."""
    if hasattr(model, "state_dict"):
        return dict(model.state_dict())
    return {path: np.asarray(plain(p)) for path, p in parameters(model).items()}


def attach(
    loop: Loop, run: Run | str | Path | None, resume: bool, record: bool, **options: Any
) -> Run | None:
    """Give the loop its run folder, and what records in it."""
    check_times(**options)
    if run is None:
        if resume:
            raise UsageError("there is nothing to resume without a run", hint="pass run='runs/...'")
        return None
    if not isinstance(run, Run):
        settings = {"made_by": "cr.fit", "seed": loop.plan.seed, "epochs": loop.plan.epochs}
        run = Run.open(run) if resume else Run.create(run, settings=settings)
    loop.saver = Saver(run, **options)
    if record:
        loop.recorder = Recorder(run)
    return run


def by_name(records: Sequence[Record]) -> dict[str, list[Any]]:
    """Return the history by the names of the figures."""
    found: dict[str, list[Any]] = {}
    for record in records:
        for name, value in record.items():
            found.setdefault(name, []).append(value)
    return found


def names_of_metrics(metrics: Sequence[str] | None, goal: Goal) -> tuple[str, ...]:
    """Return the metrics asked for, or those of the goal; a wrong name is an error."""
    chosen = goal.metrics if metrics is None else tuple(metrics)
    for name in chosen:
        metric(name)
    return chosen
