"""The rows of the table: tensors of parameters, and the activations that tell of their layers."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from chainrule.explain.doctor.record import BOUNDED
from chainrule.explain.flow.records import DEAD, SATURATED, Row

GRADIENT = "@grad:norm"
Start = Mapping[str, Any]


def rows_of(start: Start, names: Collection[str], *, every: bool = False) -> list[Row]:
    """Return the rows that something was recorded for, without numbers yet.

    Args:
        start: what the run said of itself.
        names: of the series.
        every: vectors too, as biases are, and not matrices alone.
    """
    listed = [(p["name"], tuple(p["shape"])) for p in start.get("parameters", ())]
    listed = listed or [
        (name.removesuffix(GRADIENT), ()) for name in names if name.endswith(GRADIENT)
    ]
    measured = [(name, shape) for name, shape in listed if name + GRADIENT in names]
    matrices = [(name, shape) for name, shape in measured if len(shape) != 1]
    shown = measured if every or not matrices else matrices
    modules = [module["path"] for module in start.get("modules", ())]
    homes = {name: home(name, modules) for name, _ in shown}
    counts = Counter(homes.values())
    outputs = {name.partition(":")[0] for name in names if name.endswith(":std")}
    functions = start.get("activations") or {}
    rows = []
    for name, shape in shown:
        at = homes[name]
        output = output_after(at, modules, set(homes.values()), outputs)
        kind = SATURATED if functions.get(output) in BOUNDED else DEAD
        label = at if at and counts[at] == 1 else name
        rows.append(Row(name, label, shape, activation=output, kind=kind))
    return rows


def home(name: str, modules: Iterable[str]) -> str:
    """Return the path of the innermost module around a parameter, "" if there is none."""
    return max((path for path in modules if path and name.startswith(f"{path}.")), key=len,
               default="")  # fmt: skip


def output_after(
    module: str, modules: Sequence[str], holders: Collection[str], outputs: Collection[str]
) -> str:
    """Return the first output recorded at a module or after it, before the next with parameters."""
    if module not in modules:
        return ""
    for path in modules[modules.index(module) :]:
        if path != module and path in holders:
            break
        if path in outputs:
            return path
    return ""
