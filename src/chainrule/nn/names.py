"""The names of a model's parameters and outputs, and patterns that choose among them."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from chainrule.errors import UsageError, nearest
from chainrule.nn.walk import survey

SUFFIXES = ("", "grad", "update")


def names(model: Any) -> list[str]:
    """Return what can be named in `model`: outputs (`layers.3`) and parameters (`layers.3.weight`).

    Outputs are named by the path of the module that returns them; a module or a parameter that is
    used twice has one name, its first. Append `@grad` for the gradient and `@update` for the last
    change.

    >>> import chainrule as cr
    >>> names(cr.nn.MLP(2, 3, 1, key=0))
    ['layers.0', 'layers.0.weight', 'layers.0.bias', 'layers.1', 'layers.2', \
'layers.2.weight', 'layers.2.bias']
    """
    found = survey(model)
    parameters = [path for path in found.leaves if path not in found.buffers]
    listed = []
    for path in found.modules:
        listed += [path] if path else []
        listed += [p for p in parameters if _owner(p, found.modules) == path]
    return listed


def _owner(parameter: str, modules: Iterable[str]) -> str:
    return max((m for m in modules if not m or parameter.startswith(f"{m}.")), key=len)


def match(pattern: str, known: Iterable[str]) -> list[str]:
    """Return the names that fit `pattern`, in their order; `*` and `?` stand for any characters.

    A suffix, `@grad` or `@update`, is kept on each name.

    Raises:
        UsageError: nothing fits, or the suffix is unknown; the nearest name is suggested.

    >>> match("layers.*.weight@grad", ["layers.0", "layers.0.weight", "layers.2.weight"])
    ['layers.0.weight@grad', 'layers.2.weight@grad']
    """
    listed = list(known)
    wanted, at, suffix = pattern.partition("@")
    if suffix not in SUFFIXES:
        raise UsageError(f"unknown suffix @{suffix} in {pattern!r}", hint="use @grad or @update")
    found = [name + at + suffix for name in listed if fnmatchcase(name, wanted)]
    if not found:
        raise UsageError(f"no name fits {pattern!r}", hint=nearest(wanted, listed))
    return found
