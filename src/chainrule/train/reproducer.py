"""A step at fault in a file, and `cr.replay`, which makes it again."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.errors import FileError, UsageError
from chainrule.explain.blame.records import Blame
from chainrule.graph.tree import paths
from chainrule.optim.rule import Rule
from chainrule.runs import reproducer
from chainrule.runs.folder import Run
from chainrule.runs.reproducer import Reproducer
from chainrule.train.blame import Explained, Fault, blamed, find_fault
from chainrule.train.described import model_data, model_from, rule_data, rule_from
from chainrule.train.step import Objective, Stepper
from chainrule.train.tasks import GOALS, named_goal

if TYPE_CHECKING:
    from chainrule.train.loop import Loop

OURS = ("model", "optimizer")


def keep(run: Run, found: Explained, loop: "Loop") -> None:
    """Write the step at fault and who is to blame into the run."""
    made = Reproducer(arrays(loop.trainer, found.fault), settings(loop.trainer, found.fault))
    reproducer.save(run.path, made, found.blame.data())


def arrays(stepper: Stepper, fault: Fault) -> dict[str, Any]:
    """Return all arrays of a fault by name."""
    batch = {"batch.x": fault.x, "batch.y": fault.y, "batch.numbers": np.asarray(fault.numbers)}
    return {**dict(zip(names(stepper), fault.leaves, strict=True)), **batch, "key": stepper.key}


def names(stepper: Stepper) -> list[str]:
    """Return the name of each of the stepper's arrays: `model.layers.0.weight`."""
    model, state = stepper.parts
    return [*paths(model, "model"), *paths(state, "optimizer")]


def settings(stepper: Stepper, fault: Fault) -> dict[str, Any]:
    """Return what else makes the step; None for what is the user's own."""
    goal = stepper.objective
    known = [name for name, found in GOALS.items() if found.loss is goal.loss]
    return {
        "step": fault.step,
        "model": model_data(stepper.current()[0]),
        "loss": known[0] if known else None,
        "optimizer": rule_data(stepper.optimizer),
        "l2": goal.l2,
        "l1": goal.l1,
    }


def replay(
    path: str | os.PathLike[str],
    *,
    model: Any = None,
    loss: str | Callable[[Any, Any], Any] | None = None,
    optimizer: Rule | None = None,
) -> Blame | None:
    """Make a step that went wrong again, and say who is to blame; None if it is sound now.

    A net of linear layers, activations and dropout, our losses and our update rules are known from
    the file. Code of your own is not kept: pass the model, the loss function or the rule, as they
    were or mended, to see whether the step is sound then. The weights are those of the file.

    Args:
        path: `RUN/blame`, or the run.
        model: a model of the same arrays as the one that was trained.
        loss: a name or a function (outputs, targets) -> scalar.
        optimizer: an update rule.

    Raises:
        FileError: nothing is kept there, or it is damaged, or of a model with other arrays.
        UsageError: a model, a loss or a rule of the user's own is needed, and was not passed.
    """
    kept = reproducer.load(path)
    given = {"model": model, "loss": loss, "optimizer": optimizer}
    chosen = {name: part(name, given[name], kept.settings) for name in given}
    goal = Objective(chosen["loss"], kept.settings["l2"], kept.settings["l1"])
    stepper = Stepper(goal, chosen["optimizer"], kept.arrays["key"])
    stepper.start(chosen["model"])
    stepper.restore(leaves(stepper, kept.arrays))
    x, y, numbers = (kept.arrays[f"batch.{name}"] for name in ("x", "y", "numbers"))
    fault = find_fault(stepper, x, y, [np.arange(len(x))], numbers)
    return None if fault is None else blamed(stepper, fault)


def part(name: str, given: Any, kept: Mapping[str, Any]) -> Any:
    """Return the model, the loss or the rule: the one given, or else the one that was kept."""
    make: dict[str, Callable[[Any], Any]] = {
        "model": model_from,
        "loss": lambda known: known,
        "optimizer": rule_from,
    }
    found = given
    if found is None:
        if kept.get(name) is None:
            what = {"optimizer": "update rule"}.get(name, name)
            raise UsageError(
                f"the {what} is code of your own, which the step does not keep",
                hint=f"pass it: cr.replay(..., {name}=...), or --{name} FILE.py:FUNCTION",
            )
        found = make[name](kept[name])
    return named_goal(found).loss if name == "loss" else found


def leaves(stepper: Stepper, arrays: Mapping[str, Any]) -> list[Any]:
    """Return the arrays that were kept, in the stepper's order; refuse another model's."""
    found = []
    for name, here in zip(names(stepper), stepper.leaves, strict=True):
        there = arrays.get(name)
        if there is None:
            raise FileError(f"the step holds no {name}: it is of another model")
        if there.shape != here.shape or there.dtype != here.dtype:
            raise FileError(
                f"the step's {name} is {there.dtype}{list(there.shape)}, "
                f"the model's {here.dtype}{list(here.shape)}"
            )
        found.append(there)
    return found
