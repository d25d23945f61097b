"""The records of a derivation: what the chain rule says about one value, step by step.

Numbers are full; what does not exist is None, never 0. Expressions are trees over labels, in which
`["partial", "f", "q"]` stands for ∂f/∂q.
"""

from dataclasses import dataclass
from os import PathLike
from typing import Any

from chainrule.explain.renderers import bundle, render, save_derivation
from chainrule.explain.scene.records import CheckRow, Value
from chainrule.graph.formula import Expression

SCHEMA = "chainrule.derivation/1"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A leaf or a gate: what it is called, what it computes, what came out.

    Attributes:
        node: its id in the scene, such as `n7`.
        label: what formulas call it.
        name: the unique name in the graph.
        formula: in the labels of its operands; None for a leaf, and for what is no formula.
        op: the op's name; empty for a leaf.
    """

    node: str
    label: str
    name: str
    op: str = ""
    formula: Expression | None
    value: Value
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """One factor of a product: an expression, and its shape where it is known.

    `upstream` tells that it is the gradient that reaches the gate, or is made of it.
    """

    expression: Expression
    shape: tuple[int, ...] | None
    upstream: bool = False


@dataclass(frozen=True, kw_only=True)
class Term:
    """What one use of a value contributes: upstream gradient times local derivative.

    Attributes:
        gate: the id of the gate that uses the value.
        of, by: the labels of that gate and of the value: the local derivative is ∂of/∂by.
        operand: the place of the value among the gate's operands.
        local: the local derivative in the labels of gate and operands; for elementwise gates on
            arrays it holds entry by entry. None for gates that mix entries.
        parts: the whole as a product; empty where the rule of the gate is no formula.
        sign: what stands between the parts: `·` where one is a number, `∘` entry by entry, `@` for
            the matrix product.
        then: what happens to the product: `sum` where its entries are added up because the value
            was broadcast, `spread` where each entry of the value receives it; else empty.
        number: the local derivative, or the diagonal of the Jacobian; None for gates that mix.
        upstream: the gradient at the gate.
        downstream: what this use contributes.
    """

    gate: str
    of: str
    by: str
    operand: int
    local: Expression | None
    parts: tuple[Part, ...]
    sign: str
    then: str = ""
    number: Value
    upstream: Value
    downstream: Value


@dataclass(frozen=True, kw_only=True)
class Line:
    """The gradient of the output by one value: the sum over its uses; the output's own has none."""

    node: str
    label: str
    terms: tuple[Term, ...] = ()
    gradient: Value
    shape: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Update:
    """One step of gradient descent: new = old - rate x gradient."""

    rate: float
    old: Value
    gradient: Value
    new: Value


@dataclass(frozen=True, kw_only=True)
class Count:
    """What a way to find all gradients computes.

    Attributes:
        values: how often a gate computed its value.
        locals: how often a local derivative was computed.
        ran: whether this was carried out and counted; else it is too much to be carried out, and
            the count is of the same steps without doing them.
    """

    values: int
    locals: int
    ran: bool

    @property
    def total(self) -> int:
        return self.values + self.locals


@dataclass(frozen=True, kw_only=True)
class Evaluations:
    """What it takes to find the gradients of all leaves, in three ways.

    Attributes:
        inputs: how many numbers are differentiated by: the entries of all leaves.
        gates: of the whole circuit. A gate on arrays counts once.
        paths: from the leaves to the output, all taken together.
        backprop: values once, then each local derivative once.
        differences: a forward pass, and one more for each input nudged.
        written_out: for each path its own product, where nothing is kept: each local derivative is
            computed again wherever it occurs, and so are the values in it, from the leaves.
    """

    inputs: int
    gates: int
    paths: int
    backprop: Count
    differences: Count
    written_out: Count


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """The derivative of a circuit's output by one value, written out.

    Attributes:
        title: the text of the expression, or the name of the function.
        formula: the whole circuit in its leaves; None where that would be too long.
        output, value, shape: the label of the output, what it computed, and its shape. Of an array
            the entries are added up, or weighed by the gradient that entered.
        wrt: the label of the value differentiated by; `name` is its unique name in the graph and
            `node` its id.
        leaves, gates: what formulas talk about, in the order of execution.
        paths: how many paths lead from the value to the output.
        lines: one for each gradient on the way, consumers first, the wanted one last; empty where
            no gradient arrives.
        chain: the local derivatives whose product the gradient is, from the output to the value;
            None where there is another number of paths than one, or an array on the way.
        gradient: the result; None where no gradient arrives, for the `reason` that is given.
        check: beside finite differences; None where that was not asked for.
        update: None for an intermediate value, and without a rate.
        evaluations: None where that was not asked for.
        notes: what is remarkable: values that are not finite, kinks.
    """

    title: str
    formula: Expression | None
    output: str
    value: Value
    shape: tuple[int, ...] = ()
    wrt: str
    name: str
    node: str
    leaves: tuple[Definition, ...]
    gates: tuple[Definition, ...]
    paths: int
    lines: tuple[Line, ...]
    chain: tuple[Term, ...] | None
    gradient: Value
    reason: str = ""
    check: tuple[CheckRow, ...] | None
    update: Update | None
    evaluations: Evaluations | None
    notes: tuple[str, ...] = ()

    def save(self, path: str | PathLike[str], *, circuit: Any = None) -> None:
        """Write the derivation to a file: md, tex, html, txt or json, as the ending says.

        Args:
            path: where to; the folder must be there.
            circuit: the `Graph`, to be drawn on top: in LaTeX with TikZ, in HTML as SVG, for
                Markdown as an SVG file of the same name beside it.

        Raises:
            UsageError: an unknown ending.
            FileError: the file cannot be written.
        """
        save_derivation(self, path, circuit)

    def __str__(self) -> str:
        return render("derivation", self)

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle("derivation", lambda: self, lambda: str(self), include, exclude)
