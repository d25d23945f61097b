"""`cr.compile`: a Python function becomes a circuit, and the circuit native code."""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import Executable, compiled
from chainrule.errors import UsageError
from chainrule.graph.gate import Operators
from chainrule.graph.trace import Trace, leaf_names, name_of, parameter_names, trace
from chainrule.graph.tree import Tree, flatten, unflatten


@dataclass(frozen=True)
class Kind:
    """What a compiled function depends on beside numbers: structure, shapes, dtypes, statics."""

    tree: Tree
    leaves: tuple[tuple[tuple[int, ...], str], ...]
    static: tuple[Any, ...]


@dataclass(frozen=True)
class Version:
    """Native code for one kind of arguments.

    Attributes:
        kind: the kind.
        reason: why it was made.
        found: the circuit, and the structure of the result.
        code: the native code.
    """

    kind: Kind
    reason: str
    found: Trace
    code: Executable


@dataclass
class Compiled:
    """A function that runs as native code; call it like the function it was made of.

    Attributes:
        function: the Python function.
        static: names of the arguments that are plain Python values, fixed in the code.
        versions: one for each kind of arguments met so far, with the reason why it was made.
    """

    function: Callable[..., Any]
    static: tuple[str, ...] = ()
    versions: dict[Kind, Version] = field(default_factory=dict)

    def __post_init__(self) -> None:
        functools.update_wrapper(self, self.function)
        known = parameter_names(self.function, 64)
        self._names = [n for n in known if not n[1:].isdigit() or n[0] != "x"]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the native code; it is made at the first call with arguments of a new kind.

        Arrays and computed tensors give arrays; inside a transform or another compiled function
        the gates of the function itself take part.
        """
        given, static = self._sorted(args, kwargs)
        leaves, tree = flatten(given)
        if any(getattr(x, "symbolic", False) for x in leaves):
            return self.function(*args, **kwargs)
        values = [array_of(x) for x in leaves]
        shapes = tuple((v.shape, v.dtype.str) for v in values)
        kind = Kind(tree, shapes, tuple(static.items()))
        version = self.versions.get(kind) or self._make(kind, given, static)
        return version.found.result(version.code(values))

    def version(self, *args: Any, **kwargs: Any) -> Version:
        """Return the native code for arguments like these; nothing is run."""
        given, static = self._sorted(args, kwargs)
        leaves, tree = flatten(given)
        values = [array_of(x) for x in leaves]
        shapes = tuple((v.shape, v.dtype.str) for v in values)
        kind = Kind(tree, shapes, tuple(static.items()))
        return self.versions.get(kind) or self._make(kind, given, static)

    def reasons(self) -> list[str]:
        """Return why each version was made, in order.

        >>> double = compile(lambda x: x * 2)
        >>> _ = double(np.ones(3)), double(np.ones(3)), double(np.ones(4))
        >>> double.reasons()
        ['the first call', 'x was float64[3] and is float64[4]']
        """
        return [version.reason for version in self.versions.values()]

    def _sorted(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments that are traced, and the static ones by name."""
        if not kwargs and not self.static:
            return args, {}
        named = dict(zip(self._names, args, strict=False))
        if len(args) > len(self._names):
            raise UsageError(f"{name_of(self.function)} takes {len(self._names)} arguments")
        named |= kwargs
        static = {n: named[n] for n in self.static if n in named}
        return tuple(v for n, v in named.items() if n not in static), static

    def _make(self, kind: Kind, given: tuple[Any, ...], static: dict[str, Any]) -> Version:
        names = [n for n in self._names if n not in static][: len(given)]

        def traced(*values: Any) -> Any:
            return self.function(**dict(zip(names, values, strict=True)), **static)

        plain = len(names) == len(given) and (static or self.static)
        found = trace(traced if plain else self.function, *given)
        code = compiled(Circuit(found.inputs, found.outputs))
        version = Version(kind, self._reason(kind, given), found, code)
        self.versions[kind] = version
        return version

    def _reason(self, kind: Kind, given: tuple[Any, ...]) -> str:
        """Say what is new about the arguments, against the last version."""
        if not self.versions:
            return "the first call"
        last = list(self.versions)[-1]
        if last.static != kind.static:
            old, new = dict(last.static), dict(kind.static)
            changed = [n for n in new if new[n] != old.get(n)]
            return ", ".join(f"{n} was {old.get(n)!r} and is {new[n]!r}" for n in changed)
        if last.tree != kind.tree:
            return "the arguments have another structure"
        pairs = zip(leaf_names(self.function, given), last.leaves, kind.leaves, strict=True)
        return ", ".join(
            f"{name} was {shown(*old)} and is {shown(*new)}" for name, old, new in pairs if old != new
        )


def compile(
    f: Callable[..., Any] | None = None, *, static: str | Iterable[str] = ()
) -> Any:
    """Return the function as native code, made when it is first called.

    Args:
        f: any function of pytrees of arrays, made of chainrule's or NumPy's functions. It is
            traced once for each combination of shapes, dtypes and static values.
        static: names of arguments that are plain Python values: they may decide in `if` and
            `while`, set shapes, and are fixed in the code.

    Returns:
        A function of the same arguments. It returns arrays.

    Raises (when called):
        GradientError: `f` decides by the value of an array.

    >>> import chainrule as cr
    >>> slope = compile(cr.grad(lambda w, x: cr.sum(cr.tanh(x @ w))))
    >>> slope(np.zeros(2), np.array([[1.0, 2.0]]))
    array([1., 2.])
    """
    names = (static,) if isinstance(static, str) else tuple(static)
    if f is None:
        return lambda function: Compiled(function, names)
    if not callable(f):
        raise UsageError(f"compile takes a function, got {type(f).__name__}")
    return Compiled(f, names)


def array_of(x: Any) -> Any:
    """Return a leaf as a contiguous array."""
    value = x.value if isinstance(x, Operators) else x
    return np.ascontiguousarray(value) if np.ndim(value) else np.asarray(value)


def shown(shape: Sequence[int], dtype: str) -> str:
    return f"{np.dtype(dtype).name}{list(shape)}"
