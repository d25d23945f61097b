"""`cr.show_plan`: what the compiler does with a function, in words and figures."""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.describe import Description, describe
from chainrule.compiler.executable import Executable
from chainrule.compiler.llvm import host
from chainrule.draw.plan import text
from chainrule.errors import UsageError
from chainrule.graph.trace import Trace, name_of
from chainrule.graph.tree import paths
from chainrule.jit import Compiled

Which = bool | int | str


def show_plan(
    f: Any, *args: Any, ir: Which = False, assembly: Which = False, **kwargs: Any
) -> None:
    """Print what the compiler makes of a function: passes, kernels, memory, and the code.

    Kernels come in the order of execution. Each says which gates it computes (of which module),
    which arrays it reads and writes, how many operations on numbers that takes and on how many
    bytes, and for products who computes them and why.

    Args:
        f: a function, a function of `cr.compile`, or a `cr.Trainer`, whose step is shown.
        args, kwargs: what it would be called with; only shapes and dtypes matter, and nothing is
            run. For a trainer as for its `run`: x, y and rows.
        ir: True for the module in LLVM's assembly language, or the number of one kernel.
        assembly: the same for the processor's own assembly language.

    Raises:
        UsageError: there is no such kernel, or nothing that could be shown.
        GradientError: the function decides by the value of an array.

    >>> import numpy as np
    >>> show_plan(lambda x: x * 2 + 1, np.ones(3))  # doctest: +ELLIPSIS
    <lambda>(x)
    2 gates in 1 kernel
    ...
    """
    found = plan_of(f, *args, **kwargs)
    print(text(found, chosen(found.ir, ir), chosen(found.assembly, assembly)))


def plan_of(f: Any, *args: Any, **kwargs: Any) -> Description:
    """Return the plan of a function, of a trainer's step or of native code, as plain data."""
    if isinstance(f, Executable):
        return describe(f.circuit, f.host, f.steps, title="native code")
    if hasattr(f, "executable"):
        code = f.executable(*args, **kwargs)
        return describe(code.circuit, code.host, code.steps, title=f"a step of {name_of(f)}")
    if not callable(f):
        raise UsageError(
            f"show_plan takes a function, got {type(f).__name__}",
            hint="pass the function and what it would be called with: cr.show_plan(f, x)",
        )
    found = (f if isinstance(f, Compiled) else Compiled(f)).traced(*args, **kwargs)
    circuit = Circuit(found.inputs, found.outputs)
    return describe(circuit, host(), title=title(f, found), outputs=output_names(found))


def title(f: Any, found: Trace) -> str:
    """Return the function applied to its arguments: `step(model, x, y)`."""
    names = dict.fromkeys(node.name.partition(".")[0] for node in found.inputs)
    return f"{name_of(f)}({', '.join(names)})"


def output_names(found: Trace) -> list[str]:
    """Return where each output stands in what the function returns: `result.1.w`."""
    return paths(found.result([np.float64(0)] * len(found.outputs)), "result")


def chosen(code: Callable[[Which], str], which: Which) -> str:
    """Return the code that was asked for, if any; kernel 0 is not False."""
    return code(which) if which is not False else ""
