"""Random circuits of symbolic gates: all ops, any reuse, views, products, updates in place.

A number gives a circuit, so that a failure is known by its number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import backward
from chainrule.errors import ChainruleError
from chainrule.graph import shapes
from chainrule.graph.mode import using
from chainrule.graph.node import ConstantNode, Node, leaf
from chainrule.graph.registry import OPS, Op, ops
from tests.contract.agreement import Subject
from tests.contract.calls import DECLARED, cases, interval, is_elementwise, is_shape
from tests.contract.test_lower import INTERPRETED

SIDES = (1, 2, 3, 4, 5, 8, 16, 17, 33)
MOST = 4096  # entries of an array
WIDE = [n for n in DECLARED if n not in INTERPRETED]  # the callback is slow
MAPS = [n for n in WIDE if is_elementwise(OPS[n])]
FOLDS = [n for n in WIDE if {"axis", "keepdims"} <= set(OPS[n].defaults) and OPS[n].arity == 1]
ALONG = ("cumsum", "softmax", "log_softmax", "argsort", "flip")


@dataclass
class Maker:
    """A circuit while it is made.

    Attributes:
        rng: what decides.
        dtype: of floats.
        values: leaves and gates so far; `given` holds the leaves' arrays.
    """

    rng: np.random.Generator
    dtype: Any
    values: list[Node] = field(default_factory=list)
    leaves: list[Node] = field(default_factory=list)
    given: list[Any] = field(default_factory=list)

    def pick(self, among: Any) -> Any:
        return among[int(self.rng.integers(len(among)))]

    def leaf(self, shape: tuple[int, ...], array: Any = None) -> Node:
        """Return a new input."""
        if array is None:
            array = np.asarray(self.rng.uniform(-2, 2, size=shape)).astype(self.dtype)
        made = leaf(array.shape, array.dtype)
        self.leaves.append(made)
        self.given.append(array)
        self.values.append(made)
        return made

    def shape(self) -> tuple[int, ...]:
        sides = (0, *SIDES) if self.rng.random() < 0.04 else SIDES
        return tuple(self.pick(sides) for _ in range(self.rng.integers(0, 4)))

    def floats(self) -> list[Node]:
        return [x for x in self.values if x.dtype.kind == "f"]

    def fit(self, shape: tuple[int, ...]) -> Node:
        """Return a float of this shape: one that is there, another's view, or a new leaf."""
        size = int(np.prod(shape))
        there = [x for x in self.floats() if x.shape == shape]
        if there and self.rng.random() < 0.8:
            return self.pick(there)
        turned = [x for x in self.floats() if x.shape == shape[::-1] and len(shape) > 1]
        if turned and self.rng.random() < 0.7:
            return ops.transpose(self.pick(turned))
        other = [x for x in self.floats() if np.prod(x.shape) == size and x.shape != shape]
        if other and size and self.rng.random() < 0.6:
            return ops.reshape(self.pick(other), shape)
        return self.leaf(shape)

    def beside(self, shape: tuple[int, ...]) -> Node:
        """Return a float that broadcasts with this shape."""
        there = [x for x in self.floats() if goes_with(x.shape, shape)]
        if there and self.rng.random() < 0.8:
            return self.pick(there)
        start = int(self.rng.integers(0, len(shape) + 1))
        return self.fit(tuple(n if self.rng.random() < 0.7 else 1 for n in shape[start:]))

    def within(self, x: Node, domain: Any) -> Node:
        """Return the number brought into a domain, by gates."""
        if domain is bool:
            return x if x.dtype == bool else ops.greater(x, 0.0)
        low, high = domain
        inside = ops.tanh(ops.multiply(x, 0.5))
        return ops.add(ops.multiply(inside, (high - low) / 2), (high + low) / 2)

    def calm(self, x: Node, op: Op, number: int) -> Node:
        """Return an input of an op: as it is, or brought into the op's domain."""
        domain = interval(op, number)
        easy = domain == (-2.0, 2.0) and op.name not in ("exp", "expm1", "sinh", "cosh", "power")
        return x if easy and self.rng.random() < 0.8 else self.within(x, domain)


def goes_with(one: tuple[int, ...], two: tuple[int, ...]) -> bool:
    try:
        found = np.broadcast_shapes(one, two)
    except ValueError:
        return False
    return int(np.prod(found)) <= MOST


# Gates -------------------------------------------------------------------------------------------


def add_map(m: Maker) -> Node:
    op = OPS[m.pick(MAPS)]
    first = m.pick(m.floats())
    inputs = [first, *(m.beside(first.shape) for _ in range(op.arity - 1))]
    return op(*(m.calm(x, op, n) for n, x in enumerate(inputs)))


def add_fold(m: Maker) -> Node:
    op, x = OPS[m.pick(FOLDS)], m.pick(m.floats())
    axis = m.pick([None, *range(-len(x.shape), 0)])
    if len(x.shape) > 1 and m.rng.random() < 0.3 and op.name not in ("argmax", "argmin"):
        axis = (0, -1)
    return op(m.calm(x, op, 0), axis=axis, keepdims=bool(m.rng.random() < 0.5))


def add_along(m: Maker) -> Node:
    op = OPS[m.pick(ALONG)]
    x = m.pick([x for x in m.floats() if x.shape] or [m.leaf((3, 4))])
    return op(x, axis=m.pick(range(-len(x.shape), 0)))


def add_product(m: Maker) -> Node:
    x = m.pick([x for x in m.floats() if x.shape and x.shape[-1]] or [m.leaf((3, 4))])
    y = m.fit((x.shape[-1], m.pick(SIDES)))
    return ops.matmul(x, y) if m.rng.random() < 0.7 else ops.matmul(y.T, x.T if x.ndim == 2 else y)


def add_view(m: Maker) -> Node:
    x = m.pick([x for x in m.floats() if x.shape and all(x.shape)] or [m.leaf((4, 5))])
    axis = int(m.rng.integers(len(x.shape)))
    index = tuple(
        slice(None, None, m.pick((1, -1, 2))) if a != axis else m.pick((slice(0, 1), 0, -1, None))
        for a in range(len(x.shape))
    )
    some = np.arange(x.shape[0])[:: m.pick((1, -1, 2))]
    return m.pick([
        lambda: ops.transpose(x, tuple(int(a) for a in m.rng.permutation(len(x.shape)))),
        lambda: ops.reshape(x, (-1,)),
        lambda: ops.getitem(x, index),
        lambda: ops.getitem(x, some),
        lambda: ops.getitem(x, m.leaf((), np.asarray(m.rng.integers(x.shape[0], size=3)))),
        lambda: ops.broadcast_to(x, (2, *x.shape)),
        lambda: ops.concatenate((x, m.fit(x.shape)), axis=axis),
        lambda: ops.stack((m.fit(x.shape), x), axis=axis),
        lambda: ops.roll(x, 1, axis),
        lambda: ops.pad_constant(x, 1),
    ])()  # fmt: skip


def add_case(m: Maker) -> Node:
    """Any op as one of its declared cases has it."""
    op = OPS[m.pick(WIDE)]
    wanted = m.pick(cases(op))
    args = []
    for n, x in enumerate(wanted.inputs):
        if is_shape(x):
            args.append(m.calm(m.fit(x), op, n))
        elif isinstance(x, np.ndarray) and x.dtype.kind == "f":
            args.append(m.leaf((), x.astype(m.dtype)))
        else:
            args.append(x)
    return op(*args, **wanted.attrs)


KINDS: tuple[tuple[float, Callable[[Maker], Node]], ...] = (
    (0.4, add_map), (0.15, add_fold), (0.05, add_along), (0.15, add_product), (0.15, add_view),
    (0.1, add_case),
)  # fmt: skip


def grown(m: Maker) -> None:
    """Add a gate; one that its op refuses is left out."""
    at = m.rng.choice(len(KINDS), p=[p for p, _ in KINDS])
    try:
        made = KINDS[at][1](m)
    except (ChainruleError, shapes.Mismatch):
        return
    if isinstance(made, Node) and made.op is not None and np.prod(made.shape) <= MOST:
        m.values.append(made)


def program(number: int, dtype: Any = np.float64) -> Subject:
    """Return the circuit with this number."""
    m = Maker(np.random.default_rng(number), dtype)
    with using(tracing=True, recording=True), np.errstate(all="ignore"):
        for _ in range(m.rng.integers(1, 4)):
            m.leaf(m.shape())
        for _ in range(m.rng.integers(2, 14)):
            grown(m)
        outputs, updates = finished(m)
    return Subject(f"program {number}", m.leaves, outputs, m.given, updates)


def finished(m: Maker) -> tuple[list[Node], dict[int, int]]:
    """Return some gates and gradients as outputs, and which of them take the place of inputs."""
    gates = [x for x in m.values if x.op is not None and x.dtype.name != "float16"]
    outputs = [m.pick(gates) for _ in range(m.rng.integers(1, 4))] if gates else []
    outputs += gates[-1:] or [m.leaves[0]]
    live = [x for x in outputs if x.differentiable]
    wrt = [x for x in m.leaves if x.differentiable]
    found: dict[Any, Any] = {}
    if live and m.rng.random() < 0.8:
        total = sum((ops.sum(ops.tanh(x)) for x in live[1:]), ops.sum(ops.tanh(live[0])))
        if total.dtype == m.dtype:
            one = ConstantNode(np.ones((), m.dtype))
            try:
                found = backward(total, one, lambda gate: gate, wrt=wrt)
            except ChainruleError:
                found = {}
    grads = [found[x] for x in wrt if x in found]
    updates: dict[int, int] = {}
    places = {x: n for n, x in enumerate(m.leaves)}
    outputs += grads
    if m.rng.random() < 0.4:
        for x in wrt:
            new = [v for v in (*gates, *wrt) if (v.shape, v.dtype) == (x.shape, x.dtype)]
            step = ops.subtract(x, ops.multiply(found[x], 0.1)) if x in found else None
            updates[places[x]] = len(outputs)
            outputs.append(step if step is not None and m.rng.random() < 0.6 else m.pick(new))
    return outputs, updates
