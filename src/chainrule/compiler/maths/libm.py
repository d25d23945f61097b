"""Functions that the C library computes, one entry at a time."""

from collections.abc import Callable

from chainrule.compiler.code import Function
from chainrule.compiler.values import Value, constant, lanes_of, vector


def by_entry(f: Function, name: str, *args: Value) -> Value:
    """Call the C library's function `name`, in double precision, for every entry."""
    kind = args[0].type
    lanes = lanes_of(kind)
    wide = [f.convert(a, "double") for a in args]
    if lanes == 1:
        return f.convert(f.call("double", name, *wide), kind)
    total = Value("poison", vector("double", lanes))
    for lane in range(lanes):
        one = f.call("double", name, *(f.extract(a, lane) for a in wide))
        total = f.insert(total, one, lane)
    return f.convert(total, kind)


def rescue(f: Function, rare: Value, y: Value, other: Callable[[], Value]) -> Value:
    """Return `y`, and where `rare` holds what `other` writes into a block of its own.

    The block is left out while it runs, unless an entry needs it.
    """
    lanes = lanes_of(rare.type)
    some = f.call("i1", f"llvm.vector.reduce.or.v{lanes}i1", rare) if lanes > 1 else rare
    some = f.call("i1", "llvm.expect.i1", some, constant("i1", 0))
    before, then, after = f.block, f.label("rare"), f.label("end")
    f.do(f"br {some}, label %{then}, label %{after}")
    f.begin(then)
    chosen = f.select(rare, other(), y)
    end = f.block
    f.do(f"br label %{after}")
    f.begin(after)
    return f.put(y.type, f"phi {y.type} [{y.text}, %{before}], [{chosen.text}, %{end}]")
