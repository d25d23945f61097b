"""Arrays and plain values as JSON that a browser reads: it knows no NaN and no infinity.

An array of numbers is `{"dtype": "<f4", "shape": [...], "data": base64 of its bytes}`, row by row,
little-endian: NaN and infinities stand in it as they are. Anywhere else they are the texts "nan",
"inf" and "-inf".
"""

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

NARROW, WIDE = "<f4", "<f8"


def packed(array: Any, dtype: str = WIDE) -> dict[str, Any]:
    """Return an array as plain values.

    >>> packed(np.array([1.0, np.nan]), NARROW)
    {'dtype': '<f4', 'shape': [2], 'data': 'AACAPwAAwH8='}
    """
    with np.errstate(over="ignore"):  # too large for float32 is infinite there
        found = np.ascontiguousarray(array, dtype)
    data = base64.b64encode(found.tobytes()).decode()
    return {"dtype": dtype, "shape": list(found.shape), "data": data}


def unpacked(value: Mapping[str, Any]) -> Any:
    """Return the array that `packed` was given.

    >>> unpacked(packed([1.0, 2.0]))
    array([1., 2.])
    """
    data = base64.b64decode(value["data"])
    return np.frombuffer(data, value["dtype"]).reshape(value["shape"])


def plain(value: Any) -> Any:
    """Return a value in which numbers that JSON does not know are texts.

    >>> plain({"loss": float("nan"), "shape": (2, 3)})
    {'loss': 'nan', 'shape': [2, 3]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    return value


def as_json(value: Any) -> str:
    """Return a value as JSON on one line, in ASCII: no character in it ends a line of a stream."""
    return json.dumps(plain(value), separators=(",", ":"), allow_nan=False)
