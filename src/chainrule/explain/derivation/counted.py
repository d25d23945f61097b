"""How much each way to the gradients computes: counted while it is done.

Backpropagation computes each value once and each local derivative once, whatever the number of
paths. Written out for each parameter, the chain rule is a sum over all paths, and along each of
them the same functions are evaluated again.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import apply_rule, backward, settle
from chainrule.explain.algebra.local import local_expression, rule_expression
from chainrule.explain.derivation import ways
from chainrule.explain.derivation.records import Count, Evaluations
from chainrule.explain.view import GateView
from chainrule.graph.formula import symbols
from chainrule.graph.node import Node
from chainrule.graph.run import Program

Names = Mapping[Node, str]
Step = tuple[GateView, int]
MOST = 4000  # evaluations that are carried out in order to be counted


@dataclass
class Counter:
    """Counts what is computed."""

    values: int = 0
    locals: int = 0

    def value(self, *_: Any) -> None:
        self.values += 1

    def shares(self, gate: Node, _: Any, results: Iterable[Any]) -> None:
        pairs = zip(gate.inputs, results, strict=True)
        self.locals += sum(r is not None and x.differentiable for x, r in pairs)

    @property
    def count(self) -> Count:
        return Count(values=self.values, locals=self.locals, ran=True)


def evaluations_of(graph: Any, names: Names) -> Evaluations:
    """Count what backpropagation, differences and the written-out chain rule compute.

    Args:
        graph: a `Graph` behind its backward pass.
        names: what constant arrays are called.
    """
    edges = ways.flowing(graph)
    leaves = [view.node for view in graph.leaves if view.node.differentiable]
    inputs = sum(math.prod(leaf.shape) for leaf in leaves)
    written = Written(graph, edges, names)
    expected = written.expected(leaves)
    passes = (inputs + 1) * len(graph.gates)
    return Evaluations(
        inputs=inputs,
        gates=len(graph.gates),
        paths=ways.from_leaves(leaves, edges).get(graph.output.node, 0),
        backprop=count_backprop(graph),
        differences=count_differences(graph, leaves)
        if passes <= MOST
        else Count(values=passes, locals=0, ran=False),
        written_out=written.carried_out(leaves)[0] if expected.total <= MOST else expected,
    )


def count_backprop(graph: Any) -> Count:
    """Run both passes and count."""
    counter = Counter()
    with np.errstate(all="ignore"):
        forward_pass(graph, {}, counter)
        backward(graph.output.node, start_of(graph), graph._value, watch=counter.shares)
    return counter.count


def count_differences(graph: Any, leaves: Iterable[Node]) -> Count:
    """Run a forward pass, and one more for each entry of each leaf nudged; count."""
    counter = Counter()
    with np.errstate(all="ignore"):
        forward_pass(graph, {}, counter)
        for leaf in leaves:
            for index in np.ndindex(leaf.shape):
                nudged = np.array(graph._value(leaf))
                nudged[index] += 1e-6
                forward_pass(graph, {leaf: nudged}, counter)
    return counter.count


def forward_pass(graph: Any, instead: Mapping[Node, Any], counter: Counter) -> None:
    nodes = [view.node for view in graph.leaves]
    values = [instead[x] if x in instead else graph._value(x) for x in nodes]
    Program(nodes, [graph.output.node])(values, counter.value)


def start_of(graph: Any) -> Any:
    return np.asarray(graph.output.grad, graph.output.node.dtype)


@dataclass
class Written:
    """The chain rule written out: a product along each path, nothing kept in between.

    A product needs the values that its local derivatives mention; each of them is computed from the
    leaves at that place, as in a formula that has no names for intermediate results.
    """

    graph: Any
    edges: ways.Edges
    names: Names
    counter: Counter = field(default_factory=Counter)

    def expected(self, leaves: Iterable[Node]) -> Count:
        """Count without doing it: by how many paths lead through each edge."""
        after = ways.to_output(self.graph.output.node, self.edges)
        before = ways.from_leaves(leaves, self.edges)
        trees = self.trees()
        values = found = 0
        for view in self.graph.backward_order:
            for i, x in self.live(view):
                through = after.get(view.node, 0) * before.get(x, 0)
                found += through
                values += through * sum(trees[n] for n in self.needed(view, i))
        return Count(values=values, locals=found, ran=False)

    def trees(self) -> dict[Node, int]:
        """Return how many evaluations a value takes when nothing is kept."""
        sizes: dict[Node, int] = {}
        for view in self.graph.gates:
            sizes[view.node] = 1 + sum(sizes.get(x, 0) for x in view.node.inputs)
        return _Default(sizes)

    def live(self, view: GateView) -> list[tuple[int, Node]]:
        pairs = enumerate(zip(view.node.inputs, view.downstream, strict=True))
        return [(i, x) for i, (x, share) in pairs if share is not None]

    def carried_out(self, leaves: Iterable[Node]) -> tuple[Count, dict[Node, Any]]:
        """Multiply along every path, computing everything anew; return count and gradients."""
        sums: dict[Node, Any] = {}
        for leaf, path in self.paths(set(leaves)):
            g = start_of(self.graph)
            for view, operand in path:
                g = self.step(view, operand, g)
            sums[leaf] = sums[leaf] + g if leaf in sums else g
        return self.counter.count, sums

    def paths(self, leaves: set[Node]) -> Iterator[tuple[Node, list[Step]]]:
        """Yield each path from the output to a leaf, as gates and operands."""
        views = {view.node: view for view in self.graph.gates}
        waiting: list[tuple[Node, list[Step]]] = [(self.graph.output.node, [])]
        while waiting:
            node, path = waiting.pop()
            if node in leaves:
                yield node, path
            if node in self.edges:
                view = views[node]
                waiting += [(x, [*path, (view, i)]) for i, x in self.live(view)]

    def step(self, view: GateView, operand: int, g: Any) -> Any:
        """Multiply by one local derivative, for which its values are computed from the leaves."""
        node = view.node
        anew = {n: self.value(n) for n in self.needed(view, operand)}
        self.counter.locals += 1

        def known(x: Node) -> Any:
            return anew[x] if x in anew else self.graph._value(x)

        with np.errstate(all="ignore"):
            found = apply_rule(node, g, known(node), [known(x) for x in node.inputs])[operand]
            return settle(found, node.inputs[operand])

    def needed(self, view: GateView, operand: int) -> list[Node]:
        """Return the values that a local derivative mentions: operands, or the gate's output."""
        nodes = {x.label: x.node for x in reversed(view.inputs)}
        nodes[view.label] = view.node
        if view.is_elementwise:
            tree = local_expression(view, operand, self.names)
        else:
            rule = rule_expression(view, operand, self.names)
            tree = rule[0] if rule else None
        if tree is None:
            return list(dict.fromkeys(nodes.values()))
        return [nodes[name] for name in symbols(tree) if name in nodes]

    def value(self, wanted: Node) -> Any:
        """Compute a value from the leaves, shared parts as often as they occur."""
        done: list[Any] = []
        waiting = [(wanted, False)]
        while waiting:
            node, ready = waiting.pop()
            if node.op is None:
                done.append(self.graph._value(node))
            elif ready:
                count = len(node.inputs)
                inputs = done[len(done) - count :]
                del done[len(done) - count :]
                with np.errstate(all="ignore"):
                    done.append(node.op.compute(inputs, node.attrs))
                self.counter.values += 1
            else:
                waiting.append((node, True))
                waiting.extend((x, False) for x in reversed(node.inputs))
        return done[0]


class _Default(dict[Node, int]):
    """Leaves and constants cost nothing."""

    def __missing__(self, _: Node) -> int:
        return 0
