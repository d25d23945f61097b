"""Random circuits: any gates of the registry, any reuse of what was computed, any broadcasting.

A circuit is plain data, so that hypothesis can shrink it and a failure can be pasted into a test.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st

from chainrule.autodiff import reverse
from chainrule.eager.tensor import Tensor, tensor, value_of
from chainrule.graph.registry import OPS, Op, ops
from tests.contract.calls import DECLARED, interval, is_elementwise
from tests.contract.numeric import STEP, close, crosses_kink, slope

SHAPES = [(2, 3), (3,), (2, 1), (1, 3), (1, 1), ()]  # they all broadcast with one another


@dataclass(frozen=True)
class Step:
    """One gate: the op's name and the positions of its inputs among the values so far."""

    op: str
    inputs: tuple[int, ...]
    attrs: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Circuit:
    """Leaves of some shapes and the gates that are computed from them, one after the other."""

    leaves: tuple[tuple[int, ...], ...]
    steps: tuple[Step, ...]
    seed: int = 0

    def inputs(self) -> list[Any]:
        rng = np.random.default_rng(self.seed)
        return [np.asarray(rng.uniform(-2, 2, size=shape)) for shape in self.leaves]

    def run(self, leaves: Sequence[Any], apply: Callable[..., Any]) -> list[Any]:
        """Return the values of leaves and gates; the last one is the sum over all of them.

        The inputs of a gate are squashed into its op's domain first, by gates.
        """
        values = list(leaves)
        for step in self.steps:
            op = OPS[step.op]
            inputs = [
                squashed(values[i], interval(op, place), apply)
                for place, i in enumerate(step.inputs)
            ]
            values.append(apply(op, *inputs, **dict(step.attrs)))
        total: Any = 0.0
        for v in values:
            total = apply(OPS["add"], total, apply(OPS["sum"], v))
        return [*values, total]


def squashed(x: Any, domain: Any, apply: Callable[..., Any]) -> Any:
    """Map any number into an open interval; for a condition, compare with 0."""
    if domain is bool:
        return apply(OPS["greater"], x, 0.0)
    low, high = domain
    inside = apply(OPS["tanh"], apply(OPS["multiply"], x, 0.5))
    centre = apply(OPS["multiply"], inside, (high - low) / 2)
    return apply(OPS["add"], centre, (high + low) / 2)


def by_numpy(states: list[Any], op: Op, *inputs: Any, **attrs: Any) -> Any:
    """Apply an op to arrays without the engine, and note the state of its kinks."""
    inputs, filled = op.bind(inputs, attrs)
    if op.kinks:
        states.append(np.ravel(op.kinks(*inputs, **filled)))
    return op.compute(inputs, filled)


def by_gates(op: Op, *inputs: Any, **attrs: Any) -> Any:
    return op(*inputs, **attrs)


def elementwise() -> list[str]:
    """Return the elementwise ops that compute floats."""
    return [n for n in DECLARED if is_elementwise(OPS[n]) and not OPS[n].discrete]


def reductions() -> list[str]:
    return [n for n in DECLARED if {"axis", "keepdims"} <= set(OPS[n].defaults)
            and not OPS[n].discrete and OPS[n].arity == 1]  # fmt: skip


@st.composite
def circuits(draw: Any) -> Circuit:
    """Draw a circuit of one to eight gates on one to three leaves."""
    leaves = draw(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=3))
    steps: list[Step] = []
    shapes = list(leaves)
    for _ in range(draw(st.integers(1, 8))):
        step = draw(gates(shapes))
        op = OPS[step.op]
        steps.append(step)
        shapes.append(op.result_shape([shapes[i] for i in step.inputs], dict(step.attrs)))
    return Circuit(tuple(leaves), tuple(steps), draw(st.integers(0, 2**16)))


@st.composite
def gates(draw: Any, shapes: list[tuple[int, ...]]) -> Step:
    """Draw a gate on values of these shapes."""
    which = st.integers(0, len(shapes) - 1)
    if draw(st.integers(0, 4)) == 0:
        i = draw(which)
        axis = draw(st.sampled_from([None, *range(-len(shapes[i]), 0)]))
        keepdims = axis is not None or draw(st.booleans())
        name = draw(st.sampled_from(reductions()))
        return Step(name, (i,), (("axis", axis), ("keepdims", keepdims)))
    name = draw(st.sampled_from(elementwise()))
    return Step(name, tuple(draw(which) for _ in range(OPS[name].arity)))


# Checks ------------------------------------------------------------------------------------------


def gradients(circuit: Circuit, leaves: Sequence[Any]) -> list[Any]:
    """Return the gradient of the circuit's last value by its leaves, by the reverse pass."""
    live = [tensor(x) for x in leaves]
    root = circuit.run(live, by_gates)[-1]
    found = reverse.backward(root, np.ones(()), value_of)
    return [found.get(x, np.zeros(x.shape)) for x in live]


def second_gradients(circuit: Circuit, leaves: Sequence[Any], along: Sequence[Any]) -> list[Any]:
    """Return the gradient of sum(gradient * along), by the reverse pass through itself."""
    live = [tensor(x) for x in leaves]
    root = circuit.run(live, by_gates)[-1]
    first = reverse.backward(root, tensor(1.0), lambda gate: gate)
    total: Any = 0.0
    for x, d in zip(live, along, strict=True):
        total = total + ops.sum(first[x] * d) if x in first else total
    constant = not isinstance(total, Tensor) or not total.differentiable
    found = {} if constant else reverse.backward(total, np.ones(()), value_of)
    return [found.get(x, np.zeros(x.shape)) for x in live]


def has_kink(circuit: Circuit, leaves: Sequence[Any], along: Sequence[Any]) -> bool:
    """Tell whether some gate's winner changes within the reach of the differences."""

    def state(t: Any) -> Any:
        states: list[Any] = [np.zeros(0)]
        circuit.run(moved(leaves, along, t), partial(by_numpy, states))
        return np.concatenate([s.astype(float) for s in states])

    return crosses_kink(state, 0.0, 1.0)


def moved(leaves: Sequence[Any], along: Sequence[Any], t: float) -> list[Any]:
    return [x + t * d for x, d in zip(leaves, along, strict=True)]


def check_first(circuit: Circuit, leaves: Sequence[Any], along: Sequence[Any]) -> None:
    """The gradient equals differences of the values."""

    def value(t: float) -> float:
        return float(circuit.run(moved(leaves, along, t), partial(by_numpy, []))[-1])

    found = sum(
        float(np.sum(g * d)) for g, d in zip(gradients(circuit, leaves), along, strict=True)
    )
    wanted = trusted(value)
    assert close(found, wanted, 1e-6), f"{circuit}: reverse pass {found}, differences {wanted}"


def check_second(circuit: Circuit, leaves: Sequence[Any], along: Sequence[Any]) -> None:
    """The gradient's gradient equals differences of the gradient."""

    def first(t: float) -> float:
        here = gradients(circuit, moved(leaves, along, t))
        return float(sum(np.sum(g * d) for g, d in zip(here, along, strict=True)))

    pairs = zip(second_gradients(circuit, leaves, along), along, strict=True)
    found = sum(float(np.sum(h * d)) for h, d in pairs)
    wanted = trusted(first)
    assert close(found, wanted, 1e-5), f"{circuit}: reverse pass {found}, differences {wanted}"


class NoJudge(Exception):
    """The function bends too sharply for its slope to be told by differences."""


def trusted(f: Callable[[float], float]) -> float:
    """Return the slope of `f` at 0, if the differences agree among themselves."""
    fine, coarse = slope(f, 0.0, 1.0, STEP / 2), slope(f, 0.0, 1.0)
    if not close(fine, coarse, 1e-6):
        raise NoJudge(f"differences give {fine} and {coarse}")
    return fine
