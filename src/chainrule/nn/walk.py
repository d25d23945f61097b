"""What a module is made of: its arrays and inner modules by path, and how to put others in.

A module or a tensor that is reachable by two ways keeps the first path and is listed once. What was
a parameter, what a buffer and what is shared is remembered when other leaves are put in, so that a
module of gradients, or of traced values, has the same names as the model it came from.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from chainrule.graph.gate import Operators

KINDS = "_kinds"  # on rebuilt modules: local path -> whether it is a buffer
TIES = "_ties"  # on rebuilt modules: path of a shared leaf -> its first path


@dataclass(frozen=True)
class Survey:
    """The parts of a module: inner modules, leaves and buffers by path, in the order of fields.

    `ties` maps the later paths of a leaf that occurs more than once to its first.
    """

    modules: dict[str, Any] = field(default_factory=dict)
    leaves: dict[str, Any] = field(default_factory=dict)
    buffers: set[str] = field(default_factory=set)
    ties: dict[str, str] = field(default_factory=dict)


def survey(root: Any) -> Survey:
    """List what `root` is made of, itself included (under the empty path)."""
    found = Survey()
    _visit(root, "", found, set(), vars(root).get(TIES), {})
    return found


def _visit(
    module: Any,
    path: str,
    found: Survey,
    seen: set[int],
    ties: Mapping[str, str] | None,
    first: dict[int, str],
) -> None:
    seen.add(id(module))
    found.modules[path] = module
    for local, value, buffer in own_parts(module):
        full = join(path, local)
        if is_module(value):
            if id(value) not in seen:
                _visit(value, full, found, seen, ties, first)
            continue
        if ties is None and isinstance(value, Operators):
            home = first.setdefault(id(value), full)
        else:
            home = (ties or {}).get(full, full)
        if home != full:
            found.ties[full] = home
            continue
        found.leaves[full] = value
        if buffer:
            found.buffers.add(full)


def own_parts(module: Any) -> Iterator[tuple[str, Any, bool]]:
    """Yield (local path, value, whether it is a buffer) of a module's own leaves and modules."""
    kinds = vars(module).get(KINDS)
    for f in fields(module):
        yield from _spread(f.name, getattr(module, f.name), kinds)


def _spread(
    local: str, value: Any, kinds: Mapping[str, bool] | None
) -> Iterator[tuple[str, Any, bool]]:
    if kinds is not None and local in kinds:
        yield local, value, kinds[local]
    elif is_module(value):
        yield local, value, False
    elif is_array(value):
        yield local, value, not is_parameter(value)
    else:
        for name, inner in _items(value):
            yield from _spread(join(local, name), inner, kinds)


def _items(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(k), v) for k, v in value.items()]
    if isinstance(value, (list, tuple)):
        return [(str(i), v) for i, v in enumerate(value)]
    return []


def settings(root: Any) -> list[Any]:
    """Return what `root` is made of beside arrays: two modules with equal ones compute the same."""
    found = survey(root)
    homes = {id(module): path for path, module in found.modules.items()}
    parts = [
        (path, type(module), [bare(getattr(module, f.name), homes) for f in fields(module)])
        for path, module in found.modules.items()
    ]
    return [parts, found.ties]


def bare(value: Any, homes: Mapping[int, str]) -> Any:
    """Return a setting: arrays left out, modules by their paths."""
    if is_module(value):
        return homes[id(value)]
    if is_array(value):
        return None
    if isinstance(value, Mapping):
        return {k: bare(v, homes) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [bare(v, homes) for v in value]
    return value


def is_module(x: Any) -> bool:
    """Return whether `x` is a module; asks its class, since gates answer slowly."""
    return hasattr(type(x), "tree_children")


def is_array(x: Any) -> bool:
    """Return whether `x` is a gate or an array of numbers; Python numbers are settings."""
    return isinstance(x, Operators) or (
        isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind in "fiub"
    )


def is_parameter(x: Any) -> bool:
    """Return whether gradients flow to `x`."""
    return isinstance(x, Operators) and bool(x.differentiable)


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def around(path: str, modules: Container[str]) -> str:
    """Return the path of the innermost module that holds what is at `path`.

    >>> around("a.b.c", {"", "a", "a.b.c"})
    'a'
    """
    while path:
        path = path.rpartition(".")[0]
        if path in modules:
            return path
    return ""


def put(root: Any, leaves: Mapping[str, Any]) -> Any:
    """Return `root` with other leaves at these paths; what is shared stays shared."""
    return _rebuilt(root, "", leaves, survey(root).ties, {})


def _rebuilt(
    module: Any, path: str, leaves: Mapping[str, Any], ties: Mapping[str, str], made: dict[int, Any]
) -> Any:
    if id(module) in made:
        return made[id(module)]
    kinds = {local: buffer for local, value, buffer in own_parts(module) if not is_module(value)}
    parts = _Parts(path, kinds, leaves, ties, made)
    new = object.__new__(type(module))
    changed = {f.name: parts.fill(f.name, getattr(module, f.name)) for f in fields(module)}
    vars(new).update({**vars(module), **changed, KINDS: kinds, TIES: within(path, ties)})
    made[id(module)] = new
    return new


@dataclass(slots=True)
class _Parts:
    """What a module at `path` is made of anew; no closure, which would keep itself alive."""

    path: str
    kinds: Mapping[str, bool]
    leaves: Mapping[str, Any]
    ties: Mapping[str, str]
    made: dict[int, Any]

    def fill(self, local: str, value: Any) -> Any:
        full = join(self.path, local)
        if local in self.kinds:
            return self.leaves.get(self.ties.get(full, full), value)
        if is_module(value):
            return _rebuilt(value, full, self.leaves, self.ties, self.made)
        return self._container(local, value)

    def _container(self, local: str, value: Any) -> Any:
        """Return a container with its parts filled; anything else as it is."""
        if isinstance(value, Mapping):
            return {k: self.fill(join(local, str(k)), v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            parts = [self.fill(join(local, str(i)), v) for i, v in enumerate(value)]
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        return value


def within(path: str, ties: Mapping[str, str]) -> dict[str, str]:
    """Return the ties whose two ends lie in the module at `path`, seen from there."""
    if not path:
        return dict(ties)
    start = f"{path}."
    return {
        later.removeprefix(start): first.removeprefix(start)
        for later, first in ties.items()
        if later.startswith(start) and first.startswith(start)
    }
