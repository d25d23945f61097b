"""The check beside finite differences, and the table of what each way computes."""

import math

from chainrule.draw.derivation.pieces import GRADIENT, Cell, Grid, Numeral, Part, Section, Sentence
from chainrule.draw.derivation.terms import dots
from chainrule.draw.numbers import number
from chainrule.draw.palette import VERDICTS
from chainrule.explain.derivation.records import Count, Derivation, Evaluations
from chainrule.explain.judge import RANDOM
from chainrule.explain.scene.records import CheckRow

METHOD = "Differences are (f(x + h) − f(x − h)) / 2h, where only this value is nudged."
ANY = f"{RANDOM} is a random direction through all entries."
COUNTED = "All of it was carried out and counted."
NOT_RUN = "* too many to be carried out: counted from the circuit."


def check_section(derivation: Derivation) -> Section:
    """Return the table of backprop's results beside finite differences."""
    rows = tuple(check_cells(row) for row in derivation.check or ())
    header = ("", "backprop", "differences", "relative error", "")
    said = f"{METHOD} {ANY}" if any(RANDOM in str(row[0]) for row in rows) else METHOD
    return Section("Check: finite differences", (Grid(header, rows), Sentence((said,))))


def check_cells(row: CheckRow) -> tuple[Cell, ...]:
    blank = math.isnan(row.difference)
    mark, words = VERDICTS[row.verdict]
    no_error = math.isnan(row.error) or row.verdict == "rounding"
    return (
        row.input,
        Numeral(row.backprop, GRADIENT),
        "" if blank else Numeral(row.difference, GRADIENT),
        "" if no_error else number(row.error, 2),
        f"{mark} {words}",
    )


def cost_section(cost: Evaluations) -> Section:
    """Return what backpropagation saves, as a table of counts."""
    rows = (
        ("backpropagation", *counts(cost.backprop)),
        ("differences, one input at a time", *counts(cost.differences)),
        ("chain rule written out for each path", *counts(cost.written_out)),
    )
    header = ("", "gate values", "local derivatives")
    inputs = "gradient of one input"
    if cost.inputs > 1:
        inputs = f"gradients of all {cost.inputs:,} inputs"
    gates = "1 gate" if cost.gates == 1 else f"{cost.gates:,} gates"
    paths = "1 path" if cost.paths == 1 else f"{dots(cost.paths)} paths"
    said = f"To find the {inputs} ({gates}, {paths}) is computed:"
    ran = cost.backprop.ran and cost.differences.ran and cost.written_out.ran
    parts: tuple[Part, ...] = (Sentence((said,)), Grid(header, rows))
    return Section("What backpropagation saves", (*parts, Sentence((COUNTED if ran else NOT_RUN,))))


def counts(count: Count) -> tuple[str, str]:
    star = "" if count.ran else "*"
    return f"{dots(count.values)}{star}", f"{dots(count.locals)}{star}"
