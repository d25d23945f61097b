"""Cases: the inputs that a declaration offers as examples, or that it must refuse."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """Inputs and attributes for one call of an op.

    `inputs` holds shapes, to be filled with numbers from the op's domain, or arrays as they are.
    `says` is the message that the call must fail with, empty for a call that works.
    """

    inputs: tuple[Any, ...]
    attrs: dict[str, Any]
    says: str = ""


def case(*inputs: Any, says: str = "", **attrs: Any) -> Case:
    """Return a case: `case((3, 4), (4, 2))`, `case((3, 4), axis=0)`."""
    return Case(inputs, attrs, says)
