"""A net on a table: what `chainrule train` and `chainrule predict` do."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from chainrule import optim
from chainrule.data import Encoder, Table, open_table, split
from chainrule.data.target import Target
from chainrule.errors import FileError, UsageError, nearest
from chainrule.graph.mode import no_grad
from chainrule.nn.activations import BY_FUNCTION
from chainrule.nn.layers import MLP
from chainrule.runs.checkpoint import Checkpoint
from chainrule.runs.folder import Run
from chainrule.train.fit import fit
from chainrule.train.metrics import METRICS
from chainrule.train.progress import Progress
from chainrule.train.step import plain
from chainrule.train.tasks import GOALS

OPTIMIZERS = {name.lower(): getattr(optim, name)
              for name in ("SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW",
                           "Rprop")}  # fmt: skip
LOSSES = {
    "binary": "binary_cross_entropy",
    "multiclass": "softmax_cross_entropy",
    "regression": "squared_error",
}
COMPLETE = ("xor", "parity")  # all there is to know: nothing can be held out
UPDATES = 6000  # what the default number of epochs aims at
Rows = Any


@dataclass(frozen=True)
class Settings:
    """What a training run on a table is asked to do; None means: decide from the data."""

    data: str
    target: str | None = None
    task: str | None = None
    hidden: tuple[int, ...] = (128, 64)
    activation: str = "relu"
    loss: str | None = None
    optimizer: str = "adam"
    rate: float | None = None
    batch: int = 32
    epochs: int | None = None
    seed: int = 0
    validation: float = 0.2
    patience: int | None = None
    dropout: float = 0.0
    l2: float = 0.0
    order: str = "shuffled"

    def checked(self) -> "Settings":
        """Return the settings; raise `UsageError` for a name or a number out of its range."""
        known = {"activation": BY_FUNCTION, "optimizer": OPTIMIZERS, "loss": GOALS}
        for name, names in known.items():
            value = getattr(self, name)
            if value is not None and value not in names:
                raise UsageError(f"there is no {name} {value!r}", hint=nearest(value, names))
        if any(n < 1 for n in self.hidden):
            raise UsageError(f"hidden layers have 1 unit or more, got {list(self.hidden)}")
        for name in ("batch", "epochs", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UsageError(f"{name} must be at least 1, got {value}")
        if not 0 <= self.validation < 1:
            raise UsageError(f"validation is a share from 0 to below 1, got {self.validation:g}")
        return self


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
        """Return the outcome as plain values."""
        return {**asdict(replace(self, run=None)), "run": str(self.run.path)}  # type: ignore[arg-type]


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
    said = [*table.notes, *encoder.decisions]
    if whole:
        said.append("every case is in the table, so it is trained and judged on all its rows")
    elif len(held_out):
        said.append(f"{len(held_out)} of {len(table)} rows held out to judge the result")
    else:
        said.append("no rows held out: the result is judged by the rows it was trained on")
    x, y = encoder.inputs(table), encoder.targets(table)
    return Prepared(encoder, x, y, training, held_out, tuple(said))


def decide(settings: Settings, data: Prepared) -> Settings:
    """Return the settings with everything that was left open decided."""
    steps = ceil(len(data.training) / settings.batch)
    rule = OPTIMIZERS[settings.optimizer]
    return replace(
        settings,
        task=data.encoder.task,
        target=data.encoder.target.name,
        loss=settings.loss or LOSSES[data.encoder.task],
        rate=rule().rate if settings.rate is None else settings.rate,
        epochs=settings.epochs or min(max(ceil(UPDATES / steps), 20), 2000),
    )


def train_table(
    settings: Settings,
    data: Prepared,
    *,
    run: Run,
    resume: bool = False,
    checkpoint_steps: int | None = None,
    progress: Progress | bool | None = None,
) -> Outcome:
    """Train on a prepared table with decided settings, in a run that exists."""
    assert settings.epochs is not None
    rows = data.training
    stopping: Any = 0.1 if settings.patience else 0.0
    if not settings.patience and len(data.held_out):
        stopping = (data.x[data.held_out], data.y[data.held_out])
    done = fit(
        build(settings, data.encoder),
        (data.x[rows], data.y[rows]),
        loss=settings.loss,
        optimizer=OPTIMIZERS[settings.optimizer](rate=settings.rate),
        epochs=settings.epochs,
        batch_size=settings.batch,
        validation=stopping,
        seed=settings.seed,
        order=settings.order,
        patience=settings.patience,
        l2=settings.l2,
        run=run,
        resume=resume,
        checkpoint_steps=checkpoint_steps,
        progress=progress,
    )
    history = run.history()
    return Outcome(
        run=run,
        task=data.encoder.task,
        sizes=sizes(settings, data.encoder),
        epochs=len(history),
        seconds=history[-1]["seconds"],
        stopped=done.stopped,
        metrics=judge(done.model, data, settings),
        judged_by="held-out rows" if len(data.held_out) else "training rows",
    )


def sizes(settings: Settings, encoder: Encoder) -> tuple[int, ...]:
    return (encoder.n_inputs, *settings.hidden, encoder.n_outputs)


def build(settings: Settings, encoder: Encoder) -> MLP:
    """Return the untrained net that the settings describe."""
    return MLP(
        *sizes(settings, encoder),
        key=settings.seed,
        activation=settings.activation,
        dropout=settings.dropout,
    )


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
        return np.asarray(plain(model(x)))


def store(settings: Settings, data: Prepared) -> dict[str, Any]:
    """Return what settings.json holds of a run on a table."""
    return {"kind": "table", **asdict(settings), "digest": data.digest()}


def stored_settings(run: Run) -> tuple[Settings, str]:
    """Return the settings of a run on a table, and the fingerprint of its data."""
    found = run.settings()
    path = run.path / "settings.json"
    if found.get("kind") != "table":
        raise FileError(
            f"'{run.path}' was not made by `chainrule train`, so it has no table to go back to",
            hint="resume it where it was made: cr.fit(..., run=..., resume=True)",
        )
    try:
        values = {f.name: found[f.name] for f in fields(Settings)}
        settings = Settings(**{**values, "hidden": tuple(int(n) for n in values["hidden"])})
        return settings.checked(), str(found["digest"])
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(f"'{path}' is damaged: {error}") from error


def load(run: str | Path | Run) -> tuple[MLP, Encoder]:
    """Return the trained net and the encoder of a run on a table.

    Raises:
        FileError: no such run, not finished, or a damaged file; the message names it.
    """
    folder = run if isinstance(run, Run) else Run.open(run)
    settings, _ = stored_settings(folder)
    encoder = Encoder.from_json(folder.encoder())
    net = build(settings, encoder)
    return with_weights(net, folder.model(), folder.path / "model.safetensors"), encoder


def with_weights(net: MLP, found: Checkpoint, path: Path) -> MLP:
    try:
        return net.load_state_dict(found.tensors)
    except UsageError as error:
        raise FileError(f"'{path}' is of another net: {error.message}") from error


def predict(run: str | Path | Run, table: Table) -> dict[str, Any]:
    """Return the columns that a trained run predicts for a table.

    Classes: `prediction`, and `p(<class>)` for each class. Values: `prediction`, in the units of
    the target.

    Raises:
        DataError: a column the net needs is missing.
    """
    model, encoder = load(run)
    outputs = outputs_of(model, encoder.inputs(table))
    columns: Mapping[str, Any] = {"prediction": encoder.decode(outputs)}
    if encoder.task == "regression":
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
