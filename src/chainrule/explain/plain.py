"""A circuit and a check as plain data: what `--json` prints."""

import dataclasses
import math
from typing import Any

import numpy as np

from chainrule.explain.gates import Graph
from chainrule.explain.verdicts import CheckReport, GateCheck
from chainrule.explain.view import GateView


def graph_data(graph: Graph) -> dict[str, Any]:
    """Return values, local gradients and gradients of every node, in the order of execution."""
    return {
        "title": graph.title,
        "output": graph.output.label,
        "value": jsonable(graph.output.value),
        "gradients": jsonable(graph.gradients),
        "leaves": [node_data(view) for view in graph.leaves],
        "gates": [gate_data(view) for view in graph.gates],
        "backward_order": [view.label for view in graph.backward_order],
    }


def node_data(view: GateView) -> dict[str, Any]:
    """Return what a leaf and a gate have in common."""
    return {
        "name": view.name,
        "label": view.label,
        "shape": list(view.shape),
        "value": jsonable(view.value),
        "grad": jsonable(view.grad),
        "contributions": [
            {"from": c.gate.label, "operand": c.operand, "value": jsonable(c.value)}
            for c in view.contributions
        ],
    }


def gate_data(view: GateView) -> dict[str, Any]:
    source = view.source
    return {
        **node_data(view),
        "op": view.op,
        "role": view.role,
        "inputs": [operand_data(x) for x in view.inputs],
        "local_gradients": jsonable(view.local_gradients),
        "upstream": jsonable(view.upstream),
        "downstream": jsonable(view.downstream),
        "source": {"file": source.file, "line": source.line} if source and source.text else None,
    }


def operand_data(view: GateView) -> Any:
    """Return an operand's label, or the value of a constant."""
    return jsonable(view.value) if view.op == "constant" else view.label


def report_data(report: CheckReport) -> dict[str, Any]:
    """Return every comparison, and what is wrong."""
    return {
        "title": report.title,
        "ok": report.ok,
        "message": report.message,
        "order": report.order,
        "inputs": [jsonable(dataclasses.asdict(row)) for row in report.inputs],
        "gates": [gate_check_data(gate) for gate in report.gates],
        "gates_in_all": report.total_gates,
    }


def gate_check_data(gate: GateCheck) -> dict[str, Any]:
    return {
        "name": gate.name,
        "label": gate.label,
        "op": gate.op,
        "ok": gate.ok,
        "verdict": gate.verdict,
        "error": gate.error,
        "rule": gate.rule,
        "line": gate.used.line if gate.used and gate.used.text else None,
        "rows": [jsonable(dataclasses.asdict(row)) for row in gate.rows],
    }


def jsonable(value: Any) -> Any:
    """Return numbers and arrays as JSON has them; what it has not, as "NaN" and "Infinity"."""
    if isinstance(value, dict):
        return {key: jsonable(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(v) for v in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return jsonable(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            return "NaN"
        return "Infinity" if value > 0 else "-Infinity"
    return value
