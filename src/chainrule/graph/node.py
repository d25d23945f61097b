"""Symbolic gates: a shape and a dtype instead of a value."""

from collections.abc import Iterable, Sequence
from itertools import count
from operator import attrgetter
from typing import Any
from weakref import ref

import numpy as np

from chainrule.graph.gate import Operators
from chainrule.graph.mode import CURRENT
from chainrule.graph.refusal import no_value
from chainrule.graph.registry import OPS, Op, plain
from chainrule.graph.source import Place, Source, caller, resolve

AGES = count()
AGE = attrgetter("age")


class Node(Operators):
    """A gate, or a leaf, whose value is not known yet. It never changes after it is made."""

    __slots__ = (
        "__weakref__", "age", "attrs", "differentiable", "dtype", "inputs", "name", "op", "place",
        "scope", "shape",
    )  # fmt: skip
    symbolic = True

    def __init__(
        self,
        op: Op | None,
        inputs: "tuple[Node, ...]",
        attrs: dict[str, Any],
        shape: tuple[int, ...],
        dtype: "np.dtype[Any]",
        *,
        name: str = "",
        place: Place = None,
    ) -> None:
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.shape = shape
        self.dtype = dtype
        self.name = name
        self.place = place
        mode = CURRENT.get()
        self.scope = mode.scope
        self.age = next(AGES)
        if mode.made is not None:
            mode.made.append(ref(self))
        carries = op is None or any(x.differentiable for x in inputs)
        self.differentiable: bool = carries and dtype.kind == "f"

    @staticmethod
    def record_gate(op: Op, inputs: Sequence[Any], attrs: dict[str, Any]) -> "Node":
        """Make the gate `op(*inputs, **attrs)`; shapes and dtypes are checked now."""
        nodes = tuple(as_node(x) for x in inputs)
        if all(isinstance(n, ConstantNode) for n in nodes):
            return ConstantNode(op.compute([n.value for n in nodes], attrs))
        shape = op.result_shape([n.shape for n in nodes], attrs)
        kinds = [weak_kind(n) for n in nodes]
        dtype = op.result_dtype(kinds, [len(n.shape) for n in nodes], attrs)
        return Node(op, nodes, attrs, shape, dtype, place=caller(above=3))

    @property
    def source(self) -> Source | None:
        """The user's line that made this gate."""
        return resolve(self.place)

    def __repr__(self) -> str:
        kind = self.op.name if self.op else "leaf"
        name = f" {self.name}" if self.name else ""
        return f"<{kind}{name} {self.dtype.name}{list(self.shape)}>"

    def __bool__(self) -> bool:
        raise no_value(self, "an `if`, `while`, `and` or `assert`")

    def __float__(self) -> float:
        raise no_value(self, "float()")

    def __int__(self) -> int:
        raise no_value(self, "int()")

    def __complex__(self) -> complex:
        raise no_value(self, "complex()")

    def __index__(self) -> int:
        raise no_value(self, "range(), a size or the end of a slice")

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise no_value(self, "NumPy")


class ConstantNode(Node):
    """An array or a Python number that takes part as it is; no gradient flows to it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        array = np.asarray(value)
        super().__init__(None, (), {}, array.shape, array.dtype)
        self.value = value
        self.differentiable = False

    def __repr__(self) -> str:
        shown = repr(self.value) if not self.shape else f"{self.dtype.name}{list(self.shape)}"
        return f"<constant {shown}>"


class NumberNode(Node):
    """A Python number whose value is not known yet: its dtype adapts to the other inputs."""

    __slots__ = ("kind",)

    def __init__(self, kind: type, name: str) -> None:
        super().__init__(None, (), {}, (), np.dtype(kind), name=name)
        self.kind = kind


def as_node(x: Any) -> Node:
    """Return `x` as a symbolic gate; arrays, numbers and computed gates become constants."""
    if isinstance(x, Node):
        return x
    if isinstance(x, (float, int)):
        return ConstantNode(x)
    return ConstantNode(getattr(x, "value", x) if isinstance(x, Operators) else plain(x))


def weak_kind(node: Node) -> Any:
    """Return the dtype, or the Python number itself, which adapts to the other inputs."""
    if isinstance(node, NumberNode):
        return node.kind(1)
    if isinstance(node, ConstantNode) and isinstance(node.value, (float, int)):
        return node.value
    return node.dtype


def leaf(
    shape: tuple[int, ...] = (),
    dtype: Any = np.float64,
    name: str = "",
    differentiable: bool = True,
) -> Node:
    """Return an input of a circuit."""
    made = Node(None, (), {}, tuple(shape), np.dtype(dtype), name=name)
    made.differentiable = differentiable and made.differentiable
    return made


def variable(x: Node) -> Node:
    """Return a gate with the value of `x` to differentiate by, whether or not `x` carries one."""
    made = Node(OPS["positive"], (x,), {}, x.shape, x.dtype, name=x.name, place=x.place)
    made.differentiable = True
    return made


def ancestors(roots: Any) -> list[Any]:
    """Return the gates that `roots` depend on, themselves included, inputs before consumers.

    A gate is always younger than its inputs, so sorting by age is a topological order.
    """
    several = isinstance(roots, Iterable) and not hasattr(roots, "op")
    found = [*dict.fromkeys(roots)] if several else [roots]
    seen = set(found)
    for node in found:  # which grows
        for x in node.inputs:
            if x not in seen:
                seen.add(x)
                found.append(x)
    found.sort(key=AGE)
    return found
