"""`cr.compile`: a Python function becomes a circuit, and the circuit native code."""

import functools
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from inspect import BoundArguments, Parameter, Signature, signature
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import Code, compiled
from chainrule.errors import UsageError, nearest
from chainrule.graph.gate import Operators
from chainrule.graph.leaks import check_leaks
from chainrule.graph.mode import CURRENT, using
from chainrule.graph.trace import Trace, name_of, trace
from chainrule.graph.tree import Tree, flatten, paths, unflatten

NUMBERS = (int, float)


@dataclass(frozen=True)
class Kind:
    """What a compiled function depends on beside numbers.

    Attributes:
        names: of the arguments that are traced.
        tree: their structure.
        leaves: shape and dtype of each array.
        static: name, value and appearance of the others: 1, 1.0 and True are equal, but no twins.
    """

    names: tuple[str, ...]
    tree: Tree
    leaves: tuple[tuple[tuple[int, ...], str], ...]
    static: tuple[tuple[str, Any, str], ...]

    def given(self, values: Sequence[Any]) -> Any:
        """Return the traced arguments for these arrays; Python numbers are such again."""
        pairs = zip(self.leaves, values, strict=True)
        leaves = [v.item() if dtype in ("int", "float") else v for (_, dtype), v in pairs]
        return unflatten(self.tree, leaves)


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
    code: Code

    def values_like(self, args: tuple[Any, ...]) -> list[Any] | None:
        """Return the arrays in the arguments if they are of this kind: the short way of a call."""
        kind = self.kind
        leaves = None if kind.static else kind.tree.leaves_of(args)
        if leaves is None:
            return None
        for x, node in zip(leaves, self.found.inputs, strict=True):
            if type(x) is not np.ndarray or x.shape != node.shape or x.dtype != node.dtype:
                return None
            if not x.flags.c_contiguous:
                return None
        return leaves


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
    _last: Version | None = None

    def __post_init__(self) -> None:
        functools.update_wrapper(self, self.function)
        self._signature = signature_of(self.function)
        self._positional = positional(self._signature)
        known = self._signature.parameters
        if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
            for name in self.static:
                if name not in known:
                    raise UsageError(
                        f"{name_of(self.function)} has no argument {name!r}",
                        hint=nearest(name, known),
                    )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the native code; it is made at the first call with arguments of a new kind.

        Arrays and computed tensors give arrays; inside a transform or another compiled function
        the gates of the function itself take part.
        """
        again = None if kwargs or self._last is None else self._last.values_like(args)
        if again is not None and self._last is not None:
            return self._last.found.result(self._last.code(again))
        kind, values = self._sorted(args, kwargs)
        if values is None:
            return self.function(*args, **kwargs)
        self._last = self.versions.get(kind) or self._make(kind, values)
        return self._last.found.result(self._last.code(values))

    def version(self, *args: Any, **kwargs: Any) -> Version:
        """Return the native code for arguments like these; nothing is run."""
        kind, values = self._sorted(args, kwargs)
        return self.versions.get(kind) or self._make(kind, values)

    def traced(self, *args: Any, **kwargs: Any) -> Trace:
        """Return the circuit for arguments like these; nothing is compiled, and nothing is run."""
        kind, values = self._sorted(args, kwargs)
        version = self.versions.get(kind)
        return version.found if version else self._trace(kind, kind.given(values))

    def reasons(self) -> list[str]:
        """Return why each version was made, in order.

        >>> double = compile(lambda x: x * 2)
        >>> _ = double(np.ones(3)), double(np.ones(3)), double(np.ones(4))
        >>> double.reasons()
        ['the first call', 'x was float64[3] and is float64[4]']
        """
        return [version.reason for version in self.versions.values()]

    def _sorted(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Kind, Any]:
        """Return the kind of the arguments and the arrays in them; no arrays inside a transform."""
        if kwargs or self.static or len(args) > len(self._positional):
            given = dict(self._signature.bind(*args, **kwargs).arguments)
        else:
            given = dict(zip(self._positional, args, strict=False))
        static = tuple(fixed(n, given.pop(n)) for n in self.static if n in given)
        leaves, tree = flatten(tuple(given.values()))
        if taking_part(leaves):
            return Kind((), tree, (), ()), None
        values = [array_of(x) for x in leaves]
        shapes = tuple((v.shape, dtype_of(x, v)) for x, v in zip(leaves, values, strict=True))
        return Kind(tuple(given), tree, shapes, static), values

    def _make(self, kind: Kind, values: Sequence[Any]) -> Version:
        given = kind.given(values)
        found = self._trace(kind, given)
        code = compiled(Circuit(found.inputs, found.outputs))
        version = Version(kind, self._reason(kind, given), found, code)
        self.versions[kind] = version
        return version

    def _trace(self, kind: Kind, given: Sequence[Any]) -> Trace:
        """Return the circuit of the function of the traced arguments alone."""
        static = {name: value for name, value, _ in kind.static}

        def traced(*values: Any) -> Any:
            named = dict(zip(kind.names, values, strict=True))
            bound = BoundArguments(self._signature, OrderedDict({**named, **static}))
            return self.function(*bound.args, **bound.kwargs)

        parameters = [Parameter(name, Parameter.POSITIONAL_ONLY) for name in kind.names]
        traced.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        traced.__name__ = name_of(self.function)
        made: list[Any] = []
        with using(made=made):
            found = trace(traced, *given)
        check_leaks(self.function, made, found)
        return found

    def _reason(self, kind: Kind, given: Sequence[Any]) -> str:
        """Say what is new about the arguments, against the last version."""
        if not self.versions:
            return "the first call"
        last = list(self.versions)[-1]
        if last.static != kind.static:
            old = {name: shown for name, _, shown in last.static}
            changed = [(n, new) for n, _, new in kind.static if new != old.get(n)]
            return ", ".join(f"{n} was {old.get(n, 'left out')} and is {new}" for n, new in changed)
        if (last.names, last.tree) != (kind.names, kind.tree):
            return "the arguments have another structure"
        names = [path for n, x in zip(kind.names, given, strict=True) for path in paths(x, n)]
        pairs = zip(names, last.leaves, kind.leaves, strict=True)
        return ", ".join(
            f"{name} was {shown(*old)} and is {shown(*new)}"
            for name, old, new in pairs
            if old != new
        )


def signature_of(function: Callable[..., Any]) -> Signature:
    """Return the parameters of a function; any number by position where it tells none."""
    try:
        return signature(function)
    except (TypeError, ValueError):
        return Signature([Parameter("x", Parameter.VAR_POSITIONAL)])


def positional(found: Signature) -> list[str]:
    """Return the parameters that can all be given by position; none if there are others."""
    by_place = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    return [p.name for p in found.parameters.values() if p.kind in by_place]


def fixed(name: str, value: Any) -> tuple[str, Any, str]:
    """Return a static argument as a part of a `Kind`."""
    try:
        hash(value)
    except TypeError:
        raise UsageError(
            f"the static argument {name} must be hashable, got {type(value).__name__}",
            hint="pass a tuple instead of a list, and arrays as arguments that are not static",
        ) from None
    return name, value, repr(value)


def taking_part(leaves: Sequence[Any]) -> bool:
    """Return whether gates of somebody further out are among the arguments."""
    inside = CURRENT.get().nesting > 0
    gates = (x for x in leaves if isinstance(x, Operators))
    return any(x.symbolic or (inside and x.differentiable) for x in gates)


def compile(f: Callable[..., Any] | None = None, *, static: str | Iterable[str] = ()) -> Any:
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
        UsageError: `f` stores an array outside, or changes a container that it was given.

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


def dtype_of(x: Any, value: Any) -> str:
    """Return the dtype of a leaf; that of a Python number adapts to others, so it has its own."""
    return type(x).__name__ if type(x) in NUMBERS else value.dtype.str


def array_of(x: Any) -> Any:
    """Return a leaf as a contiguous array in the machine's own order of bytes."""
    value = np.asarray(x.value if isinstance(x, Operators) else x)
    kind = value.dtype
    return np.asarray(value, kind if kind.isnative else kind.newbyteorder("="), order="C")


def shown(shape: Sequence[int], dtype: str) -> str:
    return f"{np.dtype(dtype).name}{list(shape)}"
