"""`chainrule explain`: the circuit with its numbers, the way back, and the check."""

import sys
from functools import partial

import click
import numpy as np

from chainrule.cli.net import takes_net
from chainrule.cli.options import (
    LENIENT,
    TargetCommand,
    print_json,
    require_no_options,
    takes_target,
)
from chainrule.cli.outputs import Outputs, takes_outputs
from chainrule.cli.step import step_through
from chainrule.cli.target import Target, find_target
from chainrule.draw.circuit import decimals, explanation
from chainrule.draw.report import brief
from chainrule.draw.terminal import RenderableType, console, line, show, stacked
from chainrule.explain.check import check_named
from chainrule.explain.gates import Graph
from chainrule.explain.plain import graph_data, report_data
from chainrule.explain.verdicts import CheckReport

EXAMPLES = """\b
Examples:
  chainrule explain "(x+y)*z" x=-2 y=5 z=-4
  chainrule explain "1/(1+exp(-(w*x+b)))" w=2 x=-1 b=-3
  chainrule explain "sum((W@x)^2)" W=[[0.1,0.5],[-0.3,0.8]] x=[0.2,0.4]
  chainrule explain neuron.py:f x=0.5
  chainrule explain "w*x+b" w=2 x=-1 b=3 -o circuit.svg -o circuit.html
  chainrule explain --net 64,128,64,10 -o net.svg
"""
MOST_CHECKED = 10_000  # gates of a circuit whose gradients are compared with differences
ARRAY = "f is an array: backward starts with 1 for each entry, which gives the gradient of its sum"


@click.command(cls=TargetCommand, context_settings=LENIENT, epilog=EXAMPLES)
@partial(takes_target, required=False)
@click.option("--table", "as_table", is_flag=True, help="Show the gates as a table, not a drawing.")
@click.option("--step", is_flag=True, help="Step through both passes by keyboard.")
@takes_outputs
@takes_net
@click.pass_context
def explain(
    ctx: click.Context,
    target: str,
    values: tuple[str, ...],
    digits: int,
    as_json: bool,
    as_table: bool,
    step: bool,
    outputs: Outputs,
) -> int:
    """Draw the circuit of TARGET: values above the wires, gradients under them.

    TARGET is an expression or file.py:function. Values are numbers, x=-2, or arrays, x=[1,2]; a
    function's defaults count. The gradients are checked against finite differences.
    """
    require_no_options((target, *values), ctx)
    outputs.require_places()
    found = find_target(target, values)
    graph = computed(found)
    outputs.write(graph)
    if step:
        step_through(graph, decimals(digits))
        return 0
    report = checked(found, graph)
    if as_json:
        print_json({**graph_data(graph), "check": report_data(report) if report else None})
    elif not outputs.wanted:
        to = console()
        last = unchecked(graph) if report is None else brief(report, digits)
        show(stacked([explanation(graph, to.width, digits, as_table), note(graph), last]), to)
    elif report is not None and not report.ok:
        show(brief(report, digits), console(sys.stderr))
    return int(report is not None and not report.ok)


def checked(found: Target, graph: Graph) -> CheckReport | None:
    """Return the gradient check; None for circuits so large that it takes minutes."""
    if len(graph.gates) > MOST_CHECKED:
        return None
    weights = np.ones(graph.output.shape) if graph.output.shape else None
    return check_named(found.what, found.values, weights=weights)


def unchecked(graph: Graph) -> RenderableType:
    said = (
        f"not checked: differences of {len(graph.gates):,} gates take a while; see chainrule check"
    )
    return stacked([line(), line((said, "faint"))])


def computed(target: Target) -> Graph:
    """Return the circuit after both passes."""
    graph = Graph(target.what, **target.values)
    graph.forward()
    graph.backward(np.ones(graph.output.shape))
    return graph


def note(graph: Graph) -> RenderableType:
    """Say what the gradient of an array is, where the output is one."""
    return stacked([line(), line((ARRAY, "faint"))] if graph.output.shape else [])
