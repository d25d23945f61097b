"""How a circuit is repeated inside native code."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Steps:
    """How a circuit is repeated; by default it runs once.

    Attributes:
        updates: number of an input -> number of the output that becomes it for the next step.
        sliced: inputs of which every step takes the next part.
        stacked: outputs of which every step writes the next part.
        flushes: whether denormal numbers count as 0 while it runs. Averages that decay into them
            would cost several times as much.
    """

    updates: Mapping[int, int] = field(default_factory=dict)
    sliced: frozenset[int] = frozenset()
    stacked: frozenset[int] = frozenset()
    flushes: bool = False
