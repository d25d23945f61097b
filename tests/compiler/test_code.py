"""Assembly as text: loops, and what is declared."""

from ctypes import c_int64

from chainrule.compiler.code import Function, module_text
from chainrule.compiler.llvm import build, host, link
from chainrule.compiler.values import constant


def test_a_loop_that_carries_a_value() -> None:
    f = Function("total", [("n", "i64")], returns="i64", head="")
    with f.loop(f.parameters[0], carried=[constant("i64", 0)]) as loop:
        loop.next = [f.add(loop.carried[0], loop.index)]
    f.give(loop.carried[0])
    library = link(build(module_text([f]), host()), host())  # the code lives as long as this
    total = library.function("total", c_int64, returns=c_int64)
    assert [total(n) for n in (0, 1, 5)] == [0, 0, 10]


def test_functions_that_are_not_there_are_declared() -> None:
    f, g = Function("f"), Function("g")
    f.call_void("g")
    f.call_void("elsewhere")
    f.give()
    g.give()
    text = module_text([f, g])
    assert "declare void @elsewhere()" in text
    assert "declare void @g()" not in text
