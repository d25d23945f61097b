"""Gates that compute at once: a value now, and a gradient after `backward()`."""

from collections.abc import Sequence
from importlib import import_module
from operator import attrgetter
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import backward
from chainrule.errors import DtypeError, GradientError, ShapeError
from chainrule.graph.gate import Operators
from chainrule.graph.mode import CURRENT, using
from chainrule.graph.node import AGES, Node
from chainrule.graph.registry import Op
from chainrule.graph.source import Place, Source, caller, resolve

LEAF: dict[str, Any] = {}
RENDERERS = "chainrule.explain.renderers"  # above: looked up when a tensor is first shown
value_of = attrgetter("value")  # what the rules see at first order: the array


class Tensor(Operators):
    """An array that remembers how it was computed.

    Attributes:
        value: the array (or NumPy scalar) itself.
        grad: the gradient of the last `backward()` root by this tensor; None (blank) before.
        op, inputs, attrs: the gate that made it; leaves have no op.
        name: a name given by hand; `source` knows the variable and the line otherwise.
    """

    __slots__ = (
        "__weakref__", "age", "attrs", "grad", "inputs", "name", "op", "place", "scope", "value",
    )  # fmt: skip
    symbolic = False
    differentiable = True

    def __init__(
        self,
        value: Any,
        op: Op | None = None,
        inputs: "tuple[Tensor, ...]" = (),
        attrs: dict[str, Any] = LEAF,
        place: Place = None,
        scope: str = "",
        name: str = "",
    ) -> None:
        self.value = value
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.place = place
        self.scope = scope
        self.name = name
        self.grad = None
        self.age = next(AGES)

    @staticmethod
    def record_gate(op: Op, inputs: Sequence[Any], attrs: dict[str, Any]) -> "Tensor | Node":
        """Compute `op(*inputs, **attrs)` and remember it."""
        gates = []
        values = []
        live = False
        for x in inputs:
            kind = type(x)
            if kind is Tensor:
                live = True
            elif kind is not ConstantTensor:
                if isinstance(x, Node):
                    return Node.record_gate(op, inputs, attrs)
                x = constant(x)
            gates.append(x)
            values.append(x.value)
        try:
            value = op.numpy(*values, **attrs) if attrs else op.numpy(*values)
            letter = value.dtype.kind
        except Exception:  # compute again, to say what is wrong or to make an array of a number
            value = op.compute(values, attrs)
            letter = value.dtype.kind
        mode = CURRENT.get()
        if live and mode.recording and letter == "f":
            return Tensor(value, op, tuple(gates), attrs, caller(above=3), mode.scope)
        return ConstantTensor(value)

    @property
    def shape(self) -> tuple[int, ...]:
        found: tuple[int, ...] = self.value.shape
        return found

    @property
    def dtype(self) -> "np.dtype[Any]":
        found: np.dtype[Any] = self.value.dtype
        return found

    @property
    def source(self) -> Source | None:
        """The user's line that made this tensor, and the variable it was stored in."""
        return resolve(self.place)

    def backward(
        self, upstream: Any = None, *, accumulate: bool = False, create_graph: bool = False
    ) -> None:
        """Fill `.grad` of every tensor that this one was computed from, itself included.

        Args:
            upstream: the gradient that enters here; 1 for a scalar, required otherwise.
            accumulate: add to gradients that are there, instead of replacing them.
            create_graph: make the gradients tensors themselves, to be differentiated again.

        Raises:
            GradientError: nothing here depends on a tensor, or `upstream` is missing.
            ShapeError: `upstream` has another shape than this tensor.
        """
        start = self._upstream(upstream)
        if create_graph:
            with using(recording=True):
                grads = backward(self, Tensor(start), lambda x: x)
        else:
            grads = backward(self, start, value_of)
        for gate, g in grads.items():
            gate.grad = gate.grad + g if accumulate and gate.grad is not None else g

    def _upstream(self, upstream: Any) -> Any:
        if not self.differentiable:
            raise GradientError(
                "backward() was called on a constant: it depends on no tensor of floats",
                hint="make the inputs tensors, cr.tensor(2.0), outside no_grad() and detach()",
            )
        if upstream is None:
            if self.value.size != 1:
                raise GradientError(
                    f"backward() starts from a scalar, this tensor has shape {self.shape}",
                    hint="reduce it, y.sum().backward(), or pass the gradient that enters here",
                )
            return np.ones_like(self.value)
        given = np.asarray(value_of(upstream) if isinstance(upstream, Tensor) else upstream)
        if given.shape != self.shape:
            raise ShapeError(
                f"the upstream gradient has shape {given.shape}, this tensor {self.shape}"
            )
        return given.astype(self.dtype)

    def detach(self) -> "Tensor":
        """Return the value as a constant, through which no gradient flows."""
        return ConstantTensor(self.value)

    def numpy(self) -> Any:
        """Return the value as a plain array."""
        return np.asarray(self.value)

    def item(self) -> Any:
        """Return the only entry as a Python number."""
        return self.value.item()

    def tolist(self) -> Any:
        """Return the value as nested lists of Python numbers."""
        return self.value.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        if CURRENT.get().differentiating:
            raise TypeError("a tensor became a plain array")
        return np.array(self.value, dtype=dtype, copy=copy)

    def __float__(self) -> float:
        if CURRENT.get().differentiating:
            raise TypeError("a tensor became a plain number")
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __index__(self) -> int:
        return int(self.value.__index__())

    def __bool__(self) -> bool:
        return bool(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value.item(), spec) if spec else repr(self)

    def __repr__(self) -> str:
        shown = np.array2string(np.asarray(self.value), precision=6, threshold=12, edgeitems=2)
        shown = " ".join(shown.split())
        made = f", op={self.op.name}" if self.op else ""
        name = f", name={self.name!r}" if self.name else ""
        return f"tensor({shown}, {self.dtype.name}{list(self.shape)}{made}{name})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        if self.op is None:  # nothing was computed, so there is no circuit
            return {"text/plain": repr(self)}
        bundle = import_module(RENDERERS).bundle
        found: dict[str, str] = bundle("tensor", lambda: self, lambda: repr(self), include, exclude)
        return found


class ConstantTensor(Tensor):
    """A plain value that takes part in a computation: it gets no gradient and has no history."""

    __slots__ = ()
    differentiable = False

    @property
    def shape(self) -> tuple[int, ...]:
        return np.shape(self.value)

    @property
    def dtype(self) -> "np.dtype[Any]":
        return np.asarray(self.value).dtype

    def detach(self) -> "Tensor":
        return self


def constant(x: Any) -> ConstantTensor:
    """Return a plain value as a gate; Python numbers stay as they are, since they are weak."""
    if isinstance(x, (np.ndarray, np.generic, float, int)):
        return ConstantTensor(x)
    return ConstantTensor(as_array(x))


def tensor(value: Any, dtype: Any = None, *, name: str = "") -> Tensor:
    """Return a tensor: a leaf whose gradient `backward()` will fill.

    Python floats become float64. Integers and booleans carry no gradient: such a tensor is a
    constant.

    Args:
        value: a number, nested lists of numbers, an array, or a tensor (its value is taken).
        dtype: such as `np.float32`; by default NumPy's choice.
        name: shown in pictures and messages; one that begins with a dot, such as `.weight`, is
            the name of a field and follows the path of the module that uses it.

    >>> x = tensor([1.0, 2.0])
    >>> (x * x).sum().backward()
    >>> x.grad
    array([2., 4.])
    """
    array = as_array(value.value if isinstance(value, Tensor) else value)
    if dtype is not None:
        array = array.astype(dtype)
    elif array is value:
        array = array.copy()
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"tensors hold real numbers, not {array.dtype.name}")
    kind = Tensor if array.dtype.kind == "f" else ConstantTensor
    return kind(array, place=caller(), name=name)


def as_array(value: Any) -> Any:
    """Return an array of numbers, or say what stands in the way."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ShapeError(
            "the nested lists are ragged: their rows differ in length",
            hint="give every row the same number of entries",
        ) from None
    if array.dtype.kind in "OUSV":
        raise DtypeError(f"expected numbers, got {type(value).__name__} of {array.dtype}")
    return array
