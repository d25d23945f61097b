"""What cannot be traced: the words for it, the user's line, and the way out."""

from typing import Any

from chainrule.errors import GradientError
from chainrule.graph.source import caller, resolve

STATIC = 'make it a static argument: cr.compile(f, static=("n",))'
WAYS_OUT = {
    "an `if`, `while`, `and` or `assert`": (
        "choose between values with cr.where(condition, a, b); if plain Python should decide, "
        + STATIC
    ),
    "float()": "use cr.exp for math.exp and the like, which take arrays as they are; or " + STATIC,
    "int()": "convert with x.astype(int), which gives an array; or " + STATIC,
    "complex()": "there are no complex numbers here",
    "range(), a size or the end of a slice": (
        "take it from a shape, x.shape[0] or len(x), or " + STATIC
    ),
    "NumPy": "use the function by its name in chainrule, or as np.exp(x) on the gate itself",
}
VALUES = ("item", "numpy", "tolist", "value")  # attributes that a computed gate would have
BY_VALUE = (  # functions of NumPy's whose results have as many entries as values say
    "argwhere", "compress", "extract", "flatnonzero", "intersect1d", "nonzero", "trim_zeros",
    "union1d", "unique",
)  # fmt: skip


def no_value(node: Any, where: str) -> GradientError:
    """Say that a symbolic gate has no value, where that was noticed, and the way out."""
    made = f", made at {node.source}" if node.source else ""
    needs = f"but {where} needs one{line_of_user()}"
    return GradientError(
        f"{node!r}{made} has no value while the function is traced, {needs}", hint=WAYS_OUT[where]
    )


def line_of_user() -> str:
    """Return the user's line that is being run, to stand below a message."""
    source = resolve(caller(above=3))
    return f"\n  {source}: {source.text}" if source and source.text else ""


def no_positions(mask: Any) -> GradientError:
    """Say that a boolean mask picks a number of entries that nobody knows while tracing."""
    return GradientError(
        f"{mask!r} has no value while the function is traced, "
        f"so the number of entries that it picks is not known{line_of_user()}",
        hint="keep the shape and choose between values: cr.where(mask, x, 0)",
    )


def no_size(gate: Any, function: str) -> GradientError:
    """Say that the size of a function's result depends on values."""
    return GradientError(
        f"{gate!r} has no value while the function is traced, "
        f"so the size of np.{function} of it is not known{line_of_user()}",
        hint="keep the shape and choose between values: cr.where(mask, x, 0)",
    )
