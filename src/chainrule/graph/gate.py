"""What every gate can do, whether it computes at once or stands for a value to come.

Operators and NumPy's two protocols find ops by name in the registry, so that a gate needs to know
none of them.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np

from chainrule.errors import UsageError, nearest
from chainrule.graph.refusal import BY_VALUE, VALUES, no_size
from chainrule.graph.registry import FUNCTIONS, NUMPY, OPS, Op


class Gate(Protocol):
    """One op applied to its inputs; leaves have no op. Compared by identity."""

    op: Op | None
    inputs: "tuple[Gate, ...]"
    attrs: dict[str, Any]
    age: int  # a gate is younger than its inputs: sorting by age is a topological order

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> "np.dtype[Any]": ...

    @property
    def differentiable(self) -> bool: ...


def binary(name: str) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        op = OPS[name]
        return self.record_gate(op, (self, other), op.defaults)

    return method


def reflected(name: str) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        op = OPS[name]
        return self.record_gate(op, (other, self), op.defaults)

    return method


def unary(name: str) -> Callable[[Any], Any]:
    def method(self: Any) -> Any:
        op = OPS[name]
        return self.record_gate(op, (self,), op.defaults)

    return method


class NoSuchName(AttributeError):
    """A gate has no such attribute. The nearest name is looked for only when it is shown."""

    def __str__(self) -> str:
        if self.name in VALUES:
            return f"{self.obj!r} has no value while the function is traced, and so no {self.name}"
        known = [n for n in dir(self.obj) if not n.startswith("_")]
        return f"{type(self.obj).__name__} has no attribute {self.name!r}: " + nearest(
            str(self.name), known
        )


class Operators:
    """Python's operators, NumPy's protocols and every public function as a method."""

    __slots__ = ()
    __array_priority__ = 1000

    __add__, __radd__ = binary("add"), reflected("add")
    __sub__, __rsub__ = binary("subtract"), reflected("subtract")
    __mul__, __rmul__ = binary("multiply"), reflected("multiply")
    __truediv__, __rtruediv__ = binary("divide"), reflected("divide")
    __mod__, __rmod__ = binary("remainder"), reflected("remainder")
    __matmul__, __rmatmul__ = binary("matmul"), reflected("matmul")
    __rpow__ = reflected("power")
    __lt__, __le__ = binary("less"), binary("less_equal")
    __gt__, __ge__ = binary("greater"), binary("greater_equal")
    __and__, __or__ = binary("logical_and"), binary("logical_or")
    __neg__, __abs__, __invert__ = unary("negative"), unary("abs"), unary("logical_not")

    def __pow__(self, other: Any) -> Any:
        if type(other) in (int, float) and other == 2:  # NumPy's numbers are not weak
            return OPS["square"](self)
        return OPS["power"](self, other)

    def __pos__(self) -> Any:
        return self

    def __getitem__(self, index: Any) -> Any:
        return FUNCTIONS["getitem"](self, index)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise UsageError(
            "a gate never changes: x[...] = value cannot be recorded",
            hint="make a new one: cr.where(mask, value, x), or cr.concatenate",
        )

    def __getattr__(self, name: str) -> Any:
        if name in FUNCTIONS:
            return partial(FUNCTIONS[name], self)
        raise NoSuchName(name=name, obj=self)

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *FUNCTIONS]

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def T(self) -> Any:
        """The axes reversed."""
        return OPS["transpose"](self)

    def reshape(self, *shape: Any) -> Any:
        """Return the same entries in another shape: `x.reshape(2, 3)` or `x.reshape((2, 3))`."""
        return OPS["reshape"](self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Any:
        """Return the axes reordered; without arguments, reversed."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None
        return OPS["transpose"](self, order)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("a scalar has no length")
        return int(self.shape[0])

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            wanted = f"{ufunc.__name__}.{method}" if method != "__call__" else ufunc.__name__
            raise UsageError(
                f"np.{wanted}({', '.join(kwargs)}) does not work on gates",
                hint="use the function without out=, where= and dtype=, or the plain values",
            )
        return numpy_function(ufunc, self)(*inputs)

    def __array_function__(
        self, func: Any, types: Sequence[type], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        return numpy_function(func, self)(*args, **kwargs)


def numpy_function(function: Any, gate: Any) -> Callable[..., Any]:
    """Return our function for one of NumPy's, or say that there is none."""
    try:
        found: Callable[..., Any] = FUNCTIONS[NUMPY[function]]
        return found
    except KeyError:
        name = function.__name__
        if gate.symbolic and name in BY_VALUE:
            raise no_size(gate, name) from None
        raise UsageError(
            f"np.{name} has no derivative here, so it would leave the graph",
            hint="use x.value for the plain array, or declare a gate of your own with @cr.op",
        ) from None
