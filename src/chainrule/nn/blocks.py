"""A module as nested blocks with arrows, for modules whose layers form no chain."""

from typing import Any

from chainrule.explain.architecture import Block
from chainrule.graph.node import Node
from chainrule.nn.calls import Call
from chainrule.nn.show import title
from chainrule.nn.walk import Survey, around, is_module, own_parts

INPUT, OUTPUT = "input", "output"


def block(parts: Survey, call: Call | None) -> Block:
    """Return the root module as a block, inner ones in the order of execution where it is known."""
    outputs = dict(call.outputs) if call else {}
    ranks = {path: rank for rank, path in enumerate(dict.fromkeys(outputs))}
    inner: dict[str, list[Block]] = {path: [] for path in parts.modules}
    for path in reversed(parts.modules):  # a module stands before those it holds
        inside = inner[path][::-1]
        inside.sort(key=lambda b: ranks.get(b.path, len(ranks)))
        made = Block(
            path=path,
            title=title(parts.modules[path]),
            arrays=own_arrays(parts.modules[path]),
            output=shape_of(outputs.get(path)),
            inner=tuple(inside),
        )
        inner[around(path, parts.modules)].append(made)
    return made


def own_arrays(module: Any) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple(
        (local, tuple(getattr(value, "shape", ())))
        for local, value, _ in own_parts(module)
        if not is_module(value)
    )


def shape_of(value: Any) -> tuple[int, ...] | None:
    """Return the shape of what a module returned, without the axis of examples."""
    return value.shape[1:] if isinstance(value, Node) else None


def arrows(call: Call) -> tuple[tuple[str, str], ...]:
    """Return which innermost module takes what which other returns, in the order of execution."""
    inner = call.innermost()
    returned: dict[int, list[str]] = {}
    for path, value in call.outputs:
        if path in inner:
            returned.setdefault(id(value), []).append(path)
    found: dict[tuple[str, str], None] = {}
    comes_from: dict[Any, frozenset[str]] = {}
    for gate in call.found.gates:
        here = frozenset().union(*(comes_from[x] for x in gate.inputs))
        here = frozenset([INPUT]) if gate is call.input else here
        takers = [gate.scope] if gate.scope in inner and gate.op is not None else []
        takers += [path for path in returned.get(id(gate), ()) if path != gate.scope]
        for path in takers if here else ():
            found.update({(source, path): None for source in sorted(here - {path})})
            here = frozenset([path])
        comes_from[gate] = here
    for gate in call.found.outputs:
        found.update({(path, OUTPUT): None for path in sorted(comes_from[gate])})
    return tuple(found)
