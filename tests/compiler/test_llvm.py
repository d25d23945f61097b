"""Text in, native functions out."""

from ctypes import c_double

from chainrule.compiler.code import Function, module_text
from chainrule.compiler.llvm import (
    Host,
    assembly,
    build,
    host,
    link,
    vector_unit,
    version,
    with_host,
)
from chainrule.compiler.values import constant


def twice() -> str:
    f = Function("twice", [("x", "double")], returns="double", head="")
    f.give(f.add(f.parameters[0], f.parameters[0]))
    return module_text([f])


def test_build_and_link() -> None:
    for level in (0, 2):
        library = link(build(twice(), host(), level), host())
        assert library.function("twice", c_double, returns=c_double)(2.5) == 5.0
        assert library.address("twice")


def test_the_host() -> None:
    found = host()
    assert found is host()
    assert isinstance(found, Host)
    assert found.lanes(4) == 2 * found.lanes(8) == found.vector_bytes // 4
    assert vector_unit({})[0] == 16
    assert vector_unit({"avx512f": True, "avx512vl": True, "avx512dq": True}) == (64, 32)


def test_texts() -> None:
    assert "twice" in assembly(twice(), host())
    assert host().cpu in with_host(twice(), host())
    assert "LLVM" in version()
    assert constant("double", 1.0).type == "double"
