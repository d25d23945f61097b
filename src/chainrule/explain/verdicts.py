"""What a gradient check found, and how it says so."""

import inspect
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chainrule.errors import CheckFailed
from chainrule.explain.judge import VERDICTS, Row
from chainrule.explain.renderers import bundle, render
from chainrule.graph.source import Source


@dataclass(frozen=True)
class GateCheck:
    """One gate's own backward rule, at the operands it had.

    Attributes:
        name: the variable that the result was stored in, or op and number.
        label: what formulas call it.
        op: the name of the op.
        rows: one comparison for each entry (or direction) of each operand.
        error: what the rule said when it broke; empty otherwise.
        rule: file and line of the backward rule.
        used: the user's line where the gate was applied.
    """

    name: str
    label: str
    op: str
    rows: tuple[Row, ...]
    error: str
    rule: str
    used: Source | None = field(compare=False)

    @property
    def worst(self) -> Row | None:
        """The comparison with the largest error, failures first."""
        return max(self.rows, key=badness, default=None)

    @property
    def verdict(self) -> str:
        if self.error:
            return "wrong"
        return self.worst.verdict if self.worst else "agrees"

    @property
    def ok(self) -> bool:
        return not self.error and all(row.ok for row in self.rows)

    @property
    def message(self) -> str:
        """Say what is wrong with the rule, and where it stands."""
        lines = [f"the backward rule of {self.op} is wrong: {self.what()}"]
        lines.append(f"  the rule stands at {self.rule}")
        if self.used is not None and self.used.text:
            place = f"{near(self.used.file)}:{self.used.line}"
            lines.append(f"  it was used at {place}: {self.used.text}")
        return "\n".join(lines)

    def what(self) -> str:
        if self.error or self.worst is None:
            return self.error
        by = self.worst
        return (
            f"it gives {by.analytic:.6g} for the gradient by {by.name}, "
            f"differences give {by.numeric:.6g}"
        )


@dataclass(frozen=True)
class CheckReport:
    """The result of `check_gradients`; prints as a table.

    Attributes:
        title: the function or expression.
        order: 1, or 2 where second derivatives were checked as well.
        inputs: the whole: one row for each entry of the arguments.
        gates: each gate's own rule.
        total_gates: how many gates there are; more than `len(gates)` where only some were checked.
    """

    title: str
    order: int
    inputs: tuple[Row, ...]
    gates: tuple[GateCheck, ...]
    total_gates: int

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong; kinks are not wrong."""
        return not self.wrong_gates and all(row.ok for row in self.inputs)

    @property
    def wrong_gates(self) -> tuple[GateCheck, ...]:
        return tuple(gate for gate in self.gates if not gate.ok)

    @property
    def kinks(self) -> tuple[str, ...]:
        """The names of the inputs that lie on a kink."""
        return tuple(row.name for row in self.inputs if row.verdict == "kink")

    @property
    def message(self) -> str:
        """Say what is wrong, naming the gate; empty when nothing is."""
        if self.ok:
            return ""
        different = {(gate.op, gate.rule): gate for gate in reversed(self.wrong_gates)}
        if different:
            return "\n".join(gate.message for gate in reversed(different.values()))
        names = ", ".join(row.name for row in self.inputs if not row.ok)
        return f"{self.title}: the gradient by {names} differs from differences"

    @property
    def hint(self) -> str:
        """Say what to try; empty when nothing is wrong."""
        if self.ok:
            return ""
        if self.wrong_gates:
            return "a rule returns, for each input, the upstream gradient g times dz/d(input)"
        return (
            "every gate's own rule is right, so the gradient is lost between gates: "
            "look for detach(), no_grad(), float() or plain NumPy on x.value"
        )

    def raise_if_failed(self) -> None:
        """Raise `CheckFailed` with the message, unless the check passed."""
        if not self.ok:
            raise CheckFailed(self.message, hint=self.hint)

    def __str__(self) -> str:
        return render("check", self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle("check", lambda: self, lambda: str(self), include, exclude)


def badness(row: Row) -> tuple[int, float]:
    return VERDICTS.index(row.verdict), row.error if row.error == row.error else 0.0


def rule_place(op: Any) -> str:
    """Return the file and the line of `def` of an op's backward rule."""
    code = inspect.unwrap(op.rule).__code__
    line = code.co_firstlineno
    try:
        lines, start = inspect.getsourcelines(op.rule)
    except (OSError, TypeError):
        return f"{near(code.co_filename)}:{line}"
    for i, text in enumerate(lines):
        if text.lstrip().startswith(("def ", "async def ")):
            return f"{near(code.co_filename)}:{start + i}"
    return f"{near(code.co_filename)}:{start}"


def near(file: str) -> str:
    """Return a path as short as possible: relative where the file lies below this folder.

    The cells of a notebook have files of their own that nobody knows.
    """
    if "ipykernel_" in file:
        return "notebook cell"
    try:
        return str(Path(file).resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file
