"""Faults planted in circuits: one entry of one gate becomes NaN or infinite.

A number gives a fault, so that a failure is known by its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule import nn, optim
from chainrule.explain.blame.culprit import Ran, culprit
from chainrule.explain.blame.running import by_numpy, run
from chainrule.graph.node import Node, ancestors
from chainrule.nn import losses
from chainrule.train.named import NamedStep
from chainrule.train.step import Objective, Stepper
from tests.property.programs import program

Array = Any
BAD = (np.nan, np.inf, -np.inf)
ACTIVATIONS = ("relu", "tanh", "sigmoid", "softplus", "gelu", "elu", "softsign")
RULES = (
    optim.SGD(rate=0.1), optim.Momentum(rate=0.1, clip_norm=1.0), optim.Adam(rate=0.01),
    optim.RMSprop(rate=0.01, clip_value=0.5), optim.Adagrad(rate=0.1), optim.AdamW(rate=0.01),
)  # fmt: skip


@dataclass
class Planted:
    """A circuit in which an entry of a gate is replaced.

    Attributes:
        outputs: what has to be finite.
        given: values of the leaves.
        gate, at, value: what is replaced, and by what.
        beside: a fault that does no harm.
    """

    outputs: Sequence[Node]
    given: dict[Node, Array]
    gate: Node
    at: tuple[int, ...]
    value: float
    beside: "Planted | None" = None

    def compute(self, gate: Node, operands: Sequence[Array]) -> Array:
        """Compute a gate as NumPy does, but for the one with the fault."""
        found = (
            by_numpy(gate, operands) if self.beside is None else self.beside.compute(gate, operands)
        )
        if gate is self.gate:
            found = np.array(found)
            found[self.at] = self.value
        return found

    def ran(self) -> Ran:
        """Run the circuit with the fault in it."""
        return Ran(self.outputs, run(self.outputs, self.given, self.compute), self.compute)

    def verdict(self, find: Any = culprit) -> str:
        """Return "found", "harmless", or what is wrong with what was found."""
        ran = self.ran()
        found = find(ran)
        if not any(node in ran.bad for node in self.outputs):
            return "harmless" if found is None else f"{found.node} blamed, and no output is bad"
        if found is None:
            return f"{self.gate} has made an output bad, and nobody is blamed"
        right = np.zeros(self.gate.shape, bool)
        right[self.at] = True
        if found.node is not self.gate:
            return f"{found.node} blamed for what {self.gate} did"
        return "found" if np.array_equal(found.entries, right) else f"wrong entry of {self.gate}"


def planted(
    outputs: Sequence[Node], given: dict[Node, Array], rng: np.random.Generator
) -> Planted | None:
    """Return the circuit with a fault at a random gate; None where an output is bad without."""
    values = run(outputs, given, by_numpy)
    gates = [
        n
        for n in ancestors(outputs)
        if n.op is not None and n.dtype.kind == "f" and 0 not in n.shape
    ]
    if not gates or not all(np.isfinite(values[n]).all() for n in outputs):
        return None
    gate = gates[int(rng.integers(len(gates)))]
    at = tuple(int(rng.integers(n)) for n in gate.shape)
    return Planted(outputs, given, gate, at, BAD[int(rng.integers(len(BAD)))])


def in_a_circuit(number: int) -> Planted | None:
    """Return a random circuit, forward and backward, with a fault."""
    made = program(number, np.float64)
    floats = [n for n in dict.fromkeys(made.outputs) if n.dtype.kind == "f" and n.op is not None]
    given = dict(zip(made.inputs, made.values, strict=True))
    with np.errstate(all="ignore"):
        return planted(floats, given, np.random.default_rng(number)) if floats else None


def in_a_circuit_beside_another(number: int) -> Planted | None:
    """Return a circuit with a fault that does harm, and one that does none elsewhere in it."""
    first = in_a_circuit(number)
    if first is None:
        return None
    rng = np.random.default_rng(number)
    harm, none = [], []
    for _ in range(30):
        with np.errstate(all="ignore"):
            made = planted(first.outputs, first.given, rng)
            assert made is not None
            bad = made.ran().bad
            (harm if any(n in bad for n in made.outputs) else none).append(made)
    if not harm or not none or harm[0].gate is none[0].gate:
        return None
    made = replace(harm[0], beside=none[0])
    bad = made.ran().bad
    mixed = any(x in bad for x in made.gate.inputs)  # then both take part in what comes of it
    return None if mixed or not any(n in bad for n in made.outputs) else made


def in_a_step(number: int) -> tuple[Planted, str] | None:
    """Return the step of a random net with a fault, and the name of the gate at fault."""
    rng = np.random.default_rng(number)
    pick = lambda among: among[int(rng.integers(len(among)))]  # noqa: E731
    sizes = [int(n) for n in rng.integers(1, 6, size=rng.integers(2, 5))]
    net = nn.MLP(*sizes, key=number, activation=pick(ACTIVATIONS), dropout=pick((0.0, 0.3)))
    loss = pick((losses.squared_error, losses.absolute_error, losses.huber))
    made = Stepper(Objective(loss, l2=pick((0.0, 0.1))), pick(RULES), 0)
    made.start(net)
    x, y = (rng.normal(size=(6, n)).astype(np.float32) for n in (sizes[0], sizes[-1]))
    step = NamedStep.of(made, x, y, np.arange(4))
    found, count = step.found, len(made.model_leaves)
    given = dict(zip(found.inputs, [*made.leaves, x, y, np.arange(4), made.key], strict=True))
    got = planted([*found.outputs[:count], found.outputs[-1]], given, rng)
    return None if got is None else (got, step.labels()[got.gate].name)
