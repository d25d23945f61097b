"""A module as a chain of columns with weights between them, or as nested blocks, to be drawn.

The chain is read from a call, not from classes: whoever multiplies by a parameter is a layer.
"""

from typing import Any, NamedTuple

import numpy as np

from chainrule.explain.architecture import WEIGHTS, Architecture, Column, Link, Skip
from chainrule.graph.node import Node
from chainrule.nn.blocks import arrows, block
from chainrule.nn.calls import Call, observed
from chainrule.nn.show import title
from chainrule.nn.walk import survey

SILENT = {"reshape", "transpose", "positive", "astype", "broadcast_to", "expand_dims", "squeeze"}
JOINS = {"add": "+", "subtract": "−", "multiply": "×", "concatenate": "concatenate"}
SHORT = 20  # signs of class and settings
LARGEST = 1_000_000  # entries of a matrix that are taken along


def outline(module: Any) -> Architecture:
    """Return what a module is made of: columns where its layers form a chain, else blocks.

    >>> from chainrule import nn
    >>> found = outline(nn.Sequential(nn.Linear(2, 3, key=0), "tanh", nn.Linear(3, 1, key=1)))
    >>> [(column.units, column.notes) for column in found.columns]
    [(2, ()), (3, ('Tanh',)), (1, ())]
    """
    call = observed(module)
    name, count = type(module).__name__, module.n_parameters
    chain = Chain.read(call) if call else None
    if chain is not None:
        return Architecture(
            title=name,
            parameters=count,
            columns=tuple(chain.columns),
            links=tuple(chain.links),
            skips=tuple(chain.skips),
        )
    root = block(call.survey if call else survey(module), call)
    found = arrows(call) if call else ()
    return Architecture(title=name, parameters=count, block=root, arrows=found)


class NoChain(Exception):
    """A module branches in a way that columns do not show."""


class At(NamedTuple):
    """Where a value is: in which column, after how many of its notes."""

    column: int
    after: int


class Chain:
    """The columns of one call, made gate by gate."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.columns = [Column(units=width(call.input), name="input")]
        self.links: list[Link] = []
        self.skips: list[Skip] = []
        self.where: dict[Any, At] = {call.input: At(0, 0)}
        self.made_of: dict[Any, frozenset[str]] = {  # gate without input -> its parameters
            gate: frozenset([path]) for gate, path in call.parameters.items()
        }
        self.products: dict[str, Link] = {}  # path of a module shown as one thing -> its product
        self.whole = call.single()
        self.returned: dict[Any, list[str]] = {}
        for path, value in call.outputs:
            if path in self.whole:
                self.returned.setdefault(id(value), []).append(path)

    @staticmethod
    def read(call: Call) -> "Chain | None":
        """Return the chain, or None where there is none."""
        chain = Chain(call)
        try:
            chain.walk()
        except NoChain:
            return None
        return chain if any(link.kind == WEIGHTS for link in chain.links) else None

    def walk(self) -> None:
        self.leave(self.call.input)
        for gate in self.call.found.gates:
            if gate.op is None:
                continue
            taken = [x for x in dict.fromkeys(gate.inputs) if x in self.where]
            if not taken:
                parts = (self.made_of.get(x, frozenset()) for x in gate.inputs)
                self.made_of[gate] = frozenset().union(*parts)
                continue
            self.take(gate, taken)
            self.leave(gate)
        outputs = self.call.found.outputs
        if len(outputs) != 1 or self.last(outputs[0]) is None:
            raise NoChain

    def last(self, gate: Node) -> At | None:
        """Return where a value is, if it is in the last column."""
        at = self.where.get(gate)
        return at if at is not None and at.column == len(self.columns) - 1 else None

    def take(self, gate: Node, taken: list[Node]) -> None:
        """Put a gate that depends on the input into its column."""
        columns = sorted({self.where[x].column for x in taken})
        if columns[-1] != len(self.columns) - 1 or len(columns) > 2:
            raise NoChain
        product = self.product(gate)
        if gate.scope in self.whole:
            if len(columns) > 1:
                raise NoChain
            if product is not None:
                self.products[gate.scope] = product
            self.where[gate] = max(self.where[x] for x in taken)
        elif product is not None:
            self.column(gate, product, gate.scope)
        elif len(columns) == 2:
            self.join(gate, taken)
        elif self.is_bias(gate):
            self.add_bias(gate)
        elif width(gate) != self.columns[-1].units:
            self.column(gate, Link(kind=op_name(gate)), gate.scope)
        else:
            self.note(gate, "" if op_name(gate) in SILENT else op_name(gate))

    def leave(self, gate: Node) -> None:
        """Account for the modules that return this very value."""
        for path in self.returned.get(id(gate), ()):
            module = self.call.survey.modules[path]
            arrays = self.call.parameters_of(path)
            largest = max(arrays, key=lambda name: len(arrays[name].shape), default="")
            if gate.scope == path and largest and len(arrays[largest].shape) > 1:
                self.column(gate, self.link_of(path, largest, arrays), path)
            elif gate.scope == path and width(gate) != self.columns[-1].units:
                self.column(gate, Link(kind=short_title(module)), path)
            else:
                self.note(gate, short_title(module))

    def link_of(self, path: str, name: str, arrays: dict[str, Any]) -> Link:
        """Return the link that a module makes which owns one matrix."""
        others = [x for other, x in arrays.items() if other != name]
        bias = tuple(others[0].shape) if len(others) == 1 else None
        product = self.products.pop(path, None)
        if product is None:
            kind = short_title(self.call.survey.modules[path])
            return Link(kind=kind, name=name, shape=tuple(arrays[name].shape), bias=bias)
        values = np.asarray(others[0]) if bias else None
        return Link(
            name=name, shape=product.shape, bias=bias, weights=product.weights, biases=values
        )

    def product(self, gate: Node) -> Link | None:
        """Return the link of a weighted sum: the input times a matrix of parameters."""
        if op_name(gate) != "matmul" or gate.inputs[0] not in self.where:
            return None
        matrix = gate.inputs[1]
        names = self.made_of.get(matrix, frozenset())
        if len(names) != 1 or len(matrix.shape) != 2:
            return None
        (name,) = names
        array = self.call.survey.leaves[name]
        if len(array.shape) != 2:
            return None
        turned = matrix.op is None
        shape = tuple(reversed(matrix.shape))
        fits = int(np.prod(shape)) <= LARGEST
        values = (np.asarray(array).T if turned else np.asarray(array)) if fits else None
        return Link(name=name, shape=shape, weights=values)

    def column(self, gate: Node, link: Link, name: str) -> None:
        self.links.append(link)
        self.columns.append(Column(units=width(gate), name=name))
        self.where[gate] = At(len(self.columns) - 1, 0)

    def note(self, gate: Node, words: str) -> None:
        """Write what is done to the units of the last column."""
        last = self.columns[-1]
        if words:
            last = Column(units=last.units, name=last.name, notes=(*last.notes, words))
            self.columns[-1] = last
        self.where[gate] = At(len(self.columns) - 1, len(last.notes))

    def join(self, gate: Node, taken: list[Node]) -> None:
        """Let an earlier column come in again."""
        symbol = JOINS.get(op_name(gate))
        if symbol is None or len(taken) != 2:
            raise NoChain
        source, _ = sorted(self.where[x] for x in taken)
        if width(gate) != self.columns[-1].units:
            self.column(gate, Link(kind=symbol), gate.scope)
        else:
            self.note(gate, symbol)
        skip = Skip(source=source.column, after=source.after, target=len(self.columns) - 1)
        self.skips.append(skip)

    def is_bias(self, gate: Node) -> bool:
        names = self.added_to(gate)
        return bool(names) and not self.columns[-1].notes and self.links[-1].bias is None

    def added_to(self, gate: Node) -> frozenset[str]:
        """Return the parameters that a gate adds to the weighted sum before it."""
        if op_name(gate) != "add" or not self.links or self.links[-1].kind != WEIGHTS:
            return frozenset()
        return frozenset().union(*(self.made_of.get(x, frozenset()) for x in gate.inputs))

    def add_bias(self, gate: Node) -> None:
        (name, *_) = self.added_to(gate)
        link, array = self.links[-1], self.call.survey.leaves[name]
        values = np.asarray(array) if array.shape == (self.columns[-1].units,) else None
        self.links[-1] = Link(
            name=link.name,
            shape=link.shape,
            bias=tuple(array.shape),
            weights=link.weights,
            biases=values,
        )
        self.note(gate, "")


def op_name(gate: Node) -> str:
    return gate.op.name if gate.op is not None else ""


def short_title(module: Any) -> str:
    """Return class and settings; the class alone where they are many."""
    full = title(module)
    return full if len(full) <= SHORT else type(module).__name__


def width(gate: Node) -> int:
    """Return how many units a value of shape (n, ..., units) has."""
    return gate.shape[-1] if len(gate.shape) > 1 else 1
