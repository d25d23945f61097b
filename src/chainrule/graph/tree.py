"""Pytrees: dicts, lists, tuples and dataclasses of arrays, taken apart and put together again.

Leaves are arrays, numbers and gates. Texts, functions, None, and whatever else a container holds
belong to its structure. A class may say itself what it is made of with `tree_children()`, names and
values, and `tree_rebuild(children)`; what belongs to its structure beside them, by which two are
compared, with `tree_settings()`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np

from chainrule.errors import UsageError
from chainrule.graph.gate import Operators

LEAF = object()


@dataclass(frozen=True)
class Tree:
    """The structure that is left when the leaves are taken out; `unflatten` puts others in."""

    kind: Any
    names: tuple[Any, ...] = ()
    children: "tuple[Tree, ...]" = ()
    like: Any = None

    @property
    def n_leaves(self) -> int:
        return 1 if self.kind is LEAF else sum(c.n_leaves for c in self.children)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tree) or self.kind is not other.kind:
            return False
        if self.names != other.names or self.children != other.children:
            return False
        return self.like is other.like or bool(self._fixed() == other._fixed())

    def _fixed(self) -> Any:
        """Return what belongs to the structure itself, beside names and leaves."""
        if self.kind is None:
            return self.like
        settings = getattr(self.like, "tree_settings", None)
        return settings and settings()

    def __hash__(self) -> int:
        return hash((self.names, self.children))

    def leaves_of(self, value: Any) -> list[Any] | None:
        """Return the leaves of a value that has this very structure; None for another one.

        Only plain dicts, lists and tuples are looked into: `flatten` does the rest, more slowly.

        >>> _, tree = flatten({"w": 1.0, "b": (2.0, 3.0)})
        >>> tree.leaves_of({"b": (5.0, 6.0), "w": 4.0})
        [5.0, 6.0, 4.0]
        """
        leaves: list[Any] = []
        return leaves if self._collect(value, leaves) else None

    def _collect(self, value: Any, leaves: list[Any]) -> bool:
        kind = type(value)
        if self.kind is LEAF:
            leaves.append(value)
            return kind is np.ndarray or is_leaf(value)
        if kind not in (dict, tuple, list) or kind is not self.kind:
            return False
        if len(value) != len(self.names):
            return False
        if kind is dict:
            pairs = zip(self.names, self.children, strict=True)
            return all(name in value and t._collect(value[name], leaves) for name, t in pairs)
        return all(t._collect(x, leaves) for t, x in zip(self.children, value, strict=True))


def is_leaf(x: Any) -> bool:
    """Return whether `x` is an array, a number or a gate."""
    return isinstance(x, (Operators, np.ndarray, np.generic, float, int))


def flatten(value: Any) -> tuple[list[Any], Tree]:
    """Return the leaves of `value`, depth first, and the structure around them.

    >>> leaves, tree = flatten({"w": 1.0, "layers": [2.0, (3.0, "relu")]})
    >>> leaves
    [2.0, 3.0, 1.0]
    >>> unflatten(tree, [20.0, 30.0, 10.0])
    {'layers': [20.0, (30.0, 'relu')], 'w': 10.0}
    """
    if is_leaf(value):
        return [value], Tree(LEAF)
    parts = children(value)
    if parts is None:
        return [], Tree(None, like=value)
    leaves: list[Any] = []
    inner = []
    for _, child in parts:
        found, tree = flatten(child)
        leaves += found
        inner.append(tree)
    return leaves, Tree(type(value), tuple(n for n, _ in parts), tuple(inner), value)


def children(value: Any) -> list[tuple[Any, Any]] | None:
    """Return the named parts of a container; None for what is none."""
    if isinstance(value, type):
        return None
    if hasattr(value, "tree_children"):
        return list(value.tree_children())
    if isinstance(value, Mapping):
        return sorted(value.items(), key=lambda item: str(item[0]))
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    if is_dataclass(value):
        return [(f.name, getattr(value, f.name)) for f in fields(value)]
    return None


def unflatten(tree: Tree, leaves: Sequence[Any]) -> Any:
    """Return the structure `tree` filled with `leaves`."""
    if tree.n_leaves != len(leaves):
        raise UsageError(f"the structure holds {tree.n_leaves} leaves, got {len(leaves)}")
    return _fill(tree, iter(leaves))


def _fill(tree: Tree, leaves: Any) -> Any:
    if tree.kind is LEAF:
        return next(leaves)
    if tree.kind is None:
        return tree.like
    if tree.kind is tuple:
        return tuple([_fill(child, leaves) for child in tree.children])
    parts = [
        (name, _fill(child, leaves)) for name, child in zip(tree.names, tree.children, strict=True)
    ]
    if tree.kind is dict:
        return dict(parts)
    if hasattr(tree.kind, "tree_rebuild"):
        return tree.like.tree_rebuild(dict(parts))
    if issubclass(tree.kind, defaultdict):
        return tree.kind(tree.like.default_factory, parts)
    if issubclass(tree.kind, Mapping):
        return tree.kind(dict(parts))
    if issubclass(tree.kind, tuple) and hasattr(tree.kind, "_fields"):
        return tree.kind(*(v for _, v in parts))
    if issubclass(tree.kind, (list, tuple)):
        return tree.kind(v for _, v in parts)
    return rebuild(tree.like, dict(parts))


def rebuild(like: Any, parts: Mapping[str, Any]) -> Any:
    """Return a dataclass instance with these fields; neither `__init__` nor checks run again."""
    made = object.__new__(type(like))
    for name, value in {**getattr(like, "__dict__", {}), **parts}.items():
        object.__setattr__(made, name, value)
    return made


def map_leaves(function: Callable[..., Any], value: Any, *others: Any) -> Any:
    """Return `value` with `function` applied to each leaf (and the leaves of `others` beside it).

    >>> map_leaves(lambda a, b: a + b, {"w": 1.0}, {"w": 2.0})
    {'w': 3.0}
    """
    leaves, tree = flatten(value)
    columns = [leaves]
    for other in others:
        found, _ = flatten(other)
        if len(found) != len(leaves):
            raise UsageError(f"the structures differ: {paths(value)} and {paths(other)}")
        columns.append(found)
    return unflatten(tree, [function(*row) for row in zip(*columns, strict=True)])


def paths(value: Any, prefix: str = "") -> list[str]:
    """Return the dotted path of each leaf, in the order of `flatten`.

    >>> paths({"w": 1.0, "layers": [2.0, (3.0, "relu")]})
    ['layers.0', 'layers.1.0', 'w']
    """
    if is_leaf(value):
        return [prefix]
    found = []
    for name, child in children(value) or ():
        found += paths(child, f"{prefix}.{name}" if prefix else str(name))
    return found
