"""Calls of the C library for the entries that need them."""

import math

import numpy as np

from chainrule.compiler import llvm
from chainrule.compiler.code import Function, module_text
from chainrule.compiler.maths.libm import by_entry, rescue
from chainrule.compiler.values import Value, constant
from tests.compiler.maths.native import call, loop_over


def test_only_rare_entries_are_replaced() -> None:
    def body(f: Function, x: Value) -> Value:
        rare = f.compare("gt", x, constant(x.type, 2))
        return rescue(f, rare, f.neg(x), lambda: by_entry(f, "cbrt", x))

    functions = [loop_over(f"f{lanes}", "double", lanes, 1, body) for lanes in (1, 8)]
    linked = llvm.link(llvm.build(module_text(functions), llvm.host()), llvm.host())
    x = np.array([1, 2, 27, 0, -5, 2.5, 1, 1] + [1.0] * 8)
    wanted = [math.cbrt(v) if v > 2 else -v for v in x]
    for symbol in ("f1", "f8"):
        assert call(linked, symbol, np.empty_like(x), x).tolist() == wanted
