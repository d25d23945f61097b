"""The lectures' computational graph: `g = cr.Graph(f, x=-2., y=5., z=-4.)`.

`forward()` computes every gate in order, `backward()` hands the gradient back through them. Each
gate can then be asked for its value, its gradient, and the local gradients that link the two.
"""

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import backward, settle
from chainrule.errors import GradientError, ShapeError, UsageError, nearest
from chainrule.explain.circuit import Circuit, Function, as_value, circuit_of
from chainrule.explain.judge import Row
from chainrule.explain.naming import constant_labels, gate_names, leaf_labels, short_labels
from chainrule.explain.renderers import bundle, render, save
from chainrule.explain.replay import compared
from chainrule.explain.scene.make import MOST, scene_of
from chainrule.explain.scene.part import part_named
from chainrule.explain.scene.records import Scene
from chainrule.explain.tensors import circuit_behind
from chainrule.explain.view import Contribution, GateView, as_plain
from chainrule.graph.node import ConstantNode, Node, ancestors
from chainrule.graph.run import Program
from chainrule.graph.source import caller

CHECKED = 24  # entries that are compared with differences one by one
CHEAP = 2000  # gates times leaves up to which a scene has a check by itself


class Graph:
    """A circuit with its values and gradients; everything is blank (None) until it is computed.

    Args:
        f: a function of named arguments made of operators and cr functions, or the text of an
            expression.
        arguments: the values of the arguments: numbers, arrays, or dicts, lists and dataclasses of
            them. Numbers and floats become float64; arrays of integers stay, without gradient.

    Raises:
        UsageError: an argument is missing or unknown, or `f` returns no single value.
        ExpressionError: the text is no expression; the message points at the character.

    >>> g = Graph("(x + y) * z", x=-2.0, y=5.0, z=-4.0)
    >>> g.forward()
    -12.0
    >>> g.backward()
    {'x': -4.0, 'y': -4.0, 'z': 3.0}
    >>> g["add#1"].value, g["add#1"].grad, g["add#1"].role
    (3.0, -4.0, 'distributor')
    """

    first, path = 0, ""  # where it begins in the whole: a part of a graph has others

    def __init__(self, f: Function | str, /, **arguments: Any) -> None:
        self._start(circuit_of(f, arguments, caller()))

    @classmethod
    def of(cls, result: Any) -> "Graph":
        """Return the circuit by which a tensor was computed, with its values.

        Where `backward()` has been called on the tensor, gradients are there as well; they are
        those of this tensor alone, also where several have left their gradients in the leaves.

        Raises:
            UsageError: the tensor was not computed, or this is no tensor.

        >>> from chainrule.eager.tensor import tensor
        >>> x = tensor(3.0, name="x")
        >>> Graph.of(x * x).gates
        [<multiply multiply#1 value=9.0 grad=None role=switcher>]
        """
        circuit, values = circuit_behind(result)
        graph = object.__new__(cls)
        graph._start(circuit)
        graph._values.update(values)
        graph._forward = [node for node in graph._views if node.op is not None]
        if result.grad is not None:
            graph.backward(np.asarray(result.grad))
        return graph

    def _start(self, circuit: Circuit) -> None:
        self.title = circuit.title
        self._outside = circuit.outside
        self._root = circuit.root
        self._leaves = dict(circuit.leaves)
        self.arrays, self.classes = circuit.arrays, circuit.classes
        order = ancestors(self._root)
        gates = [node for node in order if node.op is not None]
        short = leaf_labels(self._leaves)
        names = gate_names(gates, self._leaves, circuit.outside)
        labels = short_labels(names, [*self._leaves, *short.values()])
        for name, node in self._leaves.items():
            names[node], labels[node] = name, short[name]
        self._views = {
            node: GateView(self, node, names[node], labels[node])
            for node in [*self._leaves.values(), *gates]
        }
        arrays: list[Node] = [x for x in order if isinstance(x, ConstantNode) and x.shape]
        self._constants = {
            node: GateView(self, node, label, label)
            for node, label in constant_labels(arrays, labels.values()).items()
        }
        self._program = Program(list(self._leaves.values()), [self._root])
        self._values: dict[Node, Any] = {
            node: circuit.values[name] for name, node in self._leaves.items()
        }
        self._forward: list[Node] = []
        self._grads: Mapping[Node, Any] = {}
        self._blank_gradients()

    # The two passes.

    def forward(self) -> Any:
        """Compute every gate, inputs before consumers, and return the output's value."""
        self._blank_gradients()
        self._forward = []

        def observe(gate: Node, value: Any) -> None:
            self._values[gate] = value
            self._forward.append(gate)

        with np.errstate(all="ignore"):
            self._program([self._values[x] for x in self._leaves.values()], observe)
        return self.output.value

    def backward(self, upstream: Any = None) -> dict[str, Any]:
        """Hand the gradient back from the output through every gate; return the leaves' gradients.

        Args:
            upstream: the gradient that enters at the output; 1 for a scalar, required otherwise.

        Raises:
            GradientError: `forward()` has not run, or nothing here carries a gradient.
            ShapeError: `upstream` has another shape than the output.
        """
        start = self._entering(upstream)
        self._blank_gradients()
        with np.errstate(all="ignore"):
            self._grads = backward(self._root, start, self._value, watch=self._watch)
        return self.gradients

    def set(self, **values: Any) -> None:
        """Give leaves new values; what depends on them becomes blank until it is computed anew."""
        for name, value in values.items():
            if name not in self._leaves:
                raise UsageError(f"no leaf {name!r}", hint=nearest(name, self._leaves))
            array = as_value(value, name)
            node = self._leaves[name]
            if array.shape != node.shape:
                raise ShapeError(f"{name} has shape {node.shape}, the new value {array.shape}")
            self._values[node] = array.astype(node.dtype)
        changed = {self._leaves[name] for name in values}
        for node in ancestors(self._root):
            if any(x in changed for x in node.inputs):
                changed.add(node)
                self._values.pop(node, None)
        self._forward = [node for node in self._forward if node not in changed]
        self._blank_gradients()

    # What there is to see.

    @property
    def nodes(self) -> list[GateView]:
        """Leaves and gates in topological order: inputs before consumers."""
        return list(self._views.values())

    @property
    def gates(self) -> list[GateView]:
        """The nodes without the leaves."""
        return [view for view in self.nodes if not view.is_leaf]

    @property
    def leaves(self) -> list[GateView]:
        """The arguments."""
        return [self._views[node] for node in self._leaves.values()]

    @property
    def constants(self) -> list[GateView]:
        """The arrays that take part as they are."""
        return list(self._constants.values())

    @property
    def output(self) -> GateView:
        """The last gate."""
        return self._views[self._root]

    @property
    def first_not_finite(self) -> GateView | None:
        """The first gate that made NaN or an infinity out of finite values; None while none did."""
        for view in self.forward_order:
            if not is_finite(view.value) and all(is_finite(x.value) for x in view.inputs):
                return view
        return None

    @property
    def gradients(self) -> dict[str, Any]:
        """Name -> gradient for each leaf; None where none has been computed or none flows."""
        return {view.name: view.grad for view in self.leaves}

    @property
    def forward_order(self) -> list[GateView]:
        """The gates in the order in which `forward()` computed them."""
        return [self._views[node] for node in self._forward]

    @property
    def backward_order(self) -> list[GateView]:
        """The gates in the order in which `backward()` passed through them."""
        return [self._views[node] for node in self._upstream]

    def __getitem__(self, name: str) -> GateView:
        for view in self.nodes:
            if name in (view.name, view.label):
                return view
        known = [view.name for view in self.nodes]
        raise UsageError(f"the graph has no node {name!r}", hint=nearest(name, known))

    def __iter__(self) -> Iterator[GateView]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self._views)

    def check(self, entries: int = CHECKED) -> list[tuple[float, Row]]:
        """Compare the gradients of the leaves with finite differences.

        Returns (value, comparison) for each entry of the leaves; of large leaves, for `entries`
        of them and for random directions. An array result is weighed by the gradient that entered.
        """
        return compared(self, entries)

    def scene(self, check: bool | None = None, most: int = MOST, inside: str = "") -> Scene:
        """Return what there is to see, as plain data for whoever draws.

        Args:
            inside: the name of a box, such as `layers.3` or `gates 1–2500`, to see its inside
                by itself; it has no check.
            check: whether to compare gradients with finite differences; by default where the
                circuit is small and `backward()` has run.
            most: how many gates are shown one by one; of a larger circuit only the outermost boxes.
        """
        if inside:
            return scene_of(part_named(self, inside), None, most)
        cheap = len(self.gates) * len(self._leaves) <= CHEAP
        wanted = cheap if check is None else check
        rows = self.check() if wanted and self._upstream else None
        return scene_of(self, rows, most)

    @property
    def exits(self) -> list[GateView]:
        """The values that leave the circuit: the output."""
        return [self.output]

    def save(self, path: str | PathLike[str], *, theme: str = "light") -> None:
        """Write a drawing of the circuit: svg, png, pdf, tex, md, html or json, by the ending.

        It shows the passes that have run. The file is whole or, on an error, as it was before.

        Args:
            path: where to; the folder must be there.
            theme: light or dark, for svg, png and pdf.

        Raises:
            UsageError: an unknown ending or theme, or PNG or PDF without the extra [paper].
            FileError: the file cannot be written.
        """
        save(self, path, theme)

    def __repr__(self) -> str:
        return render("graph", self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle("graph", lambda: self, lambda: repr(self), include, exclude)

    # How it comes about.

    def _blank_gradients(self) -> None:
        self._grads = {}
        self._upstream: dict[Node, Any] = {}
        self._shares: dict[Node, tuple[Any, ...]] = {}
        self._contributions: dict[Node, list[Contribution]] = {}

    def _value(self, node: Node) -> Any:
        return node.value if isinstance(node, ConstantNode) else self._values[node]

    def _watch(self, gate: Node, upstream: Any, results: Any) -> None:
        """Keep what a gate received and what it handed to each input."""
        self._upstream[gate] = upstream
        shares: list[Any] = []
        for position, (x, result) in enumerate(zip(gate.inputs, results, strict=True)):
            if result is None or not x.differentiable:
                shares.append(None)
                continue
            share = settle(result, x)
            shares.append(share)
            found = Contribution(self._views[gate], position, as_plain(share))
            self._contributions.setdefault(x, []).append(found)
        self._shares[gate] = tuple(shares)

    def _entering(self, upstream: Any) -> Any:
        """Return the gradient that enters at the output, having checked that it can."""
        if self._root not in self._values:
            raise GradientError(
                "backward() comes after forward(): the gates have no values yet",
                hint="call g.forward() first",
            )
        if not self._root.differentiable:
            raise GradientError("no gradient flows from this output: it holds no floats that "
                                "depend on the arguments")  # fmt: skip
        shape = self._root.shape
        if upstream is None and shape:
            raise GradientError(
                f"backward() starts from a scalar, the output has shape {shape}",
                hint="sum the output in f, or pass the gradient that enters here",
            )
        start = np.asarray(1.0 if upstream is None else upstream, self._root.dtype)
        if start.shape != shape:
            raise ShapeError(f"the upstream gradient has shape {start.shape}, the output {shape}")
        return start


def is_finite(value: Any) -> bool:
    return bool(np.all(np.isfinite(value)))
