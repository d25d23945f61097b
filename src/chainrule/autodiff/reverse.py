"""The reverse pass: every gate hands its inputs their share of the gradient that reached it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import ChainruleError, GradientError
from chainrule.graph.gate import Operators
from chainrule.graph.mode import CURRENT, using
from chainrule.graph.node import ancestors
from chainrule.graph.registry import ops


def backward(
    root: Any,
    upstream: Any,
    value: Callable[[Any], Any],
    wrt: Iterable[Any] | None = None,
    watch: Callable[..., None] | None = None,
    more: Mapping[Any, Any] | None = None,
) -> dict[Any, Any]:
    """Differentiate `root` by everything it depends on.

    Args:
        root: the gate whose gradient by the others is wanted.
        upstream: the gradient that enters at the root, of the root's shape.
        value: maps a gate to what the rules see: its array (first order, cheap) or the gate
            itself (any order, and what is drawn and compiled).
        wrt: only these gates are needed; gates that do not lead to them are passed over.
        watch: called with (gate, upstream gradient, local results) at each gate.
        more: gradients that enter at other gates than the root, to be added up in the same pass.

    Returns:
        A gradient for each gate that the root depends on and that carries one.
    """
    grads = {root: upstream, **(more or {})}
    order = ancestors(grads)
    needed = None if wrt is None else leading_to(set(wrt), order)
    for node in reversed(order):
        g = grads.get(node)
        if g is None or node.op is None:
            continue
        inputs, rule, z = node.inputs, node.op.rule, value(node)
        if len(inputs) > 2 or node.attrs or isinstance(g, Operators):
            seen: Sequence[Any] = [*map(value, inputs)]
            local = apply_rule(node, g, z, seen)
        elif len(inputs) == 2:  # spelt out: unpacking takes longer than many rules
            seen = x, y = value(inputs[0]), value(inputs[1])
            local = rule(g, z, x, y)
        else:
            seen = (x,) = (value(inputs[0]),)
            local = rule(g, z, x)
        if type(local) is not tuple or len(local) != len(inputs):
            local = one_for_each(node, local)
        if watch is not None:
            watch(node, g, local)
        for i, share in enumerate(local):
            parent, x = inputs[i], seen[i]
            if share is None or not parent.differentiable:
                continue
            if needed is not None and parent not in needed:
                continue
            if getattr(share, "shape", None) != x.shape or share.dtype is not x.dtype:
                share = settle(share, parent)
            grads[parent] = grads[parent] + share if parent in grads else share  # add at branches
    return grads


def apply_rule(node: Any, g: Any, z: Any, seen: Sequence[Any]) -> Any:
    """Call the gate's backward rule; where gradients are gates, it must not leave the graph."""
    if isinstance(g, Operators):
        local = apply_on_graph(node, g, z, seen)
    else:
        local = node.op.rule(g, z, *seen, **node.attrs)
    return one_for_each(node, local)


def one_for_each(node: Any, local: Any) -> Any:
    """Return the results of a rule as a sequence, which must be as long as the gate's inputs."""
    local = local if isinstance(local, (tuple, list)) else (local,)
    if len(local) != len(node.inputs):
        raise GradientError(
            f"the backward rule of {node.op.name} returned {len(local)} gradients "
            f"for {len(node.inputs)} inputs"
        )
    return local


def apply_on_graph(node: Any, g: Any, z: Any, seen: Sequence[Any]) -> Any:
    """Call a rule on gates; one that takes their plain values would lose the next derivative.

    The gates that it makes belong to the module of the gate: `layers.3@grad`.
    """
    scope = f"{node.scope}@grad" if node.symbolic and node.scope else CURRENT.get().scope
    try:
        with using(differentiating=True, scope=scope):
            return node.op.rule(g, z, *seen, **node.attrs)
    except ChainruleError:
        raise
    except (TypeError, ValueError) as error:
        raise GradientError(
            f"the backward rule of {node.op.name} works on plain arrays only, so it gives first "
            f"derivatives; a second one was asked for ({error})",
            hint="write the rule with cr functions and operators instead of NumPy calls",
        ) from error


def settle(g: Any, parent: Any) -> Any:
    """Give a gradient its input's shape (undo broadcasting) and dtype."""
    if not hasattr(g, "shape"):
        g = np.asarray(g, dtype=parent.dtype)
    if g.shape != parent.shape:
        g = gather_to(g, parent.shape)
    return g if g.dtype == parent.dtype else ops.astype(g, parent.dtype.name)


def gather_to(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum over the axes that broadcasting repeated; repeat where a rule returned one for all."""
    extra = max(len(g.shape) - len(shape), 0)
    tail = g.shape[extra:]
    grown = [i for i in range(-len(tail), 0) if shape[i] == 1 != tail[i]]
    axes = (*range(extra), *(i + len(g.shape) for i in grown))
    if axes:
        g = ops.sum(g, axis=axes, keepdims=True)
        g = ops.reshape(g, g.shape[extra:])
    return g if g.shape == shape else ops.broadcast_to(g, shape)


def leading_to(wanted: set[Any], order: list[Any]) -> set[Any]:
    """Return the gates in `order` from which a wanted gate can be reached backward."""
    found = set(wanted)
    for node in order:
        if any(x in found for x in node.inputs):
            found.add(node)
    return found
