"""What a training run on a table is asked to do: checked, decided, stored and read again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import ceil
from typing import Any

from chainrule import optim
from chainrule.data.target import TASKS, Task
from chainrule.errors import FileError, UsageError, nearest
from chainrule.nn.activations import BY_FUNCTION
from chainrule.optim.options import Interval
from chainrule.runs.folder import Run
from chainrule.train.loop import ORDERS
from chainrule.train.saving import check_count, check_seed, is_whole
from chainrule.train.tasks import GOALS

OPTIMIZERS = {name.lower(): getattr(optim, name)
              for name in ("SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adam", "AdamW",
                           "Rprop")}  # fmt: skip
LOSSES: Mapping[Task, tuple[str, ...]] = {  # those that suit a task, the usual one first
    "binary": ("binary_cross_entropy", "hinge"),
    "multiclass": ("softmax_cross_entropy",),
    "regression": ("squared_error", "absolute_error", "huber"),
}
NAMES: Mapping[str, Any] = {
    "activation": BY_FUNCTION,
    "loss": GOALS,
    "optimizer": OPTIMIZERS,
    "order": ORDERS,
    "task": TASKS,
}
RANGES = {
    "rate": Interval("(0, inf)"),
    "validation": Interval("[0, 1)"),
    "dropout": Interval("[0, 1)"),
    "l2": Interval("[0, inf)"),
}
UPDATES = 6000  # what the default number of epochs aims at


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
        for name, names in NAMES.items():
            value = getattr(self, name)
            if value is not None and value not in names:
                raise UsageError(f"there is no {name} {value!r}", hint=nearest(str(value), names))
        for name, interval in RANGES.items():
            value = getattr(self, name)
            if value is not None and value not in interval:
                raise UsageError(f"{name} must be {in_words(interval)}, got {value!r}")
        for name in ("batch", "epochs", "patience"):
            check_count(name, getattr(self, name))
        check_seed(self.seed)
        if not all(is_whole(n) and n >= 1 for n in self.hidden):
            raise UsageError(f"hidden layers have 1 unit or more, got {list(self.hidden)}")
        return self

    def decided(self, task: Task, target: str, rows: int) -> "Settings":
        """Return the settings with what was left open decided, for a task and its training rows.

        Raises `UsageError` for a loss or an order that does not suit the task.
        """
        if self.loss is not None and self.loss not in LOSSES[task]:
            raise unsuitable(self.loss, task)
        if self.order == "alternating" and task == "regression":
            raise UsageError(
                "the order 'alternating' needs classes, and the task is regression",
                hint="use the order shuffled",
            )
        steps = ceil(rows / self.batch)
        return replace(
            self,
            task=task,
            target=target,
            loss=self.loss or LOSSES[task][0],
            rate=OPTIMIZERS[self.optimizer]().rate if self.rate is None else self.rate,
            epochs=self.epochs or min(max(ceil(UPDATES / steps), 20), 2000),
        )


def in_words(interval: Interval) -> str:
    """Return what a range asks for, as a person would say it.

    >>> in_words(Interval("(0, inf)")), in_words(Interval("[0, 1)"))
    ('above 0 and finite', 'from 0 to below 1')
    """
    low, high = interval.text[1:-1].split(", ")
    if high == "inf":
        return f"above {low} and finite" if interval.text[0] == "(" else f"{low} or more"
    return f"from {low} to below {high}"


def unsuitable(loss: str, task: Task) -> UsageError:
    others = [other for other, losses in LOSSES.items() if loss in losses]
    return UsageError(
        f"the loss {loss!r} does not suit the task {task!r}",
        hint=f"use {' or '.join(LOSSES[task])}"
        + "".join(f"; {loss} is for the task {other!r}" for other in others),
    )


def store(settings: Settings, digest: str) -> dict[str, Any]:
    """Return what settings.json holds of a run on a table."""
    return {"kind": "table", **asdict(settings), "digest": digest}


def stored_settings(run: Run) -> tuple[Settings, str]:
    """Return the settings of a run on a table, and the fingerprint of its data.

    Raises `FileError` for a run of another kind, and for settings that are damaged.
    """
    found = run.settings()
    if found.get("kind") != "table":
        raise FileError(
            f"'{run.path}' was not made by `chainrule train`, so it has no table to go back to",
            hint="resume it where it was made: cr.fit(..., run=..., resume=True)",
        )
    names = [f.name for f in fields(Settings)]
    missing = [name for name in (*names, "digest") if name not in found]
    if missing:
        raise damaged(run, f"{missing[0]!r} is missing")
    for name in ("data", "target", "task", "loss", "digest", "activation", "optimizer", "order"):
        if not isinstance(found[name], str):
            raise damaged(run, f"{name} is {found[name]!r}, but needs to be a text")
    for name in ("rate", "epochs"):
        if found[name] is None:
            raise damaged(run, f"{name} is not decided")
    if not isinstance(found["hidden"], list):
        raise damaged(run, f"hidden is {found['hidden']!r}, but needs to be a list of numbers")
    try:
        hidden = tuple(found["hidden"])
        settings = Settings(**{**{name: found[name] for name in names}, "hidden": hidden})
        return settings.checked(), found["digest"]
    except UsageError as error:
        raise damaged(run, error.message) from error


def damaged(run: Run, what: str) -> FileError:
    return FileError(f"'{run.path / 'settings.json'}' is damaged: {what}")
