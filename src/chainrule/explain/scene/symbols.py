"""What is written in a gate: `×`, `exp`; with a constant operand folded in, `+1` or `1/x`."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.explain.view import GateView
from chainrule.graph.index import unpack
from chainrule.graph.node import ConstantNode, Node

SYMBOLS = {
    "multiply": "×",
    "subtract": "−",
    "divide": "÷",
    "negative": "×−1",
    "power": "xʸ",
    "square": "x²",
    "sqrt": "√x",
    "abs": "|x|",
    "transpose": "ᵀ",
    "maximum": "max",
    "minimum": "min",
    "not_equal": "≠",
    "less_equal": "≤",
    "greater_equal": "≥",
    "equal": "=",
    "norm": "‖x‖",
}
SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def symbol(view: GateView) -> str:
    """Return what stands in the gate."""
    node = view.node
    assert node.op is not None
    name = node.op.name
    given = [number_of(x) for x in node.inputs]
    if name in WITH_CONSTANT and len(given) == 2 and sum(c is not None for c in given) == 1:
        left, right = given
        return WITH_CONSTANT[name](left, right)
    if name == "getitem" and len(node.inputs) == 1:
        return f"[{index_text(node.attrs['index'])}]"
    written = SYMBOLS.get(name) or node.op.symbol or name
    if any(c is not None for c in given):
        operands = ["x" if c is None else c for c in given]
        return f"{written}({', '.join(operands)})"
    return written


def number_of(x: Node) -> str | None:
    """Return a scalar constant as it is written, None for any other operand."""
    return digits(x.value) if isinstance(x, ConstantNode) and is_number(x) else None


def is_number(x: Node) -> bool:
    """Tell whether an operand is a constant without axes, which is written into the gate."""
    return isinstance(x, ConstantNode) and not x.shape


def digits(value: Any) -> str:
    """Write a constant with at most four significant digits.

    >>> digits(2.0), digits(-0.5), digits(1e-08)
    ('2', '−0.5', '1e−8')
    """
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    mantissa, e, exponent = f"{float(value):.4g}".replace("inf", "∞").partition("e")
    if not e:
        return mantissa.replace("-", "−")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def added(left: str | None, right: str | None) -> str:
    constant = left or right or ""
    return constant if constant.startswith("−") else f"+{constant}"


def subtracted(left: str | None, right: str | None) -> str:
    if left is not None:
        return f"{left}−x"
    constant = right or ""
    return f"+{constant[1:]}" if constant.startswith("−") else f"−{constant}"


def multiplied(left: str | None, right: str | None) -> str:
    return f"×{left or right}"


def divided(left: str | None, right: str | None) -> str:
    return f"÷{right}" if left is None else f"{left}/x"


def raised(left: str | None, right: str | None) -> str:
    if left is not None:
        return f"{left}ˣ"
    exponent = right or ""
    whole = exponent.removeprefix("−").isdigit()
    return f"x{exponent.translate(SUPERSCRIPTS)}" if whole else f"x^{exponent}"


WITH_CONSTANT: dict[str, Callable[[str | None, str | None], str]] = {
    "add": added,
    "subtract": subtracted,
    "multiply": multiplied,
    "divide": divided,
    "power": raised,
}


def index_text(index: Any) -> str:
    """Write an index as Python does: `0`, `1:3`."""
    found = unpack(index, ())
    parts: Sequence[Any] = found if isinstance(found, tuple) else (found,)
    return ", ".join(slice_text(p) for p in parts)


def slice_text(part: Any) -> str:
    if part is Ellipsis:
        return "…"
    if not isinstance(part, slice):
        return str(part)
    ends = [part.start, part.stop] + ([part.step] if part.step is not None else [])
    return ":".join("" if end is None else str(end) for end in ends)
