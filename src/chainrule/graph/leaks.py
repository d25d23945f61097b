"""Finds gates that outlive the function that was traced: somebody stored them on the side.

A compiled function runs without Python, so such a gate would never get a value. All references to
the gates of a trace are known: from gates that use them. One more means that somebody holds it.
"""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from inspect import unwrap
from sys import getrefcount
from types import FunctionType
from typing import Any

from chainrule.errors import UsageError
from chainrule.graph.node import ConstantNode, Node, ancestors
from chainrule.graph.trace import Trace, name_of

KNOWN = 3  # references to a gate: in a list and a variable of `held`, and in its call


def check_leaks(f: Callable[..., Any], made: Iterable[Any], found: Trace, name: str = "") -> None:
    """Check that a traced function had no effect beside what it returned.

    Args:
        f: the function.
        made: weak references to the gates that it made.
        found: its circuit.
        name: what messages call it, by default its own name.

    Raises:
        UsageError: it stored a gate where that outlives the call, or used one of another trace.
    """
    name = name or name_of(f)
    for node in ancestors(found.outputs):
        leaf = node.op is None and not isinstance(node, ConstantNode)
        if leaf and all(node is not x for x in found.inputs):
            raise from_elsewhere(name, node)
    if held(made, found.outputs):
        gc.collect()  # what only refers to itself is no store
        suspects = held(made, found.outputs)
        for node in suspects:
            where = holder(node, f, suspects)
            if where:
                raise stored(name, node, where)


def held(made: Iterable[Any], outputs: Sequence[Any]) -> list[Node]:
    """Return the gates with more references than other gates account for."""
    alive = [node for node in (reference() for reference in made) if node is not None]
    uses = Counter(id(x) for node in alive for x in node.inputs)
    given = {id(x) for x in outputs}
    return [
        node
        for node in alive
        if node.op is not None and id(node) not in given
        if getrefcount(node) > uses[id(node)] + KNOWN
    ]


def holder(node: Node, f: Callable[..., Any], ours: Any) -> str:
    """Say in what the gate is stored; nothing where that is another gate, or cannot be said."""
    known = {id(value): name for name, value in variables(f)}
    for found in gc.get_referrers(node):
        if found is ours or isinstance(found, (tuple, Node)):
            continue
        name = known.get(id(node), "")
        if type(found).__name__ == "cell" or (isinstance(found, dict) and "__name__" in found):
            return f"in the variable {name}" if name else "in a variable outside"
        if id(found) in known:
            return f"in {known[id(found)]}"
        if isinstance(found, (list, set, dict)):
            return owner(found, node) or f"in a {type(found).__name__}"
        if hasattr(found, "__dict__") and node in vars(found).values():
            return attribute(found, node)
    return ""


def owner(found: Any, node: Node) -> str:
    """Return whose attributes a dict holds, if it does."""
    for x in gc.get_referrers(found):
        if getattr(x, "__dict__", None) is found:
            return attribute(x, node)
    return ""


def attribute(found: Any, node: Node) -> str:
    name = next(name for name, x in vars(found).items() if x is node)
    return f"in the attribute {name} of a {type(found).__name__}"


def variables(f: Any, depth: int = 3) -> Iterator[tuple[str, Any]]:
    """Return the variables outside a function that it may know, also through inner functions."""
    f = unwrap(f)
    if not isinstance(f, FunctionType) or not depth:
        return
    for name, cell in zip(f.__code__.co_freevars, f.__closure__ or (), strict=True):
        value = cell.cell_contents
        yield name, value
        yield from variables(value, depth - 1)
    names = f.__code__.co_names
    yield from ((name, f.__globals__[name]) for name in names if name in f.__globals__)


def stored(name: str, node: Node, where: str) -> UsageError:
    source = node.source
    line = f"\n  {source}: {source.text}" if source and source.text else ""
    return UsageError(
        f"{name} stores {node!r} {where}, where it never gets a value: "
        f"native code has no side effects{line}",
        hint="return it beside the result",
    )


def from_elsewhere(name: str, node: Node) -> UsageError:
    return UsageError(
        f"{name} uses {node!r}, which belongs to another traced function",
        hint="pass it as an argument, or return it from the function that it belongs to",
    )
