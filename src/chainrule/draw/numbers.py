"""Numbers and arrays as people read them: a few digits, a true minus, never zero by rounding."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.explain.scene.records import Summary, Value

DIGITS = 4
SMALLEST, LARGEST = 1e-3, 1e6  # outside of these, powers of ten
DECIMALS, WIDEST = 2, 1e5  # of numbers in drawings
SHOWN = 6  # entries of an array that are written out
SEVERAL = 1e-12  # relative difference below which the digits shown count as exact


def number(x: float, digits: int = DIGITS) -> str:
    """Write a number with `digits` significant digits, but never round its whole part.

    Zeros at the end are left out where the number is exact, so that 33.003 differs from 33.

    >>> number(-2.0), number(0.3678794), number(0.0004), number(33.003)
    ('−2', '0.3679', '4.0e-4', '33.00')
    """
    if isinstance(x, (bool, np.bool_)):
        return "true" if x else "false"
    if math.isnan(x):
        return "NaN"
    sign = "−" if x < 0 else ""
    size = abs(float(x))
    if math.isinf(size):
        return f"{sign}∞"
    if size == 0:
        return "0"
    if not SMALLEST <= size < LARGEST:
        return sign + scientific(size, digits)
    decimals = max(digits - 1 - math.floor(math.log10(size)), min(digits, 2))
    written = f"{size:.{decimals}f}"
    if abs(float(written) - size) <= SEVERAL * size and "." in written:
        written = written.rstrip("0").rstrip(".")
    return sign + written


def fixed(x: float, decimals: int = DECIMALS) -> str:
    """Write a number as drawings have it: two decimals, but never zero by rounding.

    >>> fixed(-2.0), fixed(0.3678794), fixed(0.0004), fixed(4.25e8), fixed(-0.0)
    ('−2.00', '0.37', '4.0e-4', '4.2e8', '0.00')
    """
    if math.isnan(x):
        return "NaN"
    size = abs(float(x))
    sign = "−" if x < 0 else ""
    if math.isinf(size):
        return f"{sign}∞"
    if size and not 0.5 * 10**-decimals <= size < WIDEST:
        mantissa, _, exponent = f"{size:.1e}".partition("e")
        return f"{sign}{mantissa}e{int(exponent)}"
    return f"{sign}{size:.{decimals}f}"


def wire_text(value: Value, decimals: int = DECIMALS) -> str:
    """Write a value above a wire: a number, or an array's shape and norm; blank for None.

    >>> wire_text(-2.0), wire_text(None)
    ('−2.00', '')
    """
    if isinstance(value, Summary):
        found = f"{shape(value.shape)} {norm_text(value, decimals)}"
        return found if math.prod(value.shape) else "empty"
    return "" if value is None else fixed(value, decimals)


def grad_text(value: Value, decimals: int = DECIMALS) -> str:
    """Write a gradient under a wire: a number, or an array's norm; blank for None.

    >>> grad_text(0.1966)
    '0.20'
    """
    if isinstance(value, Summary):
        return norm_text(value, decimals) if math.prod(value.shape) else "empty"
    return "" if value is None else fixed(value, decimals)


def norm_text(array: Summary, decimals: int = DECIMALS) -> str:
    """Write an array's norm between bars, also where an entry has made it NaN or infinite."""
    found = array.norm
    if array.counts.get("nan"):
        found = math.nan
    elif array.counts.get("+inf") or array.counts.get("-inf"):
        found = math.inf
    return f"‖{fixed(0.0 if found is None else found, decimals)}‖"


def scientific(size: float, digits: int) -> str:
    """Write 4.0e-4: at least one decimal, no leading zeros in the exponent."""
    mantissa, _, exponent = f"{size:.{max(digits - 1, 1)}e}".partition("e")
    if abs(float(f"{mantissa}e{exponent}") - size) <= SEVERAL * size:
        mantissa = mantissa.rstrip("0")
        mantissa += "0" if mantissa.endswith(".") else ""
    return f"{mantissa}e{int(exponent)}"


def amount(x: Any, digits: int = DIGITS, most: int = SHOWN) -> str:
    """Write a number, or an array: up to `most` entries one by one, large ones by shape and size.

    >>> amount(np.array([0.22, 0.26])), amount(np.ones((5, 10)))
    ('[0.22, 0.26]', '5×10, norm 7.071')
    """
    if x is None:
        return ""
    array = np.asarray(x)
    if not array.shape:
        return number(array.item(), digits)
    if 0 < array.size <= most:
        return entries(array, digits)
    return f"{shape(array.shape)}, norm {norm(array, digits)}" if array.size else "empty"


def shape(sizes: Sequence[int]) -> str:
    """Write a shape: 5×10."""
    return "×".join(map(str, sizes)) if sizes else "number"


def norm(array: Any, digits: int = DIGITS) -> str:
    """Write the square root of the sum of squares."""
    values = np.asarray(array, np.float64)
    return number(float(np.sqrt(np.sum(values * values))), digits)


def entries(array: Any, digits: int) -> str:
    """Write every entry; the rows of a matrix stand under each other."""
    if array.ndim == 1:
        return f"[{', '.join(number(v, digits) for v in array.tolist())}]"
    rows = [entries(row, digits) for row in array]
    return "[" + ",\n ".join("\n ".join(row.split("\n")) for row in rows) + "]"


def on_one_line(x: Any, digits: int = DIGITS, most: int = SHOWN) -> str:
    """Write a number or an array without line breaks."""
    return amount(x, digits, most).replace("\n ", " ")


def factor(x: Any, digits: int = DIGITS, most: int = SHOWN) -> str:
    """Write a number so that it can follow an operator: negative ones in parentheses."""
    written = on_one_line(x, digits, most)
    return f"({written})" if written.startswith("−") else written


def aligned(column: Sequence[str]) -> list[str]:
    """Pad numbers so that their decimal points stand under each other."""
    if any("\n" in text or "[" in text or "," in text for text in column):
        return list(column)
    whole = [text.partition(".")[0] for text in column]
    width = max(map(len, whole), default=0)
    padded = [" " * (width - len(w)) + text for w, text in zip(whole, column, strict=True)]
    full = max(map(len, padded), default=0)
    return [text.ljust(full) for text in padded]
