"""A circuit as text and back: one gate a line, in execution order, to be read, kept and compared.

    chainrule circuit 1
    %x: float64[3] = input
    %w: float32[] = input frozen
    %3: float64[3] = [0.5, 1.0, 2.0]
    %4: float64[3] = multiply(%x, %3)  # demo.py:4 y
    %5: float64[3] = multiply(%4, 2.0)  # demo.py:5
    %y: float64[] = sum(%5, axis=None, keepdims=False) @"layers.0"
    return %y

Values are `%name` where they have a name of their own, and numbered otherwise. Python numbers stand
among the inputs, so that they stay weak; arrays have lines of their own. `frozen` marks an input
that carries no gradient though its dtype could, `live` a gate that carries one though its inputs do
not, `@` the module that made the gate. What follows `#` is for the reader. The type of a gate may
be left out; where it stands, it is checked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np

from chainrule.errors import ChainruleError, UsageError, nearest
from chainrule.graph.literal import Scanner, is_number, write, write_array, write_type
from chainrule.graph.node import ConstantNode, Node, ancestors, leaf, weak_kind
from chainrule.graph.registry import OPS, Op
from chainrule.graph.trace import Trace
from chainrule.graph.tree import flatten

VERSION = 1
FIRST = "chainrule circuit"


def to_text(trace: Trace) -> str:
    """Return a circuit as text; `from_text` makes one from it that computes the same bits.

    The structure around inputs and outputs is left out: they come back side by side.

    Raises:
        UsageError: a gate has an attribute that is no plain value, or depends on a symbolic input
            that is not among the circuit's.

    >>> from chainrule.graph.trace import trace
    >>> print(to_text(trace(lambda x: x * 2, 1.5)).partition("  #")[0])
    chainrule circuit 1
    %x: float64[] = input
    %2: float64[] = multiply(%x, 2)
    """
    writer = Writer()
    lines = [f"{FIRST} {VERSION}", *(writer.input(node) for node in trace.inputs)]
    for node in ancestors(trace.outputs):
        if node not in writer.words:
            lines += writer.gate(node)
    lines.append(f"return {writer.several(trace.outputs)}")
    return "\n".join(lines) + "\n"


class Writer:
    """The words by which gates are called in the text, and the lines that introduce them."""

    def __init__(self) -> None:
        self.words: dict[Node, str] = {}
        self._taken: set[str] = set()

    def several(self, nodes: Iterable[Node]) -> str:
        return ", ".join(self.words[node] for node in nodes)

    def call(self, node: Node) -> str:
        """Choose the word for a gate and return how its line begins."""
        own = bool(re.fullmatch(r"[A-Za-z_][\w.]*", node.name, re.ASCII))
        word = f"%{node.name}" if own else ""
        if not own or word in self._taken:
            word = f"%{len(self._taken) + 1}"
        self._taken.add(word)
        self.words[node] = word
        odd = f" {write(node.name)}" if node.name and word[1:] != node.name else ""
        return f"{word}{odd}: "

    def input(self, node: Node) -> str:
        frozen = node.dtype.kind == "f" and not node.differentiable
        kind = write_type(node.dtype, node.shape)
        return f"{self.call(node)}{kind} = input{' frozen' * frozen}"

    def gate(self, node: Node) -> list[str]:
        """Return the line that introduces a gate; a Python number needs none."""
        if isinstance(node, ConstantNode):
            if is_number(node.value):
                self.words[node] = write(node.value)
                return []
            return [self.call(node) + write_array(np.asarray(node.value))]
        if node.op is None:
            raise UsageError(f"{node!r} is neither an input of the circuit nor computed in it")
        parts = [self.several(node.inputs), *self._attributes(node)]
        call = f"{node.op.name}({', '.join(p for p in parts if p)})"
        live = " live" * (node.differentiable and not any(x.differentiable for x in node.inputs))
        scope = f" @{write(node.scope)}" if node.scope else ""
        head = f"{self.call(node)}{write_type(node.dtype, node.shape)}"
        return [f"{head} = {call}{live}{scope}{comment(node)}"]

    def _attributes(self, node: Node) -> list[str]:
        try:
            return [f"{name}={write(value)}" for name, value in node.attrs.items()]
        except UsageError as error:
            raise UsageError(f"{node!r} has an attribute that is no plain value: {error}") from None


def comment(node: Node) -> str:
    """Return the user's line that made the gate, and the variable it was stored in."""
    source = node.source
    if source is None:
        return ""
    file = " ".join(PurePath(source.file).name.split())
    return f"  # {file}:{source.line} {source.variable}".rstrip()


# Reading -----------------------------------------------------------------------------------------


def from_text(text: str) -> Trace:
    """Return the circuit that `to_text` wrote, or one written by hand.

    Raises:
        UsageError: the text is no circuit; names the line and what was expected there.

    >>> found = from_text("chainrule circuit 1 \\n %x: float64[] = input \\n return %x")
    >>> found.inputs
    (<leaf x float64[]>,)
    """
    lines = scanned(text)
    check_version(next(lines))
    reader = Reader()
    outputs: list[Node] = []
    for line in lines:
        if line.kind == "end":
            continue
        if outputs:
            raise line.expected("nothing after the line 'return ...'")
        if line.skip("return"):
            outputs = reader.returned(line)
        else:
            reader.define(line)
    if not outputs:
        raise UsageError("the text ends without a line 'return ...'")
    return as_trace(reader.inputs, outputs)


def scanned(text: str) -> Iterator[Scanner]:
    """Return the lines of a text, one by one, each when the ones before have been read."""
    return (Scanner(line, i) for i, line in enumerate(text.splitlines() or [""], 1))


def check_version(line: Scanner) -> None:
    """Read the first line."""
    wanted = f"the line '{FIRST} {VERSION}'"
    for word in FIRST.split():
        if not line.skip(word):
            raise line.expected(wanted)
    version = line.need_kind("number", wanted)
    line.need_end()
    if version != str(VERSION):
        raise line.wrong(
            f"this is version {version} of the text, and version {VERSION} can be read",
            hint="a newer chainrule may have written it",
        )


def as_trace(inputs: Sequence[Node], outputs: Sequence[Node]) -> Trace:
    """Return a circuit whose inputs and outputs stand side by side."""
    gives = flatten(outputs[0] if len(outputs) == 1 else tuple(outputs))[1]
    return Trace(tuple(inputs), tuple(outputs), flatten(tuple(inputs))[1], gives)


class Reader:
    """The gates that the lines so far have introduced."""

    def __init__(self) -> None:
        self.inputs: list[Node] = []
        self._known: dict[str, Node] = {}

    def define(self, line: Scanner) -> None:
        """Read the line of an input, an array or a gate."""
        word = line.need_kind("value", "a value such as %x, or 'return'")
        if word in self._known:
            raise line.wrong(f"{word} is there already")
        name = line.text() if line.kind == "text" else word[1:] * (not word[1:].isdigit())
        kind = line.type() if line.skip(":") else None
        order = "F" if line.skip("fortran") else "C"
        line.need("=")
        if line.skip("input"):
            made = self._input(line, kind, name)
        elif line.kind == "word" and line.token != "base64":
            made = self._gate(line, kind, name)
        else:
            dtype, shape = typed(line, kind)
            made = ConstantNode(line.array(dtype, shape, order))
            made.name = name
        line.need_end()
        self._known[word] = made

    def returned(self, line: Scanner) -> list[Node]:
        """Read the values that the circuit gives."""
        found = [as_constant(self.operand(line))]
        while line.skip(","):
            found.append(as_constant(self.operand(line)))
        line.need_end()
        return found

    def operand(self, line: Scanner) -> Any:
        """Read the name of a value, or a Python number."""
        if line.kind == "value":
            word = line.take()
            if word not in self._known:
                raise line.wrong(f"there is no value {word} yet", nearest(word, self._known))
            return self._known[word]
        at = line.token
        value = line.plain()
        if not isinstance(value, (int, float)):
            raise line.wrong(f"expected a value such as %x or a number, got {at!r}")
        return value

    def _input(self, line: Scanner, kind: Any, name: str) -> Node:
        dtype, shape = typed(line, kind)
        made = leaf(shape, dtype, name, differentiable=not line.skip("frozen"))
        self.inputs.append(made)
        return made

    def _gate(self, line: Scanner, kind: Any, name: str) -> Node:
        word = line.take()
        if word not in OPS:
            raise line.wrong(f"there is no op {word!r}", nearest(word, OPS))
        op: Op = OPS[word]
        line.need("(")
        inputs: list[Node] = []
        attrs: dict[str, Any] = {}
        line.items(lambda: self._argument(line, op, inputs, attrs), ")")
        if op.arity not in (-1, len(inputs)):
            raise line.wrong(f"{word} takes {op.arity} inputs, got {len(inputs)}")
        made = make(line, op, tuple(inputs), {**op.defaults, **attrs}, name)
        made.differentiable = line.skip("live") or made.differentiable
        made.scope = line.text() if line.skip("@") else ""
        if kind is not None and kind != (made.dtype, made.shape):
            raise line.wrong(f"expected {write_type(*kind)}, but {word} gives {made!r}")
        return made

    def _argument(self, line: Scanner, op: Op, inputs: list[Node], attrs: dict[str, Any]) -> None:
        """Read one input, or one attribute and its value."""
        if line.kind != "word" or line.token in ("inf", "nan", "True", "False"):
            inputs.append(as_constant(self.operand(line)))
            return
        name = line.take()
        if name not in op.defaults:
            raise line.wrong(f"{op.name} has no attribute {name!r}", nearest(name, op.defaults))
        line.need("=")
        attrs[name] = line.plain()


def as_constant(x: Any) -> Node:
    return x if isinstance(x, Node) else ConstantNode(x)


def typed(line: Scanner, kind: Any) -> Any:
    """Return the dtype and shape that the line gave, or say that it must."""
    if kind is None:
        raise line.wrong("expected a type such as ': float64[2, 3]' before '='")
    return kind


def make(line: Scanner, op: Op, inputs: tuple[Node, ...], attrs: dict[str, Any], name: str) -> Node:
    """Return the gate. Constants are not computed here: the circuit stays as it was written."""
    try:
        shape = op.result_shape([x.shape for x in inputs], attrs)
        kinds = [weak_kind(x) for x in inputs]
        dtype = op.result_dtype(kinds, [len(x.shape) for x in inputs], attrs)
    except ChainruleError as error:
        raise line.wrong(error.message, error.hint) from error
    except Exception as error:  # attributes of the wrong kind can break a rule in any way
        raise line.wrong(f"{op.name} does not take these attributes: {error}") from error
    return Node(op, inputs, attrs, shape, dtype, name=name)
