"""What the page must compute as Python does, stored for the tests of its own parts."""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.draw.definitions import definitions
from chainrule.draw.numbers import fixed
from chainrule.explain.scene.records import Scene
from chainrule.explain.scene.stored import number_data, scene_data
from chainrule.graph.formula import ARITY, NUMPY
from chainrule.ops.reference import special
from tests.explain.examples import CASES, STAGED

FOLDER = Path(__file__).parents[2] / "web" / "cases"
POINTS = (-7.5, -2.5, -1.5, -0.5, 0.0, 1e-3, 0.3, 0.5, 1.0, 1.4616, 1.9, 2.0, 2.5, 5.0, 30.0)
EDITS: dict[str, tuple[Any, dict[str, float], list[dict[str, float]]]] = {
    "product": (*CASES["product"][:2], [{"x": -1.9}, {"y": 0.0, "z": 1e6}]),
    "neuron": (*CASES["neuron"][:2], [{"w0": 2.1}, {"w0": -30.0, "x1": 0.7}, {"w2": 1e-9}]),
    "router": (*CASES["router"][:2], [{"z": -3.0}, {"z": -1.0}]),
    "staged": (STAGED, {"x": 3.0, "y": -4.0}, [{"x": 2.0}, {"x": 0.1, "y": 0.2}]),
    "powers": ("x^3 - 2^x/x + sqrt(abs(x)) * y^2", {"x": 1.5, "y": -2.0}, [{"x": 0.25}]),
    "curves": (
        "tanh(x) + relu(y) * softplus(x) - log(1 + exp(y)) + sin(x) * cos(y)",
        {"x": 0.5, "y": 1.0},
        [{"y": -1.0}, {"x": -2.0}],
    ),
    "special": (
        lambda x, y: cr.erf(x) * cr.gelu(x) + cr.silu(y) + cr.leaky_relu(y, slope=0.2) * cr.elu(x),
        {"x": 0.5, "y": -0.5},
        [{"x": -1.25}, {"y": 3.0}],
    ),
}


def numbers() -> list[list[Any]]:
    """Return numbers, decimals, and what drawings write for them."""
    rng = np.random.default_rng(7)
    plain = [0.0, -0.0, 0.125, 0.375, 0.625, 2.675, 1.005, 0.005, 0.00499, 99999.994, 99999.996]
    large = [1e5, 125000.0, 135000.0, 1.25e22, 1e300, math.inf, math.nan, 4.25e8, 2**40 * 1.0]
    some = (rng.normal(size=40) * 10.0 ** rng.integers(-8, 9, 40)).tolist()
    eighths = [k / 8 for k in range(1, 40, 2)]
    both = [*plain, *large, *some, *eighths, 1e-7, 5e-324]
    signed = [x * sign for x in both for sign in (1, -1)]
    return [[number_data(x), d, fixed(x, d)] for x in signed for d in (2, 6)]


def functions() -> Iterator[list[Any]]:
    """Yield functions of formulas, their inputs and values."""
    known = {**NUMPY, **{name: getattr(special, name, None) for name in ARITY if name not in NUMPY}}
    with np.errstate(all="ignore"):
        for op, count in ARITY.items():
            for i, x in enumerate(POINTS):
                inputs = [x, *(POINTS[(i * 7 + 3 * k) % len(POINTS)] for k in range(1, count))]
                given = [bool(inputs[0]), *inputs[1:]] if op == "where" else inputs
                value = float(np.asarray(known[op](*map(np.asarray, given))))
                yield [op, inputs, number_data(value)]


def evaluations() -> Iterator[dict[str, Any]]:
    """Yield scenes, and what their values and gradients are after edits."""
    for name, (expression, leaves, edits) in EDITS.items():
        graph = cr.Graph(expression, **leaves)
        first = seen(graph, check=True)
        after = []
        for edit in edits:
            graph = cr.Graph(expression, **leaves)
            graph.set(**edit)
            after.append({"edit": edit, **result(seen(graph))})
        yield {
            "name": name,
            "scene": scene_data(first),
            "formulas": definitions(first),
            "after": after,
        }


def seen(graph: cr.Graph, check: bool = False) -> Scene:
    graph.forward()
    graph.backward()
    scene = graph.scene(check=check or None)
    nodes = tuple(replace(node, source=None) for node in scene.nodes)  # which tell this machine
    return replace(scene, nodes=nodes)


def result(scene: Scene) -> dict[str, Any]:
    wires = {wire.id: [wire.value, wire.grad] for wire in scene.wires}
    return {"wires": {name: [number_data(x) for x in pair] for name, pair in wires.items()}}


STORED = {
    "numbers.json": numbers,
    "functions.json": lambda: list(functions()),
    "evaluate.json": lambda: list(evaluations()),
}


def text(name: str) -> str:
    """Return the cases as they are stored, one on a line."""
    lines = (json.dumps(x, ensure_ascii=False, separators=(",", ":")) for x in STORED[name]())
    return "[\n" + ",\n".join(lines) + "\n]\n"


def update(name: str) -> None:
    """Store the cases anew where that is asked for."""
    if os.environ.get("GOLDEN") == "update":
        (FOLDER / name).write_text(text(name), encoding="utf-8")
