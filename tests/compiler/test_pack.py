"""Packed panels: every entry in its place, zeros beside them, nothing beyond."""

import ctypes

import numpy as np
import pytest

from chainrule.compiler.code import Function, module_text
from chainrule.compiler.llvm import build, host, link
from chainrule.compiler.pack import Panel, first_lanes, write_packing

CASES = [
    ((9, 21), (40, 1)),  # rows side by side
    ((9, 21), (1, 12)),  # columns side by side
    ((3, 5), (1, 3)),  # fewer rows than a square has
    ((8, 32), (1, 8)),
    ((5, 20), (3, 50)),  # neither
    ((4, 7), (2, 0)),  # one column, repeated
    ((4, 18), (0, 1)),
]


@pytest.mark.parametrize("lanes", [16, 4])
def test_panels(lanes: int) -> None:
    panels = [Panel("float", *shape, -(-shape[1] // lanes), lanes, s) for shape, s in CASES]
    functions = []
    for i, panel in enumerate(panels):
        f = Function(f"f{i}", [("source", "ptr noalias"), ("target", "ptr noalias")], head="")
        write_packing(f, panel, *f.parameters)
        f.give()
        functions.append(f)
    library = link(build(module_text(functions), host()), host())
    for i, panel in enumerate(panels):
        source = np.arange(1, 1000, dtype=np.float32)
        target = np.full(panel.k * panel.pitch + 16, -1, np.float32)
        function = library.function(f"f{i}", ctypes.c_void_p, ctypes.c_void_p)
        function(source.ctypes.data, target.ctypes.data)
        steps = tuple(4 * s for s in panel.strides)
        wanted = np.zeros((panel.k, panel.pitch), np.float32)
        shape = (panel.k, panel.width)
        wanted[:, : panel.width] = np.lib.stride_tricks.as_strided(source, shape, steps)
        np.testing.assert_array_equal(target[:-16].reshape(wanted.shape), wanted)
        assert (target[-16:] == -1).all()


def test_masks() -> None:
    assert first_lanes(3, 4).text == "<i1 true, i1 true, i1 true, i1 false>"
