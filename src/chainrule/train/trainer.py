"""`cr.Trainer`: a net in training for loops of your own, many updates a call."""

from collections.abc import Callable
from time import perf_counter
from typing import Any
from weakref import ref

import numpy as np

from chainrule.compiler.executable import Code
from chainrule.errors import DtypeError, ShapeError, UsageError
from chainrule.nn.modes import as_key
from chainrule.optim.first_order import Adam
from chainrule.optim.rule import Rule
from chainrule.train.checked import checked
from chainrule.train.pace import Pace
from chainrule.train.record import Probes, as_watch
from chainrule.train.rows import Array, Rows, as_rows, float_dtype, numbers, probe
from chainrule.train.saving import check_seed
from chainrule.train.step import Objective, Stepper, plain
from chainrule.train.tasks import named_goal, prepare_targets


class Trainer:
    """A net in training: you say which rows each update sees, native code makes the updates.

    Whole steps run without Python: batch, loss, gradients, update. Give many at a time, hundreds
    rather than one. What surrounds them is yours: there are no epochs, figures or checkpoints as in
    `cr.fit`; a loss that is not finite is returned and raises nothing, unless you ask for it.

    Args:
        model: a module, called with x of shape (batch, ...); it stays as it is.
        loss: a name (`cr.train.GOALS`) or a function (outputs, targets) -> scalar.
        optimizer: an update rule, `cr.optim.Adam(rate=1e-3)` by default.
        l2, l1: penalties, ``l2 sum w^2 + l1 sum |w|`` over weights; biases are free.
        seed: of all random draws, those of dropout.
        watch: what is measured inside the native steps: a pattern of names as `cr.names` lists them
            (`"layers.*@grad"`), a part of the model, a list of these, or a `cr.Watch`, which says
            what is measured and how often. A name that nothing fits is an error of the first `run`.
        check: whether a loss or a weight that is not finite raises `Diverged`, which says who is to
            blame. It costs a copy of the state and a look at all weights at each call of `run`.

    Raises:
        UsageError: an option out of its range, or a name that is not known.

    >>> import chainrule as cr
    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    >>> y = np.array([0, 1, 1, 0])
    >>> net = cr.nn.MLP(2, 8, 2, activation="tanh", key=0)
    >>> trainer = Trainer(net, loss="cross_entropy", optimizer=cr.optim.Adam(rate=0.05))
    >>> losses = trainer.run(x, y, np.tile(np.arange(4), (200, 1)))  # 200 updates on all rows
    >>> losses.shape, bool(losses[-1] < 0.1 < losses[0])
    ((200,), True)
    >>> trainer.outputs(x).argmax(axis=1).tolist()
    [0, 1, 1, 0]
    """

    def __init__(
        self,
        model: Any,
        *,
        loss: str | Callable[[Any, Any], Any],
        optimizer: Rule | None = None,
        l2: float = 0.0,
        l1: float = 0.0,
        seed: int = 0,
        watch: Any = None,
        check: bool = False,
    ) -> None:
        if not callable(model):
            raise UsageError(f"a model is a module or a function, got {type(model).__name__}")
        check_seed(seed)
        self._goal = named_goal(loss)
        objective = Objective(self._goal.loss, l2, l1)
        rule = optimizer or Adam(rate=1e-3)
        self._stepper = Stepper(objective, rule, as_key(seed), as_watch(watch, model))
        self._stepper.start(model)
        self._first = model
        self._dtype = float_dtype(model)
        self._outputs_of: dict[Any, tuple[tuple[int, ...], Any]] = {}
        self._finite: Callable[[], Any] = lambda: None
        self._pace = Pace()
        self._check = check

    def run(self, x: Any, y: Any, rows: Any) -> Array:
        """Make an update for each batch of rows; return the losses before the updates.

        Args:
            x, y: all rows: (n, ...), and (n,) or (n, outputs). They are checked and cast at each
                call as `cr.fit` does it; contiguous x in the dtype of the net's parameters is used
                in place, and looked through for NaN when it comes for the first time.
            rows: (steps, batch) whole numbers from 0 to n - 1: which rows each update sees, or
                (batch,) for a single one.

        Returns:
            The losses, (steps,), penalties included; one number for a single update.

        Raises:
            DtypeError: rows are no whole numbers.
            ShapeError: arrays that do not fit together or the net.
            DataError: x or y cannot be learnt from, as `cr.fit` says.
            UsageError: a row that does not exist.
            Diverged: a loss or a weight is not finite, where that is checked; the net is then as it
                was before that update. `error.blame` says which gate made it of what.
            KeyboardInterrupt: Ctrl-C; the updates made until then stay.
        """
        x, y = self._checked(x, y)
        rows = batches_of(rows, len(x))
        losses = self._paced(x, y, np.atleast_2d(rows))
        return losses.reshape(rows.shape[:-1])[()]

    def _paced(self, x: Any, y: Any, rows: Array) -> Array:
        """Make updates a tenth of a second at a time, so that Ctrl-C is heard in between."""
        losses: list[Array] = []
        first = 0
        while first < len(rows) or not losses:
            part = rows[first : first + self._pace.steps]
            began = perf_counter()
            if self._check:
                losses.append(checked(self._stepper, x, y, part))
            else:
                losses.append(self._stepper.run(x, y, part))
            self._pace.note(len(part), perf_counter() - began)
            first += len(part)
        return losses[0] if len(losses) == 1 else np.concatenate(losses)

    def outputs(self, x: Any) -> Array:
        """Return what the model as it is now gives for x, (n, ...), in evaluation mode."""
        found: Array = self._stepper.outputs(numbers("x", x, self._dtype))
        return found

    def executable(self, x: Any, y: Any, rows: Any) -> Code:
        """Return the native code of updates on such rows, for `cr.show_plan`; none is made."""
        x, y = self._checked(x, y)
        return self._stepper.executable(x, y, np.atleast_2d(batches_of(rows, len(x))))

    @property
    def model(self) -> Any:
        """The model as it is now; later updates do not change it."""
        return self._stepper.current()[0]

    @property
    def probes(self) -> Probes:
        """What was measured so far, of what is watched."""
        return self._stepper.probes

    @property
    def state(self) -> Any:
        """The optimizer's state as it is now; later updates do not change it."""
        return self._stepper.current()[1]

    def _checked(self, x: Any, y: Any) -> Rows:
        x, y = as_rows((x, y), self._dtype, finite=self._finite())
        self._finite = ref(x)
        kind = (x.shape[1:], x.dtype)
        if kind not in self._outputs_of:
            self._outputs_of[kind] = probe(self._first, x)
        return x, prepare_targets(self._goal, y, *self._outputs_of[kind])


def batches_of(rows: Any, n: int) -> Any:
    """Return the numbers of rows as int64, (steps, batch) or (batch,)."""
    try:
        found = np.asarray(plain(rows))
    except ValueError:
        raise ShapeError("rows is no array: its batches differ in length") from None
    if found.dtype.kind not in "iu":
        raise DtypeError(
            f"rows holds {found.dtype}, expected whole numbers",
            hint="give the numbers of the rows: np.flatnonzero(mask) for a mask",
        )
    if found.ndim not in (1, 2) or not found.shape[-1]:
        raise ShapeError(
            f"rows has the shape {found.shape}, expected (steps, batch)",
            hint="or (batch,) for a single update; a batch has 1 row or more",
        )
    if found.size and not (found.min() >= 0 and found.max() < n):
        wrong = found.max() if found.max() >= n else found.min()
        raise UsageError(f"there is no row {wrong}: x has {n} rows, counted from 0")
    return np.ascontiguousarray(found, np.int64)
