"""Parts cover all units, each once, and depend on nothing but sizes."""

import ctypes

import numpy as np
import pytest

from chainrule.compiler.code import Function, module_text
from chainrule.compiler.llvm import build, host, link
from chainrule.compiler.parts import LEAST, MOST, PART, in_steps, part_of, parts_of
from chainrule.compiler.values import Value, constant


def test_how_many() -> None:
    assert parts_of(LEAST - 1, units=100) == 1
    assert parts_of(LEAST, units=100) == LEAST // PART
    assert parts_of(LEAST, units=2) == 2
    assert parts_of(10**15, units=10**6) == MOST
    assert parts_of(10**15, units=1) == 1


@pytest.mark.parametrize(("total", "step"), [(100, 7), (98, 7), (5, 7), (7, 1), (64, 64)])
@pytest.mark.parametrize("parts", [1, 2, 3, 8])
def test_each_entry_belongs_to_one_part(total: int, step: int, parts: int) -> None:
    f = Function("f", [("counts", "ptr"), ("part", "i64")], head="")
    counts, part = f.parameters

    def body(start: Value, size: int) -> None:
        with f.loop(size) as loop:
            place = f.at(counts, "i64", f.add(start, loop.index))
            f.store(f.add(f.load("i64", place), constant("i64", 1)), place)

    in_steps(f, total, step, part_of(f, part, parts, -(-total // step)), body)
    f.give()
    library = link(build(module_text([f]), host()), host())
    call = library.function("f", ctypes.c_void_p, ctypes.c_int64)
    found = np.zeros((parts, total), np.int64)
    for number, row in enumerate(found):
        call(row.ctypes.data, number)
    assert (found.sum(axis=0) == 1).all()
    assert (found <= 1).all()
