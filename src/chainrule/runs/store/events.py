"""What happened in a run besides numbers, and its data as text."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import UsageError

KINDS = (
    "start",
    "epoch",
    "checkpoint",
    "snapshot",
    "rate",
    "pause",
    "resume",
    "finding",
    "fault",
    "end",
)


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        id: rises from event to event: a reader goes on after the last it has seen.
        kind: one of `KINDS`.
        step: the update after which it happened.
        time: seconds since 1970.
        data: what there is to say, as plain values; numbers may be NaN or infinite.
    """

    id: int
    kind: str
    step: int
    time: float
    data: dict[str, Any]


def as_text(data: Mapping[str, Any]) -> str:
    """Return data as JSON, in which NaN and infinities are words of their own.

    >>> as_text({"shape": np.int64(3), "rate": float("nan")})
    '{"shape":3,"rate":NaN}'
    """
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False, default=plain)


def plain(value: Any) -> Any:
    """Return what JSON does not know by itself in its own types."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise UsageError(f"an event cannot hold {value!r}, which is of type {type(value).__name__}")
