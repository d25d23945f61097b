"""Functions that the C library computes, one entry at a time."""

from collections.abc import Callable

from chainrule.compiler.code import Function, Value, lanes_of, vector

SYMBOLS = {
    "exp": "exp",
    "log": "log",
    "log1p": "log1p",
    "expm1": "expm1",
    "log2": "log2",
    "log10": "log10",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "erf": "erf",
    "erfc": "erfc",
    "power": "pow",
    "arctan2": "atan2",
}


def writer(name: str) -> Callable[..., Value]:
    """Return what writes the function of that name."""

    def write(f: Function, *args: Value) -> Value:
        return by_entry(f, name, *args)

    return write


def by_entry(f: Function, name: str, *args: Value) -> Value:
    """Call the C library's function in double precision for every entry."""
    kind = args[0].type
    lanes = lanes_of(kind)
    wide = [f.convert(a, "double") for a in args]
    if lanes == 1:
        return f.convert(f.call("double", SYMBOLS[name], *wide), kind)
    total = Value("poison", vector("double", lanes))
    for lane in range(lanes):
        one = f.call("double", SYMBOLS[name], *(f.extract(a, lane) for a in wide))
        total = f.insert(total, one, lane)
    return f.convert(total, kind)
