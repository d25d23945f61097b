"""One call of a module, seen from outside: which gates ran, in which module, on which shapes.

The module is called with symbolic gates in place of arrays, on the first input size that it takes.
"""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.graph.mode import using
from chainrule.graph.node import Node
from chainrule.graph.trace import Trace, trace
from chainrule.nn.walk import Survey, around, survey

EXAMPLES = 7  # rows of the input; no usual number of features, so that it is told from one
TRIES = 6  # sizes of inputs that are tried


class Outputs(dict[str, Any]):
    """Keep what each call of a module returned, in the order of the calls."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, Any]] = []

    def __setitem__(self, path: str, value: Any) -> None:
        self.calls.append((path, value))


@dataclass(frozen=True)
class Call:
    """A call of a module on one array of the shape (n, size).

    Attributes:
        found: the circuit.
        input: the gate of the input.
        parameters: gate of a parameter or a buffer -> its path.
        outputs: (path, what was returned) of each call of an inner module, in execution order.
        survey: the parts of the module.
    """

    found: Trace
    input: Node
    parameters: dict[Node, str]
    outputs: list[tuple[str, Any]]
    survey: Survey

    def innermost(self) -> set[str]:
        """Return the paths of the modules that hold no others, the root aside."""
        paths = self.survey.modules
        return set(paths) - {around(path, paths) for path in paths} - {""}

    def single(self) -> set[str]:
        """Return the paths of the modules that are one thing: none inside, one product at most."""
        calls = Counter(path for path, _ in self.outputs)
        products = Counter(g.scope for g in self.found.gates if g.op and g.op.name == "matmul")
        return {path for path in self.innermost() if products[path] <= calls[path]}

    def parameters_of(self, path: str) -> dict[str, Any]:
        """Return path -> array of the parameters that a module owns itself."""
        return self._own.get(path, {})

    @cached_property
    def _own(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name, leaf in self.survey.leaves.items():
            if name not in self.survey.buffers:
                found.setdefault(around(name, self.survey.modules), {})[name] = leaf
        return found


def observed(module: Any) -> Call | None:
    """Call a module; None where no size of input is found that it takes, or it decides by values.

    What it prints is not shown: it is called only to be looked at.
    """
    parts = survey(module)
    for width, dtype in sizes(parts):
        outputs = Outputs()
        example = np.zeros((EXAMPLES, width), dtype)
        try:
            with using(outputs=outputs, paths=None, scope=""), redirect_stdout(io.StringIO()):
                found = trace(lambda module, x: module(x), module, example)
        except Exception:
            continue  # whatever it is that a module of the user's raises, this is no size for it
        known = dict(zip(found.inputs, parts.leaves, strict=False))
        return Call(found, found.inputs[-1], known, outputs.calls, parts)
    return None


def sizes(parts: Survey) -> Iterator[tuple[int, Any]]:
    """Yield sizes and dtypes of inputs that a module may take: those of its first parameters."""
    if not parts.leaves:
        yield EXAMPLES + 1, np.float32  # any will do
    seen: set[int] = set()
    for leaf in parts.leaves.values():
        for width in reversed(leaf.shape):
            if width not in seen and len(seen) < TRIES:
                seen.add(width)
                yield width, leaf.dtype if leaf.dtype.kind == "f" else np.float32
