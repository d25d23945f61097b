"""Train a small net step by step and print what memory is held after each tenth of the steps."""

import json
import resource
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def step(weights: list[Any], rate: float) -> list[Any]:
    """One step of gradient descent on exclusive or."""
    w1, b1, w2, b2 = weights
    hidden = cr.tanh(X @ w1 + b1)
    error = hidden @ w2 + b2 - Y
    (error * error).sum().backward()
    return [cr.tensor(w.value - rate * w.grad) for w in weights]


def rss_mb() -> float:
    """Return the resident memory now; where the system does not tell, its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    steps = int(sys.argv[1])
    rng = np.random.default_rng(0)
    weights = [cr.tensor(rng.normal(size=s)) for s in ((2, 4), (4,), (4, 1), (1,))]
    tracemalloc.start()
    samples = []
    for i in range(1, steps + 1):
        weights = step(weights, 0.05)
        if i % max(1, steps // 10) == 0:
            traced = tracemalloc.get_traced_memory()[0] / 2**20
            samples.append({"step": i, "rss_mb": rss_mb(), "traced_mb": traced})
    print(json.dumps(samples))


if __name__ == "__main__":
    main()
