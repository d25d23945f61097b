"""The local gradients of a gate: as formula, as number, and what they make of the gradient."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import apply_rule, settle
from chainrule.errors import ChainruleError
from chainrule.explain.algebra.local import local_expression, rule_expression
from chainrule.explain.scene.records import Local
from chainrule.explain.scene.values import shown_value
from chainrule.explain.view import GateView
from chainrule.graph.node import Node

SMALL = 36  # entries up to which a Jacobian is written out


def locals_of(
    view: GateView, identity: str, wires: Mapping[int, str], arrays: Mapping[Node, str]
) -> Iterator[Local]:
    """Yield one record for each operand that a gradient can flow to.

    Args:
        view, identity: the gate and its id.
        wires: operand -> the id of its wire.
        arrays: the labels of constant arrays.
    """
    diagonal = view.local_gradients
    for operand, x in enumerate(view.node.inputs):
        if operand not in wires or not x.differentiable:
            continue
        rule = None if view.is_elementwise else rule_expression(view, operand, arrays)
        yield Local(
            node=identity,
            operand=operand,
            wire=wires[operand],
            to=view.inputs[operand].label,
            expression=local_expression(view, operand, arrays) if view.is_elementwise else None,
            rule=rule[0] if rule else None,
            shapes=dict(rule[1]) if rule else {},
            value=shown_value(diagonal[operand]),
            jacobian=None if view.is_elementwise else jacobian(view, operand),
            upstream=shown_value(view.upstream),
            downstream=shown_value(view.downstream[operand]),
        )


def jacobian(view: GateView, operand: int) -> tuple[tuple[float, ...], ...] | None:
    """Return rows by outputs, columns by inputs, from the backward rule; None for large gates."""
    node, x = view.node, view.node.inputs[operand]
    size = int(np.prod(node.shape))
    if view.value is None or not 0 < size * int(np.prod(x.shape)) <= SMALL:
        return None
    seen = [np.asarray(found.value) for found in view.inputs]
    z = np.asarray(view.value)
    rows = []
    for i in range(size):
        g = np.zeros(size, node.dtype)
        g[i] = 1
        row = one_row(view, g.reshape(node.shape), z, seen, operand)
        if row is None:
            return None
        rows.append(row)
    return tuple(rows)


def one_row(view: GateView, g: Any, z: Any, seen: Any, operand: int) -> tuple[float, ...] | None:
    try:
        with np.errstate(all="ignore"):
            found = apply_rule(view.node, g, z, seen)[operand]
            if found is None:
                return None
            row = np.asarray(settle(found, view.node.inputs[operand]), np.float64)
    except (ChainruleError, TypeError, ValueError):
        return None
    return tuple(row.ravel().tolist())
