"""The boxes around gates: one for each call of a module, and blocks where there are too many gates.

A module runs from beginning to end, so its gates are a run of the execution order, and the runs of
the modules inside it are parts of that run. Runs are what boxes are made of; drawn as one gate
each, they never make a cycle. A module that is called twice has two boxes.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CROWDED = 200  # parts of one box beyond which they are put in blocks
BLOCKS = 40  # how many blocks, at most


@dataclass
class Box:
    """A run of gates, from number `start` up to `stop`, and the boxes inside it."""

    path: str
    start: int
    stop: int
    inside: "list[Box]" = field(default_factory=list)

    @property
    def gates(self) -> int:
        return self.stop - self.start

    @property
    def is_block(self) -> bool:
        return not self.path


def boxes_of(scopes: Sequence[str], modules: Iterable[str] = ()) -> Box:
    """Return the outermost box, around everything.

    Args:
        scopes: the path of the module that made each gate, in execution order.
        modules: paths of modules that are known beside those.
    """
    known = {*scopes, *modules} - {""}
    chains = {scope: chain_of(scope, known) for scope in {*scopes}}
    whole = Box("", 0, len(scopes))
    open_boxes = [whole]
    for i, scope in enumerate(scopes):
        chain = chains[scope]
        while len(open_boxes) > 1 and not begins(chain, open_boxes):
            open_boxes.pop().stop = i
        for path in chain[len(open_boxes) - 1 :]:
            made = Box(path, i, len(scopes))
            open_boxes[-1].inside.append(made)
            open_boxes.append(made)
    keep_useful(whole)
    divide(whole)
    return whole


def chain_of(scope: str, known: set[str]) -> tuple[str, ...]:
    """Return the paths of the modules around a gate, outermost first."""
    parts = scope.split(".") if scope else []
    prefixes = (".".join(parts[: i + 1]) for i in range(len(parts)))
    return tuple(prefix for prefix in prefixes if prefix in known)


def begins(chain: tuple[str, ...], open_boxes: list[Box]) -> bool:
    """Tell whether the innermost open box is one of the boxes of `chain`."""
    depth = len(open_boxes) - 1
    return depth <= len(chain) and open_boxes[-1].path == chain[depth - 1]


def unwrapped(whole: Box, path: str) -> Box:
    """Return what is inside the boxes around everything, down to the module at `path`."""
    box = whole
    while path and len(box.inside) == 1 and f"{path}.".startswith(f"{box.inside[0].path}."):
        if box.inside[0].gates < box.gates:
            break
        box = box.inside[0]
    return box


def keep_useful(whole: Box) -> None:
    """Take out boxes around a single gate: they say nothing that the gate does not say."""
    waiting = [whole]
    while waiting:
        box = waiting.pop()
        box.inside = [inner for inner in box.inside if inner.gates > 1]
        waiting += box.inside


def divide(whole: Box) -> None:
    """Put blocks of consecutive parts where a box has too many of them."""
    waiting = [whole]
    while waiting:
        box = waiting.pop()
        parts = parts_of(box)
        if len(parts) > CROWDED:
            size = max(math.ceil(len(parts) / BLOCKS), 2)
            box.inside = [block(parts[i : i + size]) for i in range(0, len(parts), size)]
        waiting += box.inside


def parts_of(box: Box) -> "list[Box]":
    """Return the boxes inside, and each gate that lies in none of them as a box of its own."""
    found = []
    at = box.start
    for inner in [*box.inside, Box("", box.stop, box.stop)]:
        found += [Box("", i, i + 1) for i in range(at, inner.start)]
        found += [inner] if inner.gates else []
        at = inner.stop
    return found


def block(parts: "list[Box]") -> Box:
    made = Box("", parts[0].start, parts[-1].stop)
    made.inside = [part for part in parts if part.gates > 1]
    return made


def name_of(box: Box, classes: Mapping[str, str], first: int = 0) -> tuple[str, str]:
    """Return label and class of a box: `layers.0` and `Linear`; a block says which gates it has.

    `first` is the number that the first gate has in the whole circuit.
    """
    if box.is_block:
        return f"gates {first + box.start + 1}–{first + box.stop}", "block"
    return box.path, classes.get(box.path, "")
