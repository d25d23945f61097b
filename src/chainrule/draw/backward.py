"""The backward pass in sentences: what each gate received, and what it handed to whom."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.draw.cells import live_operands, local_texts
from chainrule.draw.formulas import gate_formula
from chainrule.draw.numbers import amount, factor, on_one_line
from chainrule.draw.terminal import RenderableType, Run, Text, line, table
from chainrule.explain.gates import Graph
from chainrule.explain.view import GateView

IN_A_LINE = 4  # entries of an array that a sentence spells out
MOST_GATES, LAST = 40, 10  # of a longer way back the first and the last gates
MOST_LEAVES = 40
SHARES = 6  # of a longer sum the first ones


def steps(graph: Graph, digits: int) -> RenderableType:
    """Return one line for each operand of each gate, in the order of the backward pass."""
    output = graph.output
    start: list[Run] = [*derivative(graph, output), " = "]
    entered = amount(output.grad, digits)
    rows = [(Text(), line(("start", "faint")), line(*start, (entered, "gradient")))]
    arrived: Counter[Any] = Counter()
    order = graph.backward_order
    left_out = range(MOST_GATES - LAST, len(order) - LAST)
    for i, view in enumerate(order):
        if i in left_out:
            arrived.update(receivers(view))
            continue
        if i == left_out.stop and left_out:
            rows.append((Text(), Text("⋮"), line((f"{len(left_out):,} more gates", "faint"))))
        first = line((f"{i + 1:,}", "faint")), line(f"{view.label} = {gate_formula(view)}")
        for sentence in gate_sentences(graph, view, arrived, digits):
            rows.append((*first, sentence))
            first = Text(), Text()
    return table(("", "", ""), rows, folding=[1, 2])


def receivers(view: GateView) -> Iterator[Any]:
    """Yield the operands that a gate handed a share to."""
    pairs = zip(view.node.inputs, view.downstream, strict=True)
    return (x for x, share in pairs if share is not None)


def gate_sentences(
    graph: Graph, view: GateView, arrived: Counter[Any], digits: int
) -> Iterator[Text]:
    """Yield a sentence for each operand; where all shares of a value have arrived, their sum."""
    for i in live_operands(view):
        if view.downstream[i] is None:
            continue
        x = view.inputs[i]
        shares = len(x.contributions)
        arrived[x.node] += 1
        product = local_times_upstream(view, i, digits)
        if shares == 1:
            yield line(*derivative(graph, x), " = ", *product)
            continue
        count = f"   share {arrived[x.node]} of {shares}"
        yield line(f"to {x.label}:  ", *product, (count, "faint"))
        if arrived[x.node] == shares:
            yield line(*derivative(graph, x), " = ", *total(x, digits), ("   shares add", "faint"))


def local_times_upstream(view: GateView, i: int, digits: int) -> list[Run]:
    """Return `local × upstream = downstream`; for gates that mix entries, their rule in g."""
    upstream, downstream = view.upstream, view.downstream[i]
    local = local_texts(view, digits)[i]
    end: list[Run] = [" = ", (on_one_line(downstream, digits, IN_A_LINE), "gradient")]
    if not view.is_elementwise:
        g = on_one_line(upstream, digits, IN_A_LINE)
        return [(local, "local"), *end, "   with g = ", (g, "gradient")]
    if not np.ndim(upstream):
        return [(local, "local"), " × ", (factor(upstream, digits), "gradient"), *end]
    summed = np.shape(downstream) != np.shape(upstream)
    start: list[Run] = ["sum of "] if summed else []
    if np.size(upstream) > IN_A_LINE:
        return [*start, ("local", "local"), " × ", ("upstream", "gradient"), *end]
    product = (local.replace("\n ", " "), "local")
    return [*start, product, " × ", (on_one_line(upstream, digits), "gradient"), *end]


def derivative(graph: Graph, x: GateView) -> list[Run]:
    return [f"∂{graph.output.label}/∂{x.label}"]


def total(x: GateView, digits: int) -> list[Run]:
    """Return the shares with plus signs between them, and their sum."""
    runs: list[Run] = []
    for share in x.contributions[:SHARES]:
        plus = " + " if runs else ""
        written = factor(share.value, digits) if runs else on_one_line(share.value, digits)
        runs += [plus, (written, "gradient")]
    more = [" + …"] if len(x.contributions) > SHARES else []
    return [*runs, *more, " = ", (on_one_line(x.grad, digits), "gradient")]


def leaf_lines(graph: Graph, digits: int) -> RenderableType:
    """Return the gradient of each leaf; where shares came together, the sum spelled out."""
    rows = [leaf_row(graph, x, digits) for x in graph.leaves[:MOST_LEAVES]]
    left_out = len(graph.leaves) - MOST_LEAVES
    if left_out > 0:
        rows.append((Text("⋮"), Text(), line((f"{left_out:,} more leaves", "faint"))))
    return table(("", "", ""), rows, folding=[2])


def leaf_row(graph: Graph, x: GateView, digits: int) -> tuple[Text, Text, Text]:
    if x.grad is None:
        return line(*derivative(graph, x)), Text(), line((no_gradient(x), "faint"))
    times = len(x.contributions)
    if times < 2:
        return line(*derivative(graph, x)), Text("="), line((amount(x.grad, digits), "gradient"))
    how = f"   {times:,} uses add up"
    return line(*derivative(graph, x)), Text("="), line(*total(x, digits), (how, "faint"))


def no_gradient(x: GateView) -> str:
    if not x.node.differentiable:
        return "no gradient: not a real number"
    return "no gradient: the output does not use it" if not x.consumers else "no gradient flows"
