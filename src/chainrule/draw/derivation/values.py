"""Numbers and summaries of arrays, written out."""

import re

import numpy as np

from chainrule.draw.numbers import DIGITS, SHOWN, number, on_one_line, shape
from chainrule.explain.scene.records import Value

LONGEST = 7  # characters of a constant that is written in full


def value_text(value: Value, digits: int = DIGITS, most: int = SHOWN) -> str:
    """Write a number, the entries of a small array, or shape and norm of a larger one.

    >>> value_text(-0.19661193), value_text(None)
    ('−0.1966', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value, digits)
    if value.data is not None and 0 < len(value.data) <= most:
        return on_one_line(np.array(value.data).reshape(value.shape), digits, most)
    norm = "no finite entries" if value.norm is None else f"norm {number(value.norm, digits)}"
    return f"{shape(value.shape)}, {norm}"


def shortened(digits: str) -> str:
    """Return the digits of a constant in a formula, at most four where they would be many.

    >>> shortened("0.1"), shortened("2.2250738585072014e-308"), shortened("0.3333333333333333")
    ('0.1', '2.225e-308', '0.3333')
    """
    if len(digits) <= LONGEST:
        return digits
    return re.sub(r"e([+-])0*", r"e\1", f"{float(digits):.4g}").replace("e+", "e")
