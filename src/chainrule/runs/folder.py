"""The folder of one training run.

    runs/digits-1/
    ├── settings.json            what was asked for; its "chainrule_run" marks the folder as a run
    ├── history.json             one record an epoch
    ├── encoder.json             how the table was turned into numbers
    ├── model.safetensors        the trained weights
    ├── run.db                   what was recorded on the way, see `chainrule.runs.store`
    ├── blame/                   the step at which it met NaN, see `chainrule.runs.reproducer`
    ├── snapshots/
    │   └── step-00000016.safetensors    the model's arrays after steps 0, 1, 2, 4, 8 ...
    └── checkpoints/
        ├── best.safetensors     the best so far
        └── step-00001234.safetensors    the newest two

Every file is replaced in one step (`atomic`): a killed run resumes from its newest checkpoint.
One process writes to a run at a time; any number may read.
"""

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import FileError, UsageError, nearest
from chainrule.files import atomic
from chainrule.files.reasons import cannot
from chainrule.runs import checkpoint, jsonfile, reproducer
from chainrule.runs.checkpoint import Checkpoint

VERSION = 1
KEEP = 2  # so that a damaged newest checkpoint leaves one to go back to

_MARK = "chainrule_run"
_STEP = re.compile(r"step-(\d{8,})\.safetensors")

Arrays = Mapping[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Run:
    """A run folder that exists; make one with `Run.create`, find one with `Run.open`."""

    path: Path

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        settings: Mapping[str, Any],
        name: str = "run",
        replace: bool = False,
    ) -> "Run":
        """Make a run folder that holds `settings`.

        Without `path` it is ``runs/<name>-<n>`` with the next free `n`. A `path` that exists must
        be an empty folder, or a run if `replace` is true; that run's files are then removed.

        Raises `FileError` if the folder is in use or cannot be made, `UsageError` for settings
        that JSON cannot hold.
        """
        if _MARK in settings:
            raise UsageError(f"the setting '{_MARK}' is taken by the run itself")
        try:
            folder, fresh = _next_free(name) if path is None else _claim(Path(path), replace)
        except OSError as error:
            if isinstance(error, FileError):
                raise
            raise cannot("create the run", path or "runs", error) from error
        try:
            jsonfile.write_object(folder / "settings.json", {**settings, _MARK: VERSION})
        except BaseException:
            if fresh:
                folder.rmdir()
            raise
        return cls(folder)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Run":
        """Return the run in the folder `path`; `FileError`, naming the nearest, if it is none."""
        run = cls(Path(path))
        try:
            _refuse_other(run.path)
        except PermissionError as error:
            raise cannot("open the run", path, error) from error
        run.settings()
        return run

    def settings(self) -> dict[str, Any]:
        """Read what the run was asked to do."""
        path = self.path / "settings.json"
        settings = jsonfile.read_object(path)
        version = settings.pop(_MARK, None)
        if version is None:
            message = f"'{self.path}' is not the folder of a run: its settings.json is another's"
            raise FileError(message, hint=_others(self.path))
        if version != VERSION:
            message = f"'{path}' is of version {version!r}, this chainrule reads {VERSION}"
            raise FileError(message, hint="upgrade chainrule")
        return settings

    def write_history(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Replace history.json by `records`, one an epoch; losses need not be finite.

        Write it before the checkpoint of the same step: then the history is never behind, and a
        resumed run cuts it to the epochs that its checkpoint has seen.
        """
        jsonfile.write_records(self.path / "history.json", records)

    def history(self) -> list[dict[str, Any]]:
        """Read the records of the epochs; none before the first is written."""
        path = self.path / "history.json"
        return jsonfile.read_records(path) if path.exists() else []

    def write_encoder(self, encoder: Mapping[str, Any]) -> None:
        """Store the fitted encoder, as plain values."""
        jsonfile.write_object(self.path / "encoder.json", encoder)

    def encoder(self) -> dict[str, Any]:
        """Read the fitted encoder."""
        return jsonfile.read_object(self.path / "encoder.json")

    def write_model(self, tensors: Arrays, metadata: Mapping[str, str]) -> None:
        """Store the trained weights."""
        checkpoint.save(self.path / "model.safetensors", tensors, metadata)

    def model(self) -> Checkpoint:
        """Read the trained weights; `FileError` if the training has not come to its end."""
        path = self.path / "model.safetensors"
        if not path.exists():
            message = (
                f"the run '{self.path}' has no trained model yet: model.safetensors is missing"
            )
            raise FileError(message, hint="resume the run, and let it finish")
        return checkpoint.load(path)

    def save_checkpoint(
        self, step: int, tensors: Arrays, metadata: Mapping[str, str], *, best: bool = False
    ) -> Path:
        """Store the state after `step` steps, also as the best if told so, and return its file.

        The number of the step is added to the metadata. Older checkpoints beyond the newest two
        are removed, and only once the new one is safe on the disk.

        Raises `UsageError` if the run already holds a checkpoint of a later step.
        """
        self._refuse_step(step)
        data = checkpoint.encode(tensors, {**metadata, "step": str(step)})
        path = self._checkpoints / f"step-{step:08d}.safetensors"
        if not self._checkpoints.is_dir():
            _make(self._checkpoints)
        if best:
            atomic.write_bytes(self._best, data)
        atomic.write_bytes(path, data)
        for old in self.checkpoints()[:-KEEP]:
            with suppress(OSError):  # one too many does no harm; stopping the training does
                old.unlink(missing_ok=True)
        return path

    def checkpoints(self) -> list[Path]:
        """List the checkpoints of numbered steps, oldest first."""
        if not self._checkpoints.is_dir():
            return []
        found = [path for path in self._checkpoints.iterdir() if _STEP.fullmatch(path.name)]
        return sorted(found, key=_step_of)

    def latest(self) -> Checkpoint | None:
        """Read the newest checkpoint, None if there is none; ``metadata["step"]`` is its step.

        A damaged one raises `FileError` with its name and what to go back to: steps that were
        trained are never dropped silently.
        """
        files = self.checkpoints()
        if not files:
            return None
        try:
            return _load_step(files[-1])
        except FileError as error:
            raise FileError(error.message, hint=_way_back(files[:-1])) from error

    def best(self) -> Checkpoint | None:
        """Read the best checkpoint, None if none was called so."""
        return checkpoint.load(self._best) if self._best.exists() else None

    def sweep(self) -> None:
        """Remove what a killed writer left half-written. For the process that resumes the run."""
        for folder in (self.path, self._checkpoints, self.path / "snapshots"):
            if folder.is_dir():
                atomic.sweep(folder)

    @property
    def _checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def _best(self) -> Path:
        return self._checkpoints / "best.safetensors"

    def _refuse_step(self, step: int) -> None:
        files = self.checkpoints()
        if files and step < _step_of(files[-1]):
            message = f"step {step} comes before '{files[-1]}', which this run already holds"
            raise UsageError(message, hint="resume from that checkpoint, or delete it")


def _refuse_other(path: Path) -> None:
    """Raise for a path that is not the folder of a run, as far as the names in it tell."""
    if not path.exists():
        raise FileError(f"there is no run '{path}'", hint=_others(path))
    if not path.is_dir():
        raise FileError(f"'{path}' is a file, not the folder of a run", hint=_others(path))
    if not (path / "settings.json").is_file():
        message = f"'{path}' is not the folder of a run: it holds no settings.json"
        raise FileError(message, hint=_others(path))


def _next_free(name: str) -> tuple[Path, bool]:
    """Make ``runs/<name>-<n>``; another process may take a number first, so try until one holds."""
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "run"
    pattern = re.compile(re.escape(stem) + r"-(\d+)")
    Path("runs").mkdir(exist_ok=True)
    while True:
        taken = [pattern.fullmatch(path.name) for path in Path("runs").glob("*")]
        number = 1 + max((int(match[1]) for match in taken if match), default=0)
        folder = Path("runs") / f"{stem}-{number}"
        try:
            atomic.make_folder(folder)
        except FileExistsError:
            continue
        return folder, True


def _claim(path: Path, replace: bool) -> tuple[Path, bool]:
    """Make `path`, or take it over if that harms nothing; also return whether it was made."""
    if not path.exists():
        atomic.make_folder(path)
        return path, True
    if not path.is_dir():
        raise FileError(f"'{path}' is a file", hint="choose a new folder for the run")
    if (path / "settings.json").exists():
        if not replace:
            hint = "resume it, replace it, or choose a new folder"
            raise FileError(f"'{path}' already holds a run", hint=hint)
        Run.open(path)
        _clear(path)
    elif not all(atomic.is_temporary(file) for file in path.iterdir()):
        raise FileError(f"'{path}' holds other files", hint="choose a new or an empty folder")
    atomic.sweep(path)
    return path, False


def _clear(path: Path) -> None:
    """Remove the files of a run except its settings, which the new run then replaces."""
    run = Run(path)
    run.sweep()
    names = ("model.safetensors", "history.json", "encoder.json", "checkpoints/best.safetensors")
    recorded = [*path.glob("run.db*"), *path.glob("snapshots/step-*.safetensors")]
    reproducer.clear(path)
    for file in [*run.checkpoints(), *recorded, *(path / name for name in names)]:
        file.unlink(missing_ok=True)


def _make(folder: Path) -> None:
    try:
        atomic.make_folder(folder)
    except OSError as error:
        raise cannot("create", folder, error) from error


def _step_of(path: Path) -> int:
    match = _STEP.fullmatch(path.name)
    assert match
    return int(match[1])


def _load_step(path: Path) -> Checkpoint:
    found = checkpoint.load(path)
    inside = found.metadata.get("step")
    if inside != str(_step_of(path)):
        raise FileError(f"'{path}' was renamed: it holds step {inside}")
    return found


def _way_back(older: Sequence[Path]) -> str:
    """Say what is left when the newest checkpoint is damaged."""
    for path in reversed(older):
        try:
            _load_step(path)
        except FileError:
            continue
        return f"delete it to resume from '{path.name}'"
    return "no older checkpoint is whole: delete it to train from the start"


def _others(path: Path) -> str:
    """Name the run nearest to `path`, beside it or in ``runs``."""
    folders = {path.parent, path, Path("runs")}
    found = [file.parent for folder in folders for file in folder.glob("*/settings.json")]
    if not found:
        return "no runs here: train one first"
    return nearest(str(path), map(str, found))
