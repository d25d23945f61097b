"""Linear algebra by NumPy's names: `cr.linalg.inv`, `cr.linalg.solve`, ..."""

from typing import Any

from chainrule.errors import nearest
from chainrule.graph.registry import FUNCTIONS

PREFIX = "linalg."


def __getattr__(name: str) -> Any:
    if PREFIX + name in FUNCTIONS:
        return FUNCTIONS[PREFIX + name]
    raise AttributeError(f"chainrule.linalg has no {name!r}: {nearest(name, __dir__())}")


def __dir__() -> list[str]:
    return sorted(n.removeprefix(PREFIX) for n in FUNCTIONS if n.startswith(PREFIX))
