"""Running gate by gate stays affordable; the figures themselves are measured by `make bench`."""

import tracemalloc
from time import process_time

import numpy as np

import chainrule as cr
from benchmarks.eager_memory import step

LIMIT = 3.5e-6  # seconds per gate, forward and backward; here five times as much is too much
GATES = 100


def test_time_per_gate() -> None:
    x, w = cr.tensor(np.linspace(0.1, 1, 16)), cr.tensor(np.linspace(-1, 1, 16))

    def seconds() -> float:
        start = process_time()
        y = x
        for _ in range(GATES // 2):
            y = y * w + x
        y.backward(np.ones(16))
        return process_time() - start

    assert min(seconds() for _ in range(50)) / GATES < 5 * LIMIT


def test_memory_stays_flat() -> None:
    rng = np.random.default_rng(0)
    weights = [cr.tensor(rng.normal(size=s)) for s in ((2, 4), (4,), (4, 1), (1,))]
    tracemalloc.start()
    try:
        held = []
        for _ in range(3):
            for _ in range(300):
                weights = step(weights, 0.05)
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert held[2] - held[1] < 100_000  # one step's circuit, kept each time, would be ten times it
