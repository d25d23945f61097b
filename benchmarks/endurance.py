"""Make many native updates and print what the process holds after each tenth of them."""

import json
import sys
import threading
import time
from pathlib import Path

import numpy as np

import chainrule as cr
from benchmarks.eager_memory import rss_mb
from chainrule import data

AT_A_TIME = 1000  # updates a call


def descriptors() -> int:
    """Return how many files the process has open; 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def threads() -> int:
    """Return how many threads the process has, native ones included where the system tells."""
    folder = Path("/proc/self/task")
    return len(list(folder.iterdir())) if folder.exists() else threading.active_count()


def main() -> None:
    steps = int(sys.argv[1])
    *columns, y = (column.values for column in data.load("digits").columns)
    x = np.stack(columns, axis=1) / 16
    trainer = cr.Trainer(cr.nn.MLP(64, 128, 64, 10, key=0), loss="cross_entropy")
    draw = np.random.default_rng(0)
    samples, began = [], time.perf_counter()
    for done in range(0, steps, AT_A_TIME):
        losses = trainer.run(x, y, draw.integers(0, len(x), (min(AT_A_TIME, steps - done), 32)))
        if not done or (done + AT_A_TIME) % max(AT_A_TIME, steps // 10) == 0:
            held = {"rss_mb": rss_mb(), "descriptors": descriptors(), "threads": threads()}
            samples.append({"step": done + len(losses), "loss": float(losses[-1]), **held})
    seconds = time.perf_counter() - began
    print(json.dumps({"steps": steps, "seconds": seconds, "samples": samples}))


if __name__ == "__main__":
    main()
