"""The tests that the CS231n notes make before training: chance, regularisation, a few rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.data.draws import generator
from chainrule.explain.doctor.finding import figure
from chainrule.explain.doctor.levels import chance
from chainrule.explain.doctor.trial import Sanity, Trial
from chainrule.nn.losses import l2
from chainrule.optim.first_order import Adam
from chainrule.optim.rule import Rule
from chainrule.train.introduction import name_of, targets
from chainrule.train.rows import Rows, as_rows, float_dtype, probe
from chainrule.train.saving import check_count, check_seed
from chainrule.train.step import in_parts, plain
from chainrule.train.tasks import choose_goal, prepare_targets
from chainrule.train.trainer import Trainer

FEW = 20
STRENGTH = 0.01  # of the penalty that is added
STREAM = 9
BAND = {"squared_error": (0.5, 4.0)}  # times the loss at chance; random outputs add their variance
OTHERS = (0.7, 2.0)
LEARNT = 0.01  # of the loss at chance, for rows known by heart


@dataclass(frozen=True)
class Subject:
    """A net and its data, ready to be tried.

    Attributes:
        model: as it was given.
        x, y: the rows, the targets in the form that the loss takes.
        loss: (outputs, targets) -> scalar.
        named: the loss as it was given: its name, or a function.
        level: the loss at chance, None where it is not known.
        seed: of the rows that are drawn.
    """

    model: Any
    x: Any
    y: Any
    loss: Any
    named: Any
    level: float | None
    seed: int


def sanity_check(
    model: Any,
    data: Rows,
    *,
    loss: Any = None,
    optimizer: Rule | None = None,
    steps: int = 2000,
    seed: int = 0,
) -> Sanity:
    """Try an untrained net as the CS231n notes advise, before time is spent on training it.

    Its loss is what guessing gives; a penalty on its weights raises the loss by what it should; and
    20 rows can be learnt by heart, down to no loss. The model stays as it is.

    Args:
        model: a module, called with x of shape (batch, ...).
        data: (x, y) as for `cr.fit`.
        loss: a name or a function, as for `cr.fit`.
        optimizer: the update rule that the 20 rows are learnt with, `Adam(rate=1e-2)` by default.
        steps: how many updates that may take.
        seed: of the choice of rows and of dropout.

    Returns:
        The trials; `ok` is whether all came as expected, printed they are a report.

    Raises what `cr.fit` raises for such a model and such data.

    >>> import chainrule as cr
    >>> x = np.random.default_rng(0).normal(size=(200, 8)).astype(np.float32)
    >>> y = np.random.default_rng(1).integers(0, 10, 200)
    >>> sanity_check(cr.nn.MLP(8, 64, 10, key=0), (x, y)).ok
    True

    Source: CS231n notes, neural-networks-3: Before learning: sanity checks tips/tricks.
    """
    check_count("steps", steps)
    check_seed(seed)
    subject = prepared(model, data, loss, seed)
    found = [at_chance(subject), penalised(subject)]
    return Sanity((*found, by_heart(subject, optimizer or Adam(rate=1e-2), steps)))


def prepared(model: Any, data: Rows, loss: Any, seed: int) -> Subject:
    """Return the net with its data in the forms that its loss takes."""
    x, y = as_rows(data, float_dtype(model))
    tail, computed = probe(model, x)
    goal = choose_goal(loss, y, tail)
    y = prepare_targets(goal, y, tail, computed)
    name = name_of(goal.loss)
    return Subject(model, x, y, goal.loss, loss or name, chance(name, targets(y)), seed)


def loss_of(subject: Subject) -> float:
    """Return the loss of the net as it is on all rows, in evaluation mode."""
    outputs = in_parts(lambda rows: np.asarray(plain(subject.model(rows))), subject.x)
    return float(plain(subject.loss(outputs, subject.y)))


def at_chance(subject: Subject) -> Trial:
    """Compare the loss of the untrained net with that of guessing."""
    found = loss_of(subject)
    low, high = BAND.get(name_of(subject.loss), OTHERS)
    level = subject.level
    expected = (
        f"{figure(low)} to {figure(high)} times {figure(level)}, the loss of guessing"
        if level
        else "a finite number; what guessing gives is not known for this loss and these targets"
    )
    return Trial(
        "loss at chance",
        f"computed the loss of the untrained net on {len(subject.x)} rows",
        f"{figure(found)}",
        expected,
        found,
        low * level if level else -np.inf,
        high * level if level else np.inf,
        "Above: draw smaller weights, at least in the last layer, or scale the inputs. Below: the "
        "net has been trained already, or the inputs hold the target.",
    )


def penalised(subject: Subject) -> Trial:
    """Look by how much a penalty raises the loss: by its strength times the squared weights."""
    weights = float(plain(l2(subject.model)))
    row = np.zeros((1, min(FEW, len(subject.x))), np.int64)
    row[0] = np.arange(row.shape[1])
    without, with_it = (
        float(trainer(subject, Adam(), l2=strength).run(subject.x, subject.y, row)[0])
        for strength in (0.0, STRENGTH)
    )
    rise, should = with_it - without, STRENGTH * weights
    return Trial(
        "more regularisation, more loss",
        f"added {STRENGTH:g} times the sum of the squared weights to the loss",
        f"it rose from {figure(without)} to {figure(with_it)}",
        f"a rise of {figure(should)}",
        rise / should if should else 0.0,
        0.99,
        1.01,
        "The penalty sees no weights, or others: look which parameters have two or more axes.",
    )


def by_heart(subject: Subject, optimizer: Rule, steps: int) -> Trial:
    """Learn 20 rows by heart."""
    n = len(subject.x)
    few = min(FEW, n)
    rows = np.sort(generator(subject.seed, STREAM).choice(n, few, replace=False))
    losses = trainer(subject, optimizer).run(subject.x, subject.y, np.tile(rows, (steps, 1)))
    level = subject.level or float(losses[0])
    last = float(np.median(losses[-max(1, steps // 20) :]))
    return Trial(
        f"{few} rows overfitted",
        f"trained on {few} rows for {steps} steps with {optimizer!r}",
        f"the loss went from {figure(float(losses[0]))} to {figure(last)}",
        f"no loss: at most {figure(LEARNT * level)}",
        last,
        -np.inf,
        LEARNT * level,
        "Do not go on to all rows: look at the rate, at inputs and targets row by row, and for "
        "layers that no gradient reaches; dropout must be off.",
    )


def trainer(subject: Subject, optimizer: Rule, **options: Any) -> Trainer:
    """Return the net in training."""
    return Trainer(
        subject.model, loss=subject.loss, optimizer=optimizer, seed=subject.seed, **options
    )
