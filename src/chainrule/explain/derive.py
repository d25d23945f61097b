"""`cr.derive`: the chain rule for one value, written out."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.errors import UsageError
from chainrule.explain.derivation.make import Maker
from chainrule.explain.derivation.records import Derivation
from chainrule.explain.gates import Graph
from chainrule.explain.view import GateView
from chainrule.graph.gate import Operators

MOST_CHECKED = 2000  # gates of a circuit that is checked when nobody says
Function = Callable[..., Any]


def derive(
    f: Function | str | Graph | Operators,
    /,
    wrt: str | None = None,
    *,
    lr: float | None = 0.1,
    check: bool | None = None,
    evaluations: bool = True,
    **values: Any,
) -> Derivation:
    """Write out the chain rule for the derivative of `f` by one value.

    If one path leads from the value to the output, the derivative is one product of local
    derivatives. Otherwise there is one line for each gradient in between, consumers first, with a
    sum where a value is used more than once; the sum over all paths is never formed.

    Args:
        f: the text of an expression, a function of named arguments, a `Graph`, or a computed
            tensor. An array result is added up.
        wrt: the argument or intermediate value to differentiate by, by its name or label; may be
            left out where there is only one argument.
        lr: the learning rate of the update at the end; None leaves it out.
        check: whether to compare with finite differences; by default for circuits of up to 2,000
            gates.
        evaluations: whether to count what backpropagation saves.
        values: the values of the arguments of an expression or function.

    Returns:
        A `Derivation`: plain records, which print as text.

    Raises:
        UsageError: there is no such value, or values were given with a graph that has its own.
        ExpressionError: the text is no expression.

    >>> d = derive("(x + y) * z", wrt="x", x=-2.0, y=5.0, z=-4.0)
    >>> d.gradient, [term.number for term in d.chain]
    (-4.0, [-4.0, 1.0])
    """
    graph = graph_of(f, values)
    view = chosen(graph, wrt)
    run(graph)
    checked = len(graph.gates) <= MOST_CHECKED if check is None else check
    return Maker(graph, view).derivation(lr, checked, evaluations)


def graph_of(f: Any, values: dict[str, Any]) -> Graph:
    """Return the circuit that was handed over, or make it."""
    if not isinstance(f, (Graph, Operators)):
        return Graph(f, **values)
    if values:
        raise UsageError(
            f"a computed circuit has its values already, got {', '.join(values)}",
            hint="hand over the function or expression, or call graph.set(...) before",
        )
    return f if isinstance(f, Graph) else Graph.of(f)


def chosen(graph: Graph, wrt: str | None) -> GateView:
    """Return the value to differentiate by."""
    if wrt is not None:
        return graph[wrt]
    if len(graph.leaves) == 1:
        return graph.leaves[0]
    known = ", ".join(view.name for view in graph.leaves)
    raise UsageError(f"by which value? {graph.title} has several", hint=f"wrt= one of {known}")


def run(graph: Graph) -> None:
    """Run the passes that have not run; the second one only where the output carries a gradient."""
    if graph.output.value is None:
        graph.forward()
    if graph.output.grad is None and graph.output.node.differentiable:
        graph.backward(np.ones(graph.output.shape))
