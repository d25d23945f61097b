"""A net on a table: what `chainrule train` and `chainrule predict` do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.data import Encoder, Table, open_table, split
from chainrule.data.target import Target
from chainrule.errors import DataError, FileError, UsageError
from chainrule.graph.mode import no_grad
from chainrule.nn.layers import MLP
from chainrule.runs.checkpoint import Checkpoint
from chainrule.runs.folder import Run
from chainrule.train.control import Control
from chainrule.train.fit import fit
from chainrule.train.loop import Fit
from chainrule.train.metrics import METRICS
from chainrule.train.progress import Progress
from chainrule.train.saving import check_fingerprints
from chainrule.train.settings import OPTIMIZERS, Settings, stored_settings
from chainrule.train.step import in_parts, plain
from chainrule.train.tasks import GOALS

COMPLETE = ("xor", "parity")  # all there is to know: nothing can be held out
STOPPING = 0.1  # the share of the training rows that decides when to stop
Rows = Any


@dataclass(frozen=True)
class Prepared:
    """A table ready to be learnt from: arrays, which rows are for what, and why."""

    encoder: Encoder
    x: Any
    y: Any
    training: Rows
    held_out: Rows
    decisions: tuple[str, ...]

    @property
    def scored(self) -> Rows:
        """The rows that the result is judged by: those held out, or all where none are."""
        return self.held_out if len(self.held_out) else self.training

    def digest(self) -> str:
        """Return a fingerprint of the encoded data, to notice that a table changed."""
        parts = self.x.tobytes() + self.y.tobytes()
        return hashlib.sha256(parts).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What a run on a table came to: the run, and its figures on the rows it is judged by."""

    run: Run
    task: str
    sizes: tuple[int, ...]
    epochs: int
    seconds: float
    stopped: str
    metrics: dict[str, float]
    judged_by: str

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON has it; a figure that does not exist is None."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        known = {name: x if isfinite(x) else None for name, x in self.metrics.items()}
        return {**plain, "run": str(self.run.path), "metrics": known}


def prepare(settings: Settings) -> Prepared:
    """Read the table, decide what is learnt from what, hold rows out, and encode."""
    table = open_table(settings.data)
    target = Target.fit(table, settings.target, settings.task)
    labels = target.values(table)
    is_class = target.task != "regression"
    whole = settings.data in COMPLETE
    share = 0.0 if whole else settings.validation
    training, held_out = split(len(table), share, settings.seed, labels if is_class else None)
    encoder = Encoder.fit(table, settings.target, settings.task, rows=training)
    said = list(encoder.decisions)
    if whole:
        said.append("every case is in the table, so it is trained and judged on all its rows")
    elif len(held_out):
        said.append(f"{len(held_out)} of {len(table)} rows held out to judge the result")
    else:
        said.append("no rows held out: the result is judged by the rows it was trained on")
    if settings.patience:
        said.append(f"{STOPPING:.0%} of the other rows watched to decide when to stop")
    x, y = encoder.inputs(table), encoder.targets(table)
    if np.ptp(y) == 0:
        raise DataError(
            f"the target '{target.name}' has the same value in every row",
            hint="there is nothing to learn: choose another target or add rows",
        )
    return Prepared(encoder, x, y, training, held_out, tuple(said))


def decide(settings: Settings, data: Prepared) -> Settings:
    """Return the settings with everything that was left open decided."""
    target = data.encoder.target
    return settings.decided(target.task, target.name, len(data.training))


def train_table(
    settings: Settings,
    data: Prepared,
    *,
    run: Run,
    resume: bool = False,
    checkpoint_steps: int | None = None,
    progress: Progress | bool | None = None,
    record: bool = True,
    control: Control | None = None,
) -> Outcome:
    """Train on a prepared table with decided settings, in a run that exists."""
    assert settings.epochs is not None
    done = fit(
        build(settings, data.encoder),
        (data.x[data.training], data.y[data.training]),
        loss=settings.loss,
        optimizer=OPTIMIZERS[settings.optimizer](rate=settings.rate),
        epochs=settings.epochs,
        batch_size=settings.batch,
        validation=watched(settings, data),
        seed=settings.seed,
        order=settings.order,
        patience=settings.patience,
        l2=settings.l2,
        run=run,
        resume=resume,
        checkpoint_steps=checkpoint_steps,
        progress=progress,
        record=record,
        row_numbers=data.training,
        control=control,
    )
    return outcome(run, settings, data, done)


def outcome(run: Run, settings: Settings, data: Prepared, done: Fit) -> Outcome:
    """Return what a finished training came to."""
    return Outcome(
        run=run,
        task=data.encoder.task,
        sizes=sizes(settings, data.encoder),
        epochs=len(done.history["epoch"]),
        seconds=done.history["seconds"][-1],
        stopped=done.stopped,
        metrics=judge(done.model, data, settings),
        judged_by="held-out rows" if len(data.held_out) else "training rows",
    )


def watched(settings: Settings, data: Prepared) -> Any:
    """Return what is watched during training: never what decides when to stop judges the result."""
    if settings.patience:
        return STOPPING
    return (data.x[data.held_out], data.y[data.held_out]) if len(data.held_out) else 0.0


def sizes(settings: Settings, encoder: Encoder) -> tuple[int, ...]:
    return (encoder.n_inputs, *settings.hidden, encoder.n_outputs)


def build(settings: Settings, encoder: Encoder) -> MLP:
    """Return the untrained net that the settings describe.

    Raises `UsageError` where the memory does not suffice for it.
    """
    try:
        return MLP(
            *sizes(settings, encoder),
            key=settings.seed,
            activation=settings.activation,
            dropout=settings.dropout,
        )
    except MemoryError:
        shape = "-".join(map(str, sizes(settings, encoder)))
        raise UsageError(
            f"a net of {shape} units does not fit into the memory", hint="make hidden smaller"
        ) from None


def judge(model: Any, data: Prepared, settings: Settings) -> dict[str, float]:
    """Return the metrics on the rows that the result is judged by, in the target's own units."""
    outputs, y = outputs_of(model, data.x[data.scored]), data.y[data.scored]
    if data.encoder.task != "regression":
        names = GOALS[settings.loss or ""].metrics
        return {name: METRICS[name](outputs, y) for name in names}
    target = data.encoder.target
    predicted, true = (part * target.scale + target.mean for part in (outputs, y))
    return {name: METRICS[name](predicted, true) for name in ("rmse", "mae", "r2")}


def outputs_of(model: Any, x: Any) -> Any:
    """Return the net's outputs before the last sigmoid or softmax, (n, outputs)."""
    with no_grad():
        return in_parts(lambda rows: np.asarray(plain(model(rows))), x)


def load(run: str | Path | Run) -> tuple[MLP, Encoder]:
    """Return the trained net and the encoder of a run on a table.

    Raises:
        FileError: no such run, not finished, or a damaged file; the message names it.
    """
    folder = as_run(run)
    settings, _ = stored_settings(folder)
    encoder = encoder_of(folder)
    found = folder.model()
    check_fingerprints(folder, found)
    net = build(settings, encoder)
    return with_weights(net, found, folder.path / "model.safetensors"), encoder


def as_run(run: str | Path | Run) -> Run:
    return run if isinstance(run, Run) else Run.open(run)


def encoder_of(run: Run) -> Encoder:
    """Return the encoder of a run; `FileError`, naming the file, where it is damaged."""
    try:
        return Encoder.from_json(run.encoder())
    except FileError as error:
        path = str(run.path / "encoder.json")
        if path in error.message:
            raise
        raise FileError(f"'{path}': {error.message}") from error


def with_weights(net: MLP, found: Checkpoint, path: Path) -> MLP:
    try:
        return net.load_state_dict(found.tensors)
    except UsageError as error:
        raise FileError(f"'{path}' is of another net: {error.message}") from error


def predict(run: str | Path | Run, table: Table) -> dict[str, Any]:
    """Return the columns that a trained run predicts for a table.

    Classes: `prediction`, and `p(<class>)` for each class unless the loss was `hinge`, whose
    outputs are no log-odds. Values: `prediction`, in the units of the target.

    Raises:
        DataError: a column the net needs is missing.
    """
    model, encoder = load(run)
    outputs = outputs_of(model, encoder.inputs(table))
    columns: Mapping[str, Any] = {"prediction": encoder.decode(outputs)}
    if encoder.task == "regression" or stored_settings(as_run(run))[0].loss == "hinge":
        return dict(columns)
    shares = probabilities(outputs)
    named = {f"p({name})": shares[:, i] for i, name in enumerate(encoder.classes)}
    return {**columns, **named}


def probabilities(outputs: Any) -> Any:
    """Return the probability of each class, (n, classes), for a net's outputs."""
    z = outputs.astype(np.float64)
    if z.shape[1] == 1:
        z = np.concatenate([np.zeros_like(z), z], axis=1)
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)
