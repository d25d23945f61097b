"""A gradient check as an HTML table, for notebooks and pages."""

from html import escape

from chainrule.draw.numbers import DIGITS, number
from chainrule.draw.palette import VERDICTS
from chainrule.draw.report import error_text, gates_line
from chainrule.explain.judge import Row
from chainrule.explain.verdicts import CheckReport

HEADER = ("input", "backprop", "differences", "relative error", "")


def html(report: CheckReport) -> str:
    """Return the inputs' rows, a line about the gates, and what is wrong, if anything is."""
    head = "".join(f"<th>{name}</th>" for name in HEADER)
    rows = "\n".join(row_html(row) for row in report.inputs)
    said = [gates_line(report)]
    if not report.ok:
        said += [*report.message.split("\n"), f"hint: {report.hint}"]
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
    lines = "<br>".join(map(escape, said))
    return f"{table if report.inputs else ''}<p>{lines}</p>"


def row_html(row: Row) -> str:
    """Return one comparison; not computed is blank."""
    mark, words = VERDICTS[row.verdict]
    numeric = "" if row.numeric != row.numeric else number(row.numeric, DIGITS)
    cells = (row.name, number(row.analytic, DIGITS), numeric, error_text(row), f"{mark} {words}")
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
