"""Plans of functions: what their kernels are, and that these give what the interpreter gives."""

from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import compiled
from chainrule.compiler.llvm import host
from chainrule.compiler.plan import Plan, plan
from chainrule.graph.run import run
from chainrule.graph.trace import trace


def planned(f: Any, *values: Any) -> Plan:
    found = trace(f, *values)
    return plan(Circuit(found.inputs, found.outputs), host())


def kinds(f: Any, *values: Any) -> list[str]:
    """Return what the kernels of a function do, in order."""
    return [launch.group.kind for launch in planned(f, *values).launches]


def groups(f: Any, *values: Any) -> list[list[str]]:
    """Return the gates of each kernel of a function."""
    return [
        [node.op.name for node in launch.group.nodes if node.op]
        for launch in planned(f, *values).launches
    ]


def agree(f: Any, *values: Any, tolerance: float = 1e-12) -> None:
    """Native code gives what the interpreter gives."""
    found = trace(f, *values)
    native = compiled(Circuit(found.inputs, found.outputs))(
        [np.ascontiguousarray(v) if np.ndim(v) else np.asarray(v) for v in values]
    )
    with np.errstate(all="ignore"):
        wanted = run(found.inputs, found.outputs, values)
    for a, b in zip(native, wanted, strict=True):
        assert a.dtype == np.asarray(b).dtype
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)
