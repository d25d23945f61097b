"""One engine in a process of its own: told which circuit to run, it answers with the time it took.

Run as a script, by the interpreter in which the engine is installed. Each line of standard input
names a circuit and how often to run it; the answer is microseconds per gate, forward and backward,
of the process' own time, so that other work on the machine disturbs less.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from time import process_time
from typing import Any

import numpy as np

LENGTH = 20  # times each circuit repeats itself


def repeated(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a circuit that applies `step` over and over and sums the result."""

    def circuit(m: Any, x: Any, w: Any) -> Any:
        h = x
        for _ in range(LENGTH):
            h = step(m, h, x, w)
        return m.sum(h)

    return circuit


def mixed(m: Any, h: Any, x: Any, w: Any) -> Any:
    """Five gates such as small nets are made of."""
    y = m.tanh(h * w + x)
    z = y - w
    return z * x


def product(m: Any, h: Any, x: Any, w: Any) -> Any:
    """A product of 4 by 4 matrices, between two changes of shape."""
    return m.reshape(m.matmul(m.reshape(h, (4, 4)), m.reshape(w, (4, 4))), (16,))


CIRCUITS = {  # name -> circuit, gates in it
    "mixed": (repeated(mixed), 5 * LENGTH + 1),
    "add": (repeated(lambda m, h, x, w: h + x), LENGTH + 1),
    "multiply": (repeated(lambda m, h, x, w: h * w), LENGTH + 1),
    "divide": (repeated(lambda m, h, x, w: h / w), LENGTH + 1),
    "tanh": (repeated(lambda m, h, x, w: m.tanh(h)), LENGTH + 1),
    "exp": (repeated(lambda m, h, x, w: m.exp(-h)), 2 * LENGTH + 1),
    "maximum": (repeated(lambda m, h, x, w: m.maximum(h, w)), LENGTH + 1),
    "matmul": (repeated(product), 4 * LENGTH + 1),
}
X = np.linspace(0.1, 1.0, 16)
W = np.linspace(-1.0, 1.1, 16)


def chainrule_engine() -> Callable[..., Any]:
    cr = import_module("chainrule")
    x, w = cr.tensor(X), cr.tensor(W)

    def run(circuit: Callable[..., Any]) -> Any:
        circuit(cr, x, w).backward()
        return x.grad

    return run


def torch_engine() -> Callable[..., Any]:
    torch = import_module("torch")
    torch.set_num_threads(1)
    x, w = torch.tensor(X, requires_grad=True), torch.tensor(W, requires_grad=True)

    def run(circuit: Callable[..., Any]) -> Any:
        x.grad = w.grad = None
        circuit(torch, x, w).backward()
        return x.grad.numpy()

    return run


def autograd_engine() -> Callable[..., Any]:
    autograd, numpy = import_module("autograd"), import_module("autograd.numpy")

    def run(circuit: Callable[..., Any]) -> Any:
        return autograd.grad(lambda x, w: circuit(numpy, x, w), (0, 1))(X, W)[0]

    return run


ENGINES = {"chainrule": chainrule_engine, "torch": torch_engine, "autograd": autograd_engine}


def version(engine: str) -> str:
    """Return the installed version of an engine."""
    return import_module("importlib.metadata").version(engine)


def answer(run: Callable[..., Any], line: str) -> str:
    """Run a circuit some times; return microseconds per gate and a checksum of the gradient."""
    name, times = line.split()
    circuit, gates = CIRCUITS[name]
    start = process_time()
    for _ in range(int(times)):
        gradient = run(circuit)
    took = process_time() - start
    return f"{took / int(times) / gates * 1e6} {float(np.sum(gradient))}"


def main() -> None:
    engine = sys.argv[1]
    run = ENGINES[engine]()
    print(version(engine), flush=True)
    for line in sys.stdin:
        print(answer(run, line), flush=True)


if __name__ == "__main__":
    main()
