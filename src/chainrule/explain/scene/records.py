"""The records of a scene. Renderers read these and nothing else, so they cannot disagree.

Values are full: rounding is ink. What has not been computed is None, never 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from chainrule.graph.formula import Expression

SCHEMA = "chainrule.scene/1"
LEAF, OP, BRANCH, OUT, MODULE = "leaf", "op", "branch", "out", "module"
FORWARD, BACKWARD = "forward", "backward"


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """How large the entries of an array are: counts by log10 of the absolute value.

    The bins divide `low` to `high` evenly; zeros and what is not finite are not counted.
    """

    low: float
    high: float
    counts: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Summary:
    """An array: its shape, its spread, and the entries themselves while there are at most 4,096.

    Statistics are of the finite entries, and None where there is none. `counts` has the keys nan,
    -inf, negative, zero, positive and +inf. `data` holds the entries row by row, or is None.
    """

    shape: tuple[int, ...]
    dtype: str
    min: float | None
    max: float | None
    mean: float | None
    norm: float | None
    counts: Mapping[str, int]
    histogram: Histogram | None
    data: tuple[float, ...] | None


Value: TypeAlias = float | Summary | None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The user's line that made a gate."""

    file: str
    line: int
    text: str
    variable: str


@dataclass(frozen=True, kw_only=True)
class SceneNode:
    """A leaf, a gate, a branch, the output, or a module's box.

    Attributes:
        id: unique, such as `n3`, `b3` (the branch behind n3), `m1` or `out`.
        kind: leaf, op, branch, out or module.
        label: what formulas call it: `w0`, `v3`, `f`; a branch and the output bear the label of
            the value that comes in.
        name: the unique name in the graph: `multiply#1`, `model.layers.0.weight`.
        op: the op's name; for a module the name of its class; else empty.
        symbol: what is written in the gate: `×`, `+1`, `exp`.
        role: distributor, router, switcher, ...; empty where there is no gate.
        use: `parameter` or `data` for a leaf.
        parent: the id of the module's box around it, empty at the top.
        formula: what the gate computes, in the labels of its operands; None where it is no formula.
        says: one sentence: what the gate does to gradients.
        value, grad: forward value and gradient; for a branch those of the value that comes in.
        gates: how many gates a module holds, inner ones included.
        whole: whether a module's contents are in this scene; if not, it is drawn as one gate.
    """

    id: str
    kind: str
    label: str
    name: str
    op: str = ""
    symbol: str = ""
    role: str = ""
    use: str = ""
    parent: str = ""
    shape: tuple[int, ...] = ()
    dtype: str = ""
    source: Origin | None = None
    formula: Expression | None = None
    says: str = ""
    value: Value = None
    grad: Value = None
    gates: int = 0
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Wire:
    """A value on its way to one consumer, and the gradient on its way back.

    `grad` is the contribution of this consumer; on the wire into a branch it is the sum. `count` is
    above 1 where one wire stands for several, into or out of a closed box; it has no numbers then.
    """

    id: str
    source: str
    target: str
    operand: int
    value: Value = None
    grad: Value = None
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Local:
    """One operand of a gate: local gradient times upstream gradient is downstream gradient.

    Attributes:
        node, operand, wire: the gate, the number of the operand, the wire it comes by.
        to: the label of the operand.
        expression: the local derivative in the labels of operands and gate; for elementwise gates
            on arrays it holds entry by entry (the diagonal of the Jacobian).
        rule: what the operand receives, in `g`, the upstream gradient, for gates that mix entries:
            `g @ x.T`; symbols are labels.
        shapes: symbol -> shape for the symbols of `rule`.
        value: the local gradient as a number, or the diagonal as an array.
        jacobian: rows by outputs, columns by inputs, for small gates that mix entries.
        upstream, downstream: the gradient at the gate, and what this operand received.
    """

    node: str
    operand: int
    wire: str
    to: str
    expression: Expression | None
    rule: Expression | None
    shapes: Mapping[str, tuple[int, ...]]
    value: Value
    jacobian: tuple[tuple[float, ...], ...] | None
    upstream: Value
    downstream: Value


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a pass; `wires` get their number by it.

    Forward, a gate computes its value. Backward, the first step is the gradient at the output
    (1 for a scalar); then a gate hands gradients to its operands, or a branch adds them up.
    """

    direction: str
    node: str
    wires: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CheckRow:
    """One derivative beside its finite difference; `verdict` as in `judge.VERDICTS`."""

    input: str
    value: float | None
    backprop: float
    difference: float
    error: float
    step: float
    verdict: str
    ok: bool


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A circuit to be drawn.

    Attributes:
        title: the text of the expression, or the name of the function.
        formula: the whole in its leaves; None where it would be too long.
        output: the label of the output.
        gates: how many gates the circuit has, also those that are not shown.
        nodes: in order of execution, a module before what it holds, a branch behind its source.
        steps: forward, then backward; empty as far as a pass has not run.
        check: None where it was not asked for.
    """

    title: str
    formula: Expression | None
    output: str
    gates: int
    nodes: tuple[SceneNode, ...]
    wires: tuple[Wire, ...]
    locals: tuple[Local, ...]
    steps: tuple[Step, ...]
    check: tuple[CheckRow, ...] | None

    @cached_property
    def by_id(self) -> Mapping[str, SceneNode]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def into(self) -> Mapping[str, tuple[Wire, ...]]:
        """The wires into each node, in the order of the operands."""
        found: dict[str, list[Wire]] = {node.id: [] for node in self.nodes}
        for wire in self.wires:
            found[wire.target].append(wire)
        return {node: tuple(sorted(w, key=lambda w: w.operand)) for node, w in found.items()}

    @cached_property
    def out_of(self) -> Mapping[str, tuple[Wire, ...]]:
        """The wires out of each node, in the order of execution of their targets."""
        found: dict[str, list[Wire]] = {node.id: [] for node in self.nodes}
        for wire in self.wires:
            found[wire.source].append(wire)
        return {node: tuple(w) for node, w in found.items()}
