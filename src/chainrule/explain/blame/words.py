"""A blame in one clause, for messages."""

from chainrule.explain.blame.records import Blame

LISTED = 5  # numbers of rows in a message
WHOLE = {
    "x": "x holds {bad} in {rows}",
    "y": "y holds {bad} in {rows}",
    "weight": "the weight {name} is {bad} before the step",
    "state": "the optimizer's {name} is {bad} before the step",
    "constant": "an infinity in the code enters at {gate}",
    "unknown": "the gates one by one stay finite",
}


def clause(found: Blame) -> str:
    """Return which gate made what of what, where, and from which rows.

    >>> from chainrule.explain.blame.records import Operand
    >>> x = Operand("layers.0", (4, 8), "float32", -2.0, 3.0, at=(-0.5,), reaching=1)
    >>> z = Operand("layers.1", (4, 8), "float32", -1.0, 1.0, nan=1, at=(float("nan"),))
    >>> clause(Blame("gate", 7, 0.5, "layers.1", "log", result=z, operands=(x,), rows=(17,)))
    'log in layers.1 made NaN of -0.5, row 17 of the data'
    """
    if found.kind != "gate":
        return WHOLE[found.kind].format(
            bad=made(found), rows=rows(found), name=found.name, gate=gate(found)
        )
    parts = [f"{gate(found)} made {made(found)}"]
    given = taken(found)
    parts[0] += f" of {given}" if given else ""
    return ", ".join([*parts, *([rows(found)] if found.rows else [])])


def gate(found: Blame) -> str:
    """Return the gate with its name and its line: `log in layers.1 (net.py:12)`."""
    what = f"the gradient of {found.rule_of}" if found.phase == "backward" else found.op
    name = found.name.removesuffix("@grad") if found.phase == "backward" else found.name
    if found.source is None:
        return f"{what} in {name}"
    file = found.source.file.replace("\\", "/").rpartition("/")[2]
    return f"{what} in {name} ({file}:{found.source.line})"


def made(found: Blame) -> str:
    """Return what the entry at fault holds: NaN, inf or -inf."""
    at = found.result.at if found.result else ()
    return number(at[0]) if at else "NaN"


def taken(found: Blame) -> str:
    """Return the operands' entries, where each is a single one."""
    single = found.operands and all(len(x.at) == 1 == x.reaching for x in found.operands)
    return " and ".join(number(x.at[0]) for x in found.operands) if single else ""


def rows(found: Blame) -> str:
    """Return the rows of data that take part."""
    if found.batch > 1 and len(found.rows) == found.batch:
        return f"all {found.batch} rows of the batch"
    if len(found.rows) == 1:
        return f"row {found.rows[0]} of the data"
    listed = ", ".join(map(str, found.rows[:LISTED]))
    more = f" and {len(found.rows) - LISTED} more" if len(found.rows) > LISTED else ""
    return f"rows {listed}{more} of the data"


def number(x: float) -> str:
    """Return a number in four digits; NaN as people write it."""
    return "NaN" if x != x else f"{x:.4g}"
