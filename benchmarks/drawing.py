"""How long a drawing takes, and how large its file is.

    python -m benchmarks.drawing [--rounds N] [--json]

Times are processor time of this process, from the moment at which the engine has run both passes:
scene, layout, picture. The best of several rounds counts, since a drawing is made once, on demand.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import chainrule as cr
from benchmarks.machine import facts
from benchmarks.results import write
from chainrule.draw.layout.make import layout
from chainrule.draw.page import page
from chainrule.draw.svg import svg
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import Scene


@dataclass(frozen=True)
class Limit:
    """What was measured beside what it may be, in seconds, bytes or megabytes."""

    name: str
    found: float
    limit: float
    unit: str

    @property
    def kept(self) -> bool:
        return self.found <= self.limit


def neuron() -> cr.Graph:
    """Return the sigmoid neuron: 13 leaves and gates."""
    return both_passes("1/(1+exp(-(w0*x0+w1*x1+w2)))", w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0)


def dense(width: int, layers: int) -> cr.Graph:
    """Return a fully connected net written out in scalars: every product and sum is a gate."""

    def net(x: tuple[Any, ...], weights: tuple[Any, ...]) -> Any:
        for matrix in weights:
            x = tuple(cr.tanh(dot(row, x)) for row in matrix)
        return dot((1.0,) * width, x)

    def weight(i: int, j: int, k: int) -> float:
        return 0.1 * ((7 * i + 3 * j + k) % 5 - 2)

    every = range(width)
    weights = tuple(
        tuple(tuple(weight(i, j, k) for j in every) for i in every) for k in range(layers)
    )
    return both_passes(net, x=tuple(map(float, every)), weights=weights)


def dot(row: Any, x: Any) -> Any:
    total = row[0] * x[0]
    for weight, value in zip(row[1:], x[1:], strict=True):
        total = total + weight * value
    return total


def loop(turns: int) -> cr.Graph:
    """Return a loop without modules, two gates a turn."""

    def run(x: Any, w: Any) -> Any:
        for _ in range(turns):
            x = cr.sin(x * w)
        return x

    return both_passes(run, x=1.0, w=0.9)


def both_passes(f: Any, **values: Any) -> cr.Graph:
    graph = cr.Graph(f, **values)
    graph.forward()
    graph.backward()
    return graph


def best(work: Callable[[], Any], rounds: int) -> float:
    """Return the least processor time of several rounds, after one that does not count."""
    work()
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def picture(graph: cr.Graph) -> str:
    """Return the static drawing of a graph: what is made first, whatever follows."""
    scene = in_view(graph)
    return svg(scene, layout(scene))


def in_view(graph: cr.Graph, most: int = 300) -> Scene:
    """Return the scene with its boxes open where it is small, and closed where it is not."""
    scene = graph.scene(check=False)
    return scene if scene.gates <= most else shown(scene, ())


def limits(rounds: int) -> list[Limit]:
    """Return every measured figure beside its limit."""
    small, medium, large, huge = neuron(), dense(5, 3), dense(18, 3), loop(50_000)
    html = page(small.scene(), layout(small.scene()))
    found = []
    for graph, seconds in ((small, 0.002), (medium, 0.05), (large, 1.0)):
        scene = graph.scene(check=False)
        took = best(lambda scene=scene: layout(scene), rounds)  # type: ignore[misc]
        found.append(Limit(f"layout, {len(scene.nodes):,} nodes", took, seconds, "s"))
    for graph, seconds in ((small, 0.1), (large, 1.0), (huge, 2.0)):
        took = best(lambda graph=graph: picture(graph), rounds)  # type: ignore[misc]
        found.append(Limit(f"first picture, {gates(graph)}", took, seconds, "s"))
    found.append(Limit("memory of the last", memory(lambda: picture(huge)), 200.0, "MB"))
    found.append(Limit("page of the neuron", len(html.encode()), 60_000, "bytes"))
    return found


def gates(graph: cr.Graph) -> str:
    return f"{len(graph.gates):,} gates"


def memory(work: Callable[[], Any]) -> float:
    """Return the most megabytes that were allocated at once."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drawing")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="write benchmarks/results")
    options = parser.parse_args()
    found = limits(options.rounds)
    for row in found:
        mark = "" if row.kept else "  more than the limit"
        print(f"{row.name:28} {row.found:12.4g} of {row.limit:g} {row.unit}{mark}")
    if options.json:
        rows = [{**vars(row), "kept": row.kept} for row in found]
        write("drawing", {"machine": facts(), "rounds": options.rounds, "limits": rows})


if __name__ == "__main__":
    main()
