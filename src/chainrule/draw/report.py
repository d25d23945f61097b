"""A gradient check as tables: the whole by its inputs, then every gate's own rule."""

import math

from chainrule.draw.cells import Cell
from chainrule.draw.numbers import DIGITS, number
from chainrule.draw.palette import VERDICTS
from chainrule.draw.terminal import (
    RenderableType,
    Text,
    heading,
    indented,
    line,
    plain_text,
    stacked,
    table,
)
from chainrule.explain.judge import RANDOM, Row
from chainrule.explain.verdicts import CheckReport, GateCheck, near

MOST_GATES = 20  # rows of the gates' table; beyond, only those that need a look
KINK = "at {} lies a kink (a tie of a max, a ReLU at 0), where no derivative exists"
EDGE = "by {} nothing was compared: here or beside this point the function is not finite"
SECOND = "x · y is the second derivative by x and y, from values at the four corners around"
ANY = f"{RANDOM} is a random direction through all entries of an array"
METHOD = "differences are (f(x + h) − f(x − h)) / 2h, with the best of many h"


def text(report: CheckReport) -> str:
    """Return the report as plain text: what it prints."""
    return plain_text(whole(report)).lstrip("\n")


def whole(report: CheckReport, digits: int = DIGITS) -> RenderableType:
    """Return both tables and the verdict."""
    parts: list[RenderableType] = []
    if report.inputs:
        parts += [heading("Check: backprop beside finite differences")]
        parts += [indented(inputs_table(report, digits)), Text(), indented(method(report))]
    parts += [heading("Check: every gate's own rule, by itself"), indented(gates_part(report))]
    return stacked([*parts, Text(), verdict(report)])


def brief(report: CheckReport, digits: int = DIGITS) -> RenderableType:
    """Return the table of the inputs, and one line about the gates when all is well."""
    if report.wrong_gates or not report.inputs:
        return whole(report, digits)
    parts = [
        heading("Check: backprop beside finite differences"),
        indented(inputs_table(report, digits)),
        Text(),
        indented(method(report)),
        indented(line((gates_line(report), "faint"))),
        Text(),
        verdict(report),
    ]
    return stacked(parts)


def method(report: CheckReport) -> RenderableType:
    """Say how the numbers beside backprop's were found."""
    words = [METHOD]
    if report.order == 2:
        words.append(SECOND)
    if any(RANDOM in row.name for row in report.inputs):
        words.append(ANY)
    return stacked(line((sentence, "faint")) for sentence in words)


def inputs_table(report: CheckReport, digits: int) -> RenderableType:
    rows = [row_cells(row, digits) for row in report.inputs]
    columns = [Cell.column(cells) for cells in zip(*rows, strict=True)]
    header = ("input", "backprop", "differences", "relative error", "")
    return table(header, zip(*columns, strict=True), folding=[0])


def row_cells(row: Row, digits: int) -> list[Cell]:
    numeric = "" if math.isnan(row.numeric) else number(row.numeric, digits)
    return [
        Cell(row.name),
        Cell(number(row.analytic, digits), "gradient"),
        Cell(numeric, "gradient"),
        Cell(error_text(row)),
        verdict_cell(row.verdict),
    ]


def error_text(row: Row) -> str:
    """Write the relative error; blank where rounding makes up all of it, or nothing was compared.

    Two zeros have none.
    """
    if math.isnan(row.error) or row.verdict == "rounding":
        return ""
    return number(row.error, 2)


def verdict_cell(verdict: str) -> Cell:
    mark, words = VERDICTS[verdict]
    return Cell(f"{mark} {words}", "bad" if mark == "✗" else "plain")


def gates_part(report: CheckReport) -> RenderableType:
    """Return the table of the gates; of many, only those that are not simply right."""
    shown = list(report.gates)
    if len(shown) > MOST_GATES:
        shown = [gate for gate in shown if gate.verdict in ("kink", "edge") or not gate.ok]
    rows = [gate_row(gate) for gate in shown[:MOST_GATES]]
    located = any(row[-1].plain for row in rows)
    header = ("gate", "kind", "relative error", "", "line" if located else "")
    parts: list[RenderableType] = [table(header, rows, folding=[0, 4])] if rows else []
    return stacked([*parts, line((gates_line(report), "faint"))])


def gate_row(gate: GateCheck) -> list[Text]:
    cell = verdict_cell(gate.verdict)
    error = error_text(gate.worst) if gate.worst else ""
    used = f"{near(gate.used.file)}:{gate.used.line}" if gate.used and gate.used.text else ""
    return [
        line(gate.label),
        line(gate.op),
        line(error),
        line((cell.written, cell.style)),
        line((used, "faint")),
    ]


def gates_line(report: CheckReport) -> str:
    if not report.gates:
        return "no gates, so no backward rules"
    checked = len(report.gates)
    edges = sum(gate.verdict == "edge" for gate in report.gates)
    right = sum(gate.ok for gate in report.gates) - edges
    some = f", of {report.total_gates} gates in all" if checked < report.total_gates else ""
    rest = f"; {edges} cannot be compared here" if edges else ""
    return f"{right} of {checked} backward rules agree with differences by themselves{some}{rest}"


def verdict(report: CheckReport) -> RenderableType:
    """Return the last line: passed, passed with kinks, nothing to compare, or what is wrong."""
    if not report.ok:
        return stacked([line(("✗ " + report.message, "bad")), line(f"hint: {report.hint}")])
    reasons = {"kink": KINK, "edge": EDGE}
    found = {why: [row.name for row in report.inputs if row.verdict == why] for why in reasons}
    if not any(found.values()):
        return line(("✓ the gradients are right", "forward"))
    said = [f"; {reasons[why].format(', '.join(names))}" for why, names in found.items() if names]
    if len(found["edge"]) == len(report.inputs):
        return line("∧ not checked", *said)
    return line(("✓ nothing is wrong", "forward"), *said)
