"""Ops: the kinds of gate there are, each declared once.

`@op(...)` turns a backward rule into an `Op`. The rule's own signature says the rest: after the
upstream gradient `g` and the output `z` come the inputs, and parameters with defaults are the
op's attributes. `OPS` finds every op by its name; `ops` is the same table with dots, through which
rules and operators reach gates that are declared elsewhere.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import ChainruleError, UsageError, nearest
from chainrule.graph import shapes
from chainrule.graph.case import Case
from chainrule.graph.formula import Expression, Symbol, maths

ROLES = (
    "distributor",  # hands the upstream gradient on, unchanged, to every input
    "router",  # hands it on to the inputs that won, and zero to the others
    "switcher",  # scales what one input gets by the other inputs
    "scaler",  # scales it by a number that depends on this input alone
    "mover",  # rearranges it
    "mixer",  # gives every input entry a weighted sum of it
    "copier",  # forward copies a value, backward adds the copies' gradients
    "adder",  # forward adds entries up, backward copies the gradient to each
    "wall",  # lets no gradient through
)


PLAIN = frozenset({np.ndarray, np.float64, np.float32, np.int64, np.bool_, float, int, bool})
FROZEN = frozenset({int, bool, float, str, type(None)})  # kinds of attributes kept as they are
FAILURES = (ValueError, TypeError, IndexError, shapes.Mismatch)  # of a forward function


class Op:
    """A kind of gate: what it computes and what happens to the gradient that reaches it.

    Calling it on plain arrays just computes; calling it on gates makes a new gate.

    Attributes:
        name: the NumPy name where there is one.
        public: where users find it, such as `linalg.inv`; the name itself by default.
        rule: the backward rule, `rule(g, z, *inputs, **attributes)`, one gradient per input.
        numpy: the independent forward reference on arrays.
        shape: the shape rule, `shape(*shapes, **attributes)`.
        role: what the gate does to gradients, one of `ROLES`.
        kinks: a discrete function of the inputs; where it changes, the slope jumps.
        domain: the open interval (low, high) that inputs may be drawn from; one per input, or one
            for all.
        examples, bad: inputs the op must work on, and inputs it must refuse.
        lower: one entry of the output, for ops without a formula (see `graph/builder.py`).
        expand: the same in simpler gates, `expand(*inputs, **attributes)`, instead of `lower`;
            an op that has both returns None where `lower` can say it.
    """

    def __init__(
        self,
        rule: Callable[..., Any],
        *,
        numpy: Callable[..., Any],
        shape: Callable[..., tuple[int, ...]] | None = None,
        dtype: Callable[..., np.dtype[Any]] | None = None,
        formula: Callable[..., Any] | None = None,
        tex: str = "",
        symbol: str = "",
        role: str = "",
        domain: Any = (-2.0, 2.0),
        kinks: Callable[..., Any] | None = None,
        examples: Sequence[Case] = (),
        bad: Sequence[Case] = (),
        arrange: Callable[..., tuple[Sequence[Any], dict[str, Any]]] | None = None,
        same_as: Callable[..., Any] | None = None,
        lower: Callable[..., Any] | None = None,
        expand: Callable[..., Any] | None = None,
        name: str = "",
        public: str = "",
    ) -> None:
        self.rule = rule
        self.numpy = numpy
        self.shape = shape
        self.dtype = dtype
        self.formula = formula
        self.tex = tex
        self.symbol = symbol
        self.role = role
        self.domain = domain
        self.kinks = kinks
        self.examples = tuple(examples)
        self.bad = tuple(bad)
        self.arrange = arrange
        self.same_as = same_as
        self.lower = lower
        self.expand = expand
        self._derive(name, public)
        self._read_signature()

    def _derive(self, name: str, public: str) -> None:
        self.name = name or self.rule.__name__
        self.public = public or self.name
        self.__name__ = self.name
        self.__doc__ = inspect.cleandoc(self.rule.__doc__ or "")
        self.discrete = self.dtype in (shapes.boolean, shapes.position)

    def _read_signature(self) -> None:
        parameters = list(inspect.signature(self.rule).parameters.values())[2:]
        variadic = inspect.Parameter.VAR_POSITIONAL
        self.variadic = any(p.kind is variadic for p in parameters)
        self.input_names = tuple(p.name for p in parameters if p.default is p.empty)
        self.defaults = {p.name: freeze(p.default) for p in parameters if p.default is not p.empty}
        self.attribute_names = tuple(self.defaults)
        self.arity = -1 if self.variadic else len(self.input_names)
        self.__signature__ = inspect.Signature(parameters)

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != self.arity or self.arrange is not None:
            inputs, attrs = self.bind(args, kwargs)
        else:
            inputs, attrs = args, self.defaults
        ready = True
        for x in inputs:
            if type(x) in PLAIN:  # what rules compute with at first order
                continue
            record = getattr(x, "record_gate", None)
            if record is not None:
                return record(self, inputs, attrs)
            ready = False
        return self.compute(inputs if ready else [*map(plain, inputs)], attrs)

    def bind(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Sequence[Any], Any]:
        """Sort a call's arguments into inputs and attributes; fill in the defaults."""
        if self.arrange is not None:
            args, kwargs = self.arrange(*args, **kwargs)
        if not kwargs and 0 < self.arity <= len(args) <= self.arity + len(self.defaults):
            return self._in_order(args)
        inputs, given = self._split(args, kwargs.copy())
        attrs = self.defaults.copy()
        for name, value in given.items():
            if name not in attrs:
                if name in self.input_names:
                    raise self.given_twice(name)
                hint = nearest(name, [*self.defaults, *self.input_names])
                raise UsageError(f"{self.name} has no argument {name!r}", hint=hint)
            attrs[name] = freeze(value)
        return inputs, attrs

    def _in_order(self, args: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
        """Return the inputs, and the attributes that follow them: the shortest way to bind."""
        attrs = self.defaults.copy()
        for i, value in enumerate(args[self.arity :]):
            attrs[self.attribute_names[i]] = freeze(value)
        return args[: self.arity], attrs

    def _split(
        self, args: Sequence[Any], given: dict[str, Any]
    ) -> tuple[Sequence[Any], dict[str, Any]]:
        if self.variadic:
            first = args[0] if args else ()
            if isinstance(first, (list, tuple)):
                self._by_position(args[1:], given)
                return list(first), given
            return list(args), given
        wanted = self.arity
        inputs, beyond = args[:wanted], args[wanted:]
        if len(inputs) < wanted:
            named = [name for name in self.input_names[len(inputs) :] if name in given]
            inputs = [*inputs, *map(given.pop, named)]
        if len(inputs) != wanted or len(beyond) > len(self.defaults):
            raise UsageError(
                f"{self.name} takes {wanted} input{'s' * (wanted != 1)} "
                f"({', '.join(self.input_names)}), got {len(args)}"
            )
        if beyond:
            self._by_position(beyond, given)
        return inputs, given

    def _by_position(self, values: Sequence[Any], given: dict[str, Any]) -> None:
        """Add the attributes that came without a name."""
        if len(values) > len(self.defaults):
            most, names = len(self.defaults), ", ".join(self.defaults)
            raise UsageError(
                f"{self.name} takes at most {most} argument{'s' * (most != 1)} after its inputs "
                f"({names}), got {len(values)}"
            )
        for i, value in enumerate(values):
            name = self.attribute_names[i]
            if name in given:
                raise self.given_twice(name)
            given[name] = value

    def given_twice(self, name: str) -> UsageError:
        return UsageError(f"{self.name} got {name} twice, by position and by name")

    def compute(self, values: Sequence[Any], attrs: Mapping[str, Any]) -> Any:
        """Return the forward value for plain arrays; explain a failure in the op's own words."""
        try:
            value = self.numpy(*values, **attrs) if attrs else self.numpy(*values)
            return value if hasattr(value, "dtype") else np.asarray(value)[()]
        except ChainruleError:
            raise
        except FAILURES as error:
            raise self.explain(error, values, attrs) from error

    def explain(
        self, error: Exception, values: Sequence[Any], attrs: Mapping[str, Any]
    ) -> ChainruleError:
        """Turn NumPy's complaint into one that names the op and the shapes."""
        found = [np.shape(v) for v in values]
        try:
            self.result_shape(found, attrs)
        except ChainruleError as better:
            return better
        return self.failed(error, found)

    def failed(self, error: Exception, inputs: Sequence[Any], what: str = "shape") -> UsageError:
        listed = ", ".join(map(str, inputs))
        return UsageError(f"{self.name} failed on inputs of {what} {listed}: {error}")

    def result_shape(
        self, found: Sequence[tuple[int, ...]], attrs: Mapping[str, Any]
    ) -> tuple[int, ...]:
        """Return the shape of the output for inputs of these shapes, or raise `ShapeError`."""
        if self.shape is None:
            return self._tried(found, attrs)
        try:
            return self.shape(*found, **attrs)
        except shapes.Mismatch as mismatch:
            raise mismatch.named(self.name, found) from None
        except (TypeError, ValueError, IndexError) as error:  # an attribute of the wrong kind
            if isinstance(error, ChainruleError):
                raise
            raise self.failed(error, found) from error

    def _tried(self, found: Sequence[tuple[int, ...]], attrs: Mapping[str, Any]) -> tuple[int, ...]:
        """Ask the forward function itself, on ones: what ops without a shape rule do."""
        try:
            with np.errstate(all="ignore"):
                return np.shape(self.numpy(*(np.ones(s) for s in found), **attrs))
        except Exception as error:
            raise UsageError(
                f"{self.name} has no shape rule and fails on ones, so it cannot be used "
                f"symbolically: {error}",
                hint=f"declare it: @cr.op(..., shape=...) on {self.name}",
            ) from error

    def result_dtype(self, kinds: Sequence[Any], ranks: Sequence[int], attrs: Any) -> np.dtype[Any]:
        """Return the dtype of the output.

        `kinds` are dtypes, or Python numbers, which are weak. Where the op declares no rule, NumPy
        is asked on inputs with one entry.
        """
        if self.dtype is not None:
            return self.dtype(*kinds, **attrs)
        probes = [
            np.ones((1,) * rank, kind) if isinstance(kind, np.dtype) else kind
            for kind, rank in zip(kinds, ranks, strict=True)
        ]
        try:
            with np.errstate(all="ignore"):
                return np.asarray(self.numpy(*probes, **attrs)).dtype
        except ChainruleError:
            raise
        except Exception as error:
            if self.shape is not None:
                raise self.failed(error, kinds, "dtype") from error
            return np.result_type(*kinds)  # a gate of the user's own that needs more entries

    def expression(self, **attrs: Any) -> Expression | None:
        """Return the scalar formula as an expression tree in the names of the inputs, if any.

        `attrs` are numbers, or symbols to keep an attribute's name.
        """
        if self.formula is None:
            return None
        symbols = [Symbol(name) for name in self.input_names]
        tree: Expression = self.formula(maths, *symbols, **attrs)
        return tree


OPS: dict[str, Op] = {}  # every op, by name
FUNCTIONS: dict[str, Any] = {}  # every op and every composition of ops, by public name
NUMPY: dict[Any, str] = {}  # NumPy's function -> public name of ours


class Names:
    """Ops and compositions by their bare names, looked up when they are used."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"no op {name!r}: {nearest(name, [*OPS, *FUNCTIONS])}")


ops = Names()
FACES: list[dict[str, Any]] = []  # namespaces that show every public function


def op(**declaration: Any) -> Callable[[Callable[..., Any]], Op]:
    """Declare a kind of gate; the decorated function is its backward rule.

    Only `numpy`, the forward function on arrays, is required. A redefinition replaces the old
    declaration. A rule written on raw arrays works at first order and says so when asked for more.

    >>> @op(numpy=lambda x: x**3)
    ... def cube(g, z, x):
    ...     return (g * 3 * x**2,)
    >>> float(cube(2.0))
    8.0
    """

    def declare(rule: Callable[..., Any]) -> Op:
        made = Op(rule, **declaration)
        OPS[made.name] = made
        setattr(ops, made.name, made)
        publish(made.public, made, made.same_as or made.numpy)
        return made

    return declare


def composition(same_as: Callable[..., Any] | None = None, name: str = "") -> Callable[..., Any]:
    """Publish a function made of ops; `same_as` is the NumPy function it stands in for."""

    def publish_it(function: Callable[..., Any]) -> Callable[..., Any]:
        publish(name or function.__name__, function, same_as)
        return function

    return publish_it


def publish(name: str, function: Callable[..., Any], same_as: Any) -> None:
    FUNCTIONS[name] = function
    for face in FACES if "." not in name else ():
        face[name] = function
    if name not in OPS:
        setattr(ops, name, function)
    if getattr(same_as, "__module__", "").partition(".")[0] == "numpy" or isinstance(
        same_as, np.ufunc
    ):
        NUMPY.setdefault(same_as, name)  # a gate of the user's own does not take np.sin over


def plain(x: Any) -> Any:
    """Return `x` as NumPy takes it: arrays and numbers as they are, anything else as an array."""
    if isinstance(x, (np.ndarray, np.generic, float, int)):
        return x
    array = np.asarray(x)
    if array.dtype.kind in "OUSV":  # objects, texts, bytes and records
        raise UsageError(f"expected numbers or an array of numbers, got {type(x).__name__}")
    return array


def freeze(value: Any) -> Any:
    """Return an attribute in the plain, hashable form that gates keep and texts show."""
    kind = type(value)
    if kind in FROZEN or (kind is tuple and FROZEN.issuperset(map(type, value))):
        return value
    if isinstance(value, np.ndarray):
        return freeze(value.tolist())
    if isinstance(value, (list, tuple)):
        return tuple(map(freeze, value))
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return np.dtype(value).name
    if value in (float, int, bool) and isinstance(value, type):
        return np.dtype(value).name
    if isinstance(value, np.generic):
        return value.item()
    return value
