"""What is said about a step of training that met a number which is not finite."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from chainrule.explain.plain import jsonable
from chainrule.explain.renderers import render

SCHEMA = "chainrule.blame/1"


@dataclass(frozen=True)
class Line:
    """A line of the user's code: `line` counts from 1."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Operand:
    """An array that a gate took, or made.

    Attributes:
        name: as `cr.names` has it, or what was written in the code.
        shape, dtype: of the array.
        least, greatest: over the finite entries; None where there are none.
        nan, inf: how many entries are NaN and infinite.
        at: its entries that reach the entry at fault; of many the largest.
        reaching: how many do.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    least: float | None
    greatest: float | None
    nan: int = 0
    inf: int = 0
    at: tuple[float, ...] = ()
    reaching: int = 0


@dataclass(frozen=True)
class Blame:
    """The first gate of a step that made NaN or an infinity out of finite values.

    Attributes:
        kind: "gate"; or what was not finite from the start: "x", "y", "weight", "state" (the
            optimizer's), "constant" (written in the code); or "unknown" where the gates one by one
            stay finite.
        step: number of the update, from 1.
        loss: of this step, before the update.
        name: of the gate, as `cr.names` has it: `layers.3`, `layers.3.h#0`, `loss`; with `@grad`
            for the backward rule of that gate, with `@update` for the update of a parameter.
        op: the kind of gate.
        rule_of: for the backward rule, the kind of gate whose gradient it is.
        phase: "forward", "backward" or "update"; "" where nothing was computed.
        element: the first entry at fault; `elements` how many there are.
        result: what the gate made; `at` holds the entry at fault.
        operands: what it took.
        source: the line of the user's code that made the gate.
        rows: numbers of the rows of data that reach the entries at fault, `batch` how many the
            step saw.
        reached: what became NaN or infinite by it, in the order of execution.
        remedy: what to try.
        computed_by: "numpy"; or "native" where NumPy alone does not show the fault.
        note: what else there is to know.
    """

    kind: str
    step: int
    loss: float
    name: str = ""
    op: str = ""
    rule_of: str = ""
    phase: str = ""
    element: tuple[int, ...] = ()
    elements: int = 0
    result: Operand | None = None
    operands: tuple[Operand, ...] = ()
    source: Line | None = None
    rows: tuple[int, ...] = ()
    batch: int = 0
    reached: tuple[str, ...] = ()
    remedy: str = ""
    computed_by: str = "numpy"
    note: str = ""

    def __str__(self) -> str:
        return render("blame", self)

    def data(self) -> dict[str, Any]:
        """Return all of it as JSON has it; NaN and infinities as texts."""
        found: dict[str, Any] = jsonable(dataclasses.asdict(self))
        return {"schema": SCHEMA, **found}
