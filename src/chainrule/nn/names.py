"""The names of a model's parameters and outputs, and patterns that choose among them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from chainrule.errors import UsageError, nearest
from chainrule.graph.mode import using
from chainrule.graph.node import Node, ancestors
from chainrule.graph.trace import trace
from chainrule.graph.tree import flatten
from chainrule.nn.modes import apply, as_key
from chainrule.nn.walk import join, survey

SUFFIXES = ("", "grad", "update")


def names(model: Any, *inputs: Any) -> list[str]:
    """Return what can be named in `model`: outputs (`layers.3`) and parameters (`layers.3.weight`).

    Outputs are named by the path of the module that returns them; a module or a parameter that is
    used twice has one name, its first. With inputs to call the model on, the gates inside are
    listed too: `layers.3.matmul#0`, by the variable they are stored in or else by their op, with a
    number. The call is one in training mode: dropout is there. Append `@grad` for the gradient and
    `@update` for the last change.

    >>> import chainrule as cr
    >>> names(cr.nn.MLP(2, 3, 1, key=0))
    ['layers.0', 'layers.0.weight', 'layers.0.bias', 'layers.1', 'layers.2', \
'layers.2.weight', 'layers.2.bias']
    """
    if inputs:
        return named_in_a_call(model, inputs)
    found = survey(model)
    parameters = [path for path in found.leaves if path not in found.buffers]
    listed = []
    for path in found.modules:
        listed += [path] if path else []
        listed += [p for p in parameters if _owner(p, found.modules) == path]
    return listed


def named_in_a_call(model: Any, inputs: tuple[Any, ...]) -> list[str]:
    """Return the names of parameters, outputs, and the gates inside, after a look at one call."""
    outputs: dict[str, Any] = {}
    with using(outputs=outputs):
        found = trace(lambda model, key, *x: apply(model, *x, key=key), model, as_key(0), *inputs)
    born = max((node.age for node in found.inputs), default=0)
    return [*names(model), *gates_inside(model, outputs, born)]


def gates_inside(model: Any, outputs: Mapping[str, Any], born: int) -> dict[str, Node]:
    """Return name -> gate for what modules compute on the way to their outputs.

    Args:
        model: the root module.
        outputs: path -> what the module there returned.
        born: the age of the youngest gate that was there before the call.
    """
    modules = survey(model).modules if hasattr(type(model), "named_modules") else {}
    known = {id(x) for x in outputs.values()}
    counts: Counter[str] = Counter()
    found = {}
    returned = [x for x in flatten(outputs.get("", ()))[0] if isinstance(x, Node)]
    for gate in ancestors(returned):
        if gate.op is None or gate.age <= born or gate.op.name == "positive" or id(gate) in known:
            continue
        variable = gate.source.variable if gate.source and its_own(modules, gate.scope) else ""
        name = join(gate.scope, variable or gate.op.name)
        found[f"{name}#{counts[name]}"] = gate
        counts[name] += 1
    return found


def its_own(modules: Mapping[str, Any], scope: str) -> bool:
    """Return whether the lines of code that make the gates of a module are the user's."""
    return not type(modules.get(scope)).__module__.startswith("chainrule.")


def _owner(parameter: str, modules: Iterable[str]) -> str:
    return max((m for m in modules if not m or parameter.startswith(f"{m}.")), key=len)


def match(pattern: str, known: Iterable[str]) -> list[str]:
    """Return the names that fit `pattern`, in their order; `*` and `?` stand for any characters.

    A suffix, `@grad` or `@update`, is kept on each name. Gates inside a module (`layers.0.h#0`) are
    meant only where the pattern has a `#` too.

    Raises:
        UsageError: nothing fits, or the suffix is unknown; the nearest name is suggested.

    >>> match("layers.*.weight@grad", ["layers.0", "layers.0.weight", "layers.2.weight"])
    ['layers.0.weight@grad', 'layers.2.weight@grad']
    """
    listed = list(known)
    wanted, at, suffix = pattern.partition("@")
    if suffix not in SUFFIXES:
        raise UsageError(f"unknown suffix @{suffix} in {pattern!r}", hint="use @grad or @update")
    inside = "#" in wanted
    found = [
        name + at + suffix
        for name in listed
        if fnmatchcase(name, wanted) and ("#" in name) <= inside
    ]
    if not found:
        raise UsageError(f"no name fits {pattern!r}", hint=nearest(wanted, listed))
    return found
