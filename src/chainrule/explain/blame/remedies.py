"""What to try against a number that is not finite, by the gate that made it."""

from collections.abc import Mapping

import numpy as np

from chainrule.explain.blame.records import Blame, Operand

SMALL_RATE = "lower the rate{rate}, or clip the gradients (clip_norm=1.0 of the optimizer)"
MASK = "an infinity takes part that is meant to be there: where it is a mask, take a large finite "
MASK += "number such as -1e9, or keep it out of products with 0"
BY_OP: Mapping[str, str] = {
    "exp": "exp overflows above 88 in float32 and 709 in float64: subtract the largest entry "
    "before it, or take a stable form (cr.log_softmax, cr.softplus, cr.sigmoid, "
    "cr.losses.softmax_cross_entropy)",
    "log": "keep what goes into the logarithm above 0: cr.log(cr.maximum(x, 1e-7)); behind a "
    "softmax or a sigmoid take cr.log_softmax, or a loss that takes logits",
    "sqrt": "keep what goes into the root at 0 or above: cr.sqrt(cr.maximum(x, 0.0))",
    "power": "a negative number has no fractional power, 0 no negative one, and large ones "
    "overflow: bound the base with cr.clip",
    "divide": "keep the divisor away from 0: x / (y + 1e-8), or cr.maximum(y, 1e-8)",
    "arcsin": "keep the argument within -1 and 1: cr.clip(x, -1, 1)",
    "softmax": "every entry of a row is masked: let each row keep one that is not",
}
SAME = {
    "log2": "log", "log10": "log", "log1p": "log", "expm1": "exp", "sinh": "exp", "cosh": "exp",
    "arccos": "arcsin", "reciprocal": "divide",
    "log_softmax": "softmax", "logsumexp": "exp",
}  # fmt: skip
BY_RULE: Mapping[str, str] = {
    "sqrt": "the slope of a root at 0 is infinite: add a small number under it, cr.sqrt(x + 1e-8)",
    "power": "the slope of a power below 1 at 0 is infinite: add a small number to the base, "
    "(x + 1e-8) ** p",
    "log": "the slope of the logarithm at 0 is infinite, and where() does not help: it multiplies "
    "it by 0. Bound what goes in: cr.log(cr.maximum(x, 1e-7))",
    "divide": "the divisor is too close to 0: x / (y + 1e-8), or cr.maximum(y, 1e-8)",
    "norm": "the slope of a norm at 0 is 0/0: use cr.sqrt(cr.sum(cr.square(x)) + 1e-8)",
    "std": "the slope of a standard deviation of equal numbers is 0/0: use "
    "cr.sqrt(cr.var(x) + 1e-8)",
}
LARGE = 1e6  # from here on an overflow is a matter of growth
ONE_ROW = "look at row {row} of the data"


def remedy(found: Blame, rate: float | None = None) -> str:
    """Return what to try; `rate` is the optimizer's at this step."""
    if found.kind != "gate":
        return of_the_beginning(found)
    if found.phase == "backward" and found.rule_of in BY_RULE and not overflows(found):
        return BY_RULE[found.rule_of]
    op = SAME.get(found.op, found.op)
    if op != "softmax" and any(np.isinf(x.at).any() for x in found.operands):
        return with_row(MASK, found)
    if op in BY_OP and not (op in ("divide", "power") and overflows(found)):
        return with_row(BY_OP[op], found)
    now = "" if rate is None else f", now {rate:g}"
    said = SMALL_RATE.format(rate=now)
    if overflows(found) and found.note and len(found.rows) == 1:
        row = ONE_ROW.format(row=found.rows[0])
        return f"{row}, whose numbers are too large; scale the inputs, or {said}"
    if overflows(found):
        return f"{said}: the numbers have grown too large; scale the inputs"
    return with_row(said, found)


def of_the_beginning(found: Blame) -> str:
    """Return what to try where something was not finite before anything was computed."""
    row = f"row {found.element[0]}" if found.element else "the data"
    return {
        "x": f"mend {row} of x, or leave it out",
        "y": f"mend {row} of y, or leave it out",
        "weight": "start from a model whose weights are finite",
        "state": "start from a fresh optimizer state, or lower the rate",
        "constant": "an infinity that is written in the code reaches the loss: take a large "
        "finite number, or keep it out of the sums",
    }.get(found.kind, "lower the rate, clip the gradients, or compute in float64")


def overflows(found: Blame) -> bool:
    """Return whether the operands at the entry at fault are large already."""
    return any(largest(x) >= LARGE for x in found.operands)


def largest(x: Operand) -> float:
    sizes = [abs(v) for v in x.at]
    return max(sizes or [abs(v) for v in (x.least, x.greatest) if v is not None], default=0.0)


def with_row(said: str, found: Blame) -> str:
    return f"{said}; {ONE_ROW.format(row=found.rows[0])}" if len(found.rows) == 1 else said
