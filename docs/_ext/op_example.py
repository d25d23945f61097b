"""A small example of an op, computed by the engine: value, gradient, and differences beside it."""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import docstrings
import numpy as np

import chainrule as cr
from chainrule.graph import shapes
from chainrule.graph.case import Case, case
from chainrule.graph.registry import Op

STEP = 1e-5
MOST = 6  # entries that are listed


def section(op: Op) -> str:
    """Return the example as Markdown."""
    wanted = smallest(op)
    inputs = drawn(op, wanted)
    live = [cr.tensor(x) if is_float(x) else x for x in inputs]
    z = op(*live, **wanted.attrs)
    lines = [*assignments(op, live), f">>> z = {call_text(op, live, wanted)}"]
    lines += [">>> z.value", repr(np.asarray(cr.tensor(z).value))]
    if not getattr(z, "differentiable", False):
        return docstrings.fence("pycon", lines) + "\n\nNo gradient flows through it."
    upstream = np.arange(1.0, np.size(z.value) + 1).reshape(z.shape)
    z.backward(upstream)
    lines.append(f">>> z.backward({shown(upstream)})")
    return docstrings.fence("pycon", lines) + "\n\n" + table(op, wanted, inputs, live, upstream)


def table(op: Op, wanted: Case, inputs: Sequence[Any], live: Sequence[Any], upstream: Any) -> str:
    """List gradients by the backward rules and by centred differences."""
    total = sum(x.size for x in live if isinstance(x, cr.Tensor))
    rows = []
    for i, x in enumerate(live):
        if not isinstance(x, cr.Tensor) or x.grad is None:
            continue
        for place in np.ndindex(x.shape):
            slope = difference(op, wanted, inputs, i, place, upstream)
            entry = input_name(op, i) + (f"[{', '.join(map(str, place))}]" if place else "")
            rows.append(f"| `{entry}` | {x.value[place]:.6g} | {x.grad[place]:.9f} | {slope:.9f} |")
    if not rows:
        return "No gradient flows through it."
    head = "| entry | value | gradient by the rule | by centred differences |\n|---|---|---|---|\n"
    more = f"\n\nThe first {MOST} of {total} entries." if len(rows) > MOST else ""
    return head + "\n".join(rows[:MOST]) + more


def difference(
    op: Op, wanted: Case, inputs: Sequence[Any], i: int, place: Any, upstream: Any
) -> float:
    """Return (f(x + h) - f(x - h)) / 2h for one entry of one input, f weighted by `upstream`."""

    def total(h: float) -> float:
        moved = np.array(inputs[i])
        moved[place] += h
        values = [moved if j == i else x for j, x in enumerate(inputs)]
        return float(np.sum(upstream * op(*values, **wanted.attrs)))

    return (total(STEP) - total(-STEP)) / (2 * STEP)


def cases(op: Op) -> list[Case]:
    """Return what the declaration offers, or usual shapes for an elementwise op."""
    if op.examples:
        return list(op.examples)
    usual: dict[int, list[Any]] = {
        1: [((3,),), ((2, 3),)],
        2: [((3,), (3,)), ((2, 1), (3,)), ((), (2, 3))],
        3: [((3,), (3,), (3,)), ((2, 1), (3,), ())],
    }
    return [case(*found) for found in usual.get(op.arity, [])]


def smallest(op: Op) -> Case:
    """Return an example small enough to be read."""
    if op.shape is shapes.broadcast and op.arity in (1, 2, 3):
        return case(*[(3,)] * op.arity)
    return min(cases(op), key=lambda c: (bool(c.attrs), entries(c)))


def entries(wanted: Case) -> int:
    return sum(int(np.prod(x)) if is_shape(x) else np.size(x) for x in wanted.inputs)


def drawn(op: Op, wanted: Case) -> list[Any]:
    """Fill the shapes of a case with short numbers from the middle of the op's domain."""
    rng = np.random.default_rng(crc32(op.name.encode()))
    return [
        numbers(rng, x, interval(op, i)) if is_shape(x) else x for i, x in enumerate(wanted.inputs)
    ]


def numbers(rng: np.random.Generator, shape: tuple[int, ...], domain: Any) -> Any:
    if domain is bool:
        return np.asarray(rng.random(shape) < 0.5)
    low, high = domain
    margin = (high - low) / 10
    return np.asarray(np.round(rng.uniform(low + margin, high - margin, size=shape), 2))


def interval(op: Op, position: int) -> Any:
    if op.domain is bool or isinstance(op.domain[0], (int, float)):
        return op.domain
    return op.domain[min(position, len(op.domain) - 1)]


def computed(op: Op, wanted: Case) -> tuple[list[Any], dict[str, Any], Any]:
    """Return the arrays that go in, the attributes, and what comes out."""
    inputs, attrs = op.bind(drawn(op, wanted), dict(wanted.attrs))
    return list(inputs), dict(attrs), op.compute([np.asarray(x) for x in inputs], attrs)


def assignments(op: Op, live: Sequence[Any]) -> list[str]:
    return [
        f">>> {input_name(op, i)} = {made(x)}"
        for i, x in enumerate(live)
        if isinstance(x, (np.ndarray, cr.Tensor))
    ]


def made(x: Any) -> str:
    return f"cr.tensor({shown(x.value)})" if isinstance(x, cr.Tensor) else f"np.array({shown(x)})"


def shown(x: Any) -> str:
    return repr(np.asarray(x).tolist())


def call_text(op: Op, live: Sequence[Any], wanted: Case) -> str:
    args = [
        input_name(op, i) if isinstance(x, (np.ndarray, cr.Tensor)) else repr(x)
        for i, x in enumerate(live)
    ]
    if takes_list(op) and not any(isinstance(x, str) for x in live):
        args = [f"[{', '.join(args)}]"]
    attrs = [f"{name}={attribute(value)}" for name, value in wanted.attrs.items()]
    return f"cr.{op.public}({', '.join([*args, *attrs])})"


def attribute(value: Any) -> str:
    return f"np.array({value.tolist()})" if isinstance(value, np.ndarray) else repr(value)


def input_name(op: Op, i: int) -> str:
    return f"x{i}" if takes_list(op) else op.input_names[i]


def takes_list(op: Op) -> bool:
    """Return whether the inputs are one list of arrays, as for `concatenate`."""
    first = next(iter(op.__signature__.parameters.values()))
    return first.kind is first.VAR_POSITIONAL


def shape_of(x: Any) -> str:
    return str(np.shape(x))


def is_float(x: Any) -> bool:
    return isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind == "f"


def is_shape(x: Any) -> bool:
    return isinstance(x, tuple) and all(type(n) is int for n in x)
