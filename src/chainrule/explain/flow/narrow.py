"""Fewer columns: for a window that is not as wide as a map."""

from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.explain.flow.records import Flow

Array = Any


def narrowed(flow: Flow, columns: int) -> Flow:
    """Return a flow whose columns are joined to at most so many; the largest of each stays."""
    count = len(flow.steps)
    if count <= columns:
        return flow
    starts = np.arange(columns) * count // columns
    sizes, known = joined(flow.sizes, flow.known, starts)
    curves = []
    for curve in flow.curves:
        (values,), (there,) = joined(curve.values[None], curve.known[None], starts)
        curves.append(replace(curve, values=values, known=there))
    return replace(flow, steps=flow.steps[starts], sizes=sizes, known=known, curves=tuple(curves))


def joined(values: Array, known: Array, starts: Array) -> tuple[Array, Array]:
    """Return the largest known value of each group of columns, NaN if one is, and if there is one.

    Args:
        values, known: (rows, columns).
        starts: of the groups, rising.
    """
    with np.errstate(invalid="ignore"):
        largest = np.maximum.reduceat(np.where(known, values, -np.inf), starts, axis=1)
    there = np.logical_or.reduceat(known, starts, axis=1)
    return np.where(there, largest, np.nan), there
