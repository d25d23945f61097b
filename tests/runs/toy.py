"""A training in miniature: arrays that follow a deterministic rule, and are checkpointed.

    python toy.py RUN [--resume] [--fault NAME]

The faults are what the kill test has to find.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.files import atomic
from chainrule.runs import Run

STEPS, EPOCH, EVERY = 40, 10, 4
SHAPE = (7, 5)

State = dict[str, np.ndarray[Any, Any]]


def initial() -> State:
    """Return the state before the first step; `dice` is a generator's state in 64 bits."""
    return {
        "weight": np.linspace(-1, 1, 35).reshape(SHAPE),
        "momentum": np.zeros(SHAPE, np.float32),
        "dice": np.arange(35, dtype=np.uint64).reshape(SHAPE),
        "total": np.zeros(()),  # the loss of the epoch so far
        "best": np.full((), np.inf),
    }


def advance(state: State) -> State:
    """Take one step downhill, with noise."""
    dice = state["dice"] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    noise = (dice >> np.uint64(40)).astype(np.float32) / np.float32(2**24) - np.float32(0.5)
    gradient = state["weight"].astype(np.float32) + noise
    momentum = np.float32(0.9) * state["momentum"] + gradient
    weight = state["weight"] - 0.03 * momentum
    total = state["total"] + np.mean(weight**2)
    return {**state, "weight": weight, "momentum": momentum, "dice": dice, "total": total}


def train(run: Run, state: State, step: int) -> None:
    """Train to the last step, with a record an epoch and a checkpoint every few steps."""
    history = run.history()[: step // EPOCH]
    while step < STEPS:
        state, step = advance(state), step + 1
        time.sleep(0.004)
        best = step % EPOCH == 0
        if best:
            loss, state["total"] = float(state["total"]), np.zeros(())
            best = bool(loss < state["best"])
            state["best"] = np.minimum(state["best"], loss)
            history.append({"epoch": step // EPOCH, "loss": loss})
            run.write_history(history)
        if step % EVERY == 0 or step % EPOCH == 0:
            run.save_checkpoint(step, state, {}, best=best)
    run.write_model({"weight": state["weight"]}, {})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--fault", choices=[*FAULTS, "dice"])
    options = parser.parse_args()
    FAULTS.get(options.fault, lambda: None)()
    if not options.resume:
        train(Run.create(options.run, settings={"steps": STEPS}), initial(), 0)
        return
    run = Run.open(options.run)
    run.sweep()
    found = run.latest()
    state, step = (found.tensors, int(found.metadata["step"])) if found else (initial(), 0)
    if options.fault == "dice":
        state["dice"] = initial()["dice"]
    train(run, state, step)


def _write_in_place() -> None:
    def write_bytes(path: str | os.PathLike[str], data: bytes, durable: bool = True) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, data)
        os.fsync(descriptor)
        os.close(descriptor)

    atomic.write_bytes = write_bytes


def _remove_first() -> None:
    save = Run.save_checkpoint

    def save_checkpoint(run: Run, *arguments: Any, **options: Any) -> Path:
        for path in run.checkpoints():
            path.unlink()
        return save(run, *arguments, **options)

    Run.save_checkpoint = save_checkpoint  # type: ignore[assignment,method-assign]


def _lose_numbers() -> None:
    global advance
    step = advance

    def lost(state: State) -> State:
        after = step(state)
        after["weight"][:] = np.nan
        return after

    advance = lost


def _stand_still() -> None:
    global advance

    def still(state: State) -> State:
        return {**state, "total": state["total"] + 1}

    advance = still


FAULTS: dict[str, Callable[[], None]] = {
    "in-place": _write_in_place,
    "remove-first": _remove_first,
    "nan": _lose_numbers,
    "still": _stand_still,
}

if __name__ == "__main__":
    main()
