"""Writes scalar mathematics as instructions, for one place or for a vector of places at once.

A value that is the same in every lane stays a scalar until it meets one that is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.compiler.code import Function
from chainrule.compiler.elementary import apply
from chainrule.compiler.values import Value, constant, counting, lanes_of, vector
from chainrule.errors import DtypeError
from chainrule.graph.builder import Cast, Load, Position, Reduce
from chainrule.graph.formula import NUMPY, Apply, Expression, Number
from chainrule.graph.place import Digit, Index, Lookup, Place

REGISTER = {
    "bool": "i1", "int8": "i8", "uint8": "i8", "int16": "i16", "uint16": "i16", "int32": "i32",
    "uint32": "i32", "int64": "i64", "uint64": "i64", "float32": "float", "float64": "double",
}  # fmt: skip
BOOL = np.dtype(bool)
LOGICAL = frozenset(("logical_and", "logical_or", "logical_not"))
COMPARING = frozenset((
    "less", "less_equal", "greater", "greater_equal", "equal", "not_equal", "isnan",
))  # fmt: skip
WHOLE = frozenset((  # functions that give integers for integers
    "add", "subtract", "multiply", "negative", "abs", "sign", "maximum", "minimum", "power",
    "floor", "ceil", "rint", "floor_divide", "remainder", "bit_and", "bit_or", "bit_xor",
    "shift_left", "shift_right", "where",
))  # fmt: skip
OF_BOOLEANS = {"add": "logical_or", "multiply": "logical_and", "maximum": "logical_or",
               "minimum": "logical_and"}  # fmt: skip


def register(dtype: np.dtype[Any]) -> str:
    """Return LLVM's type for a number in a register."""
    if dtype.name not in REGISTER:
        raise DtypeError(
            f"{dtype.name} cannot be compiled", hint="use float32, float64, integers or booleans"
        )
    return REGISTER[dtype.name]


def stored(dtype: np.dtype[Any]) -> str:
    """Return LLVM's type for a number in memory: booleans take a byte."""
    kind = register(dtype)
    return "i8" if kind == "i1" else kind


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with its dtype; a Python number has none and adapts to what it meets."""

    value: Value | None
    dtype: np.dtype[Any] | None
    number: Any = None


@dataclass(frozen=True, slots=True)
class Stride:
    """A place while it is written: a scalar number, and either a factor of the lane or a vector."""

    base: Value
    by_lane: int = 0
    spread: Value | None = None


@dataclass
class Writer:
    """Writes entries at one place of the loops around.

    Attributes:
        f: the function that is written.
        index: the number of the current turn of each loop.
        lane: the index that runs along the vector, if there is one; `index` has its first value.
        lanes: how many places are computed at once.
        mask: which of them exist; None if all do.
        pointer: where an array lies.
        status: where a number outside its axis is reported.
        known: arrays' entries at the current place, already in registers.
        reduced: values of reductions, already in registers.
    """

    f: Function
    index: Mapping[Index, Value]
    pointer: Callable[[Any], Value]
    status: Callable[[], Value]
    lane: Index | None = None
    lanes: int = 1
    mask: Value | None = None
    known: dict[Any, Typed] = field(default_factory=dict)
    reduced: dict[int, Typed] = field(default_factory=dict)
    _written: dict[int, Typed] = field(default_factory=dict)
    _loaded: dict[Any, Typed] = field(default_factory=dict)
    _places: dict[Place, Stride] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)

    def write(self, expr: Expression, dtype: np.dtype[Any]) -> Typed:
        """Return the value of an expression in a dtype."""
        return self.cast(self.typed(expr), dtype)

    def typed(self, expr: Expression) -> Typed:
        """Return the value of an expression in the dtype that follows from its parts."""
        key = id(expr)
        if key not in self._written:
            self._kept.append(expr)  # or its id could be given to another
            self._written[key] = self._write(expr)
        return self._written[key]

    def _write(self, expr: Expression) -> Typed:
        if isinstance(expr, Number):
            return Typed(None, None, expr.value)
        if isinstance(expr, Load):
            return self._load(expr)
        if isinstance(expr, Cast):
            return self.cast(self.typed(expr.value), expr.dtype)
        if isinstance(expr, Position):
            return Typed(self._number(self.place(expr.at)), np.dtype(np.int64))
        if isinstance(expr, Reduce):
            return self.reduced[id(expr)]
        assert isinstance(expr, Apply)
        return self._apply(expr.op, [self.typed(a) for a in expr.args])

    # Functions ---------------------------------------------------------------------------------

    def _apply(self, name: str, args: list[Typed]) -> Typed:
        if all(a.dtype is None for a in args) and name in NUMPY:
            return Typed(None, None, NUMPY[name](*(a.number for a in args)).item())
        if name == "where":
            chosen = [self.cast(args[0], BOOL), *self.alike(args[1:], name)]
            return Typed(self._call(name, chosen), chosen[1].dtype)
        if name in LOGICAL:
            return Typed(self._call(name, [self.cast(a, BOOL) for a in args]), BOOL)
        same = self.alike(args, name)
        kind = same[0].dtype
        if kind == BOOL and name in OF_BOOLEANS:
            name = OF_BOOLEANS[name]
        elif kind == BOOL and name in COMPARING:
            same = [self.cast(a, np.dtype(np.int8)) for a in same]
        return Typed(self._call(name, same), BOOL if name in COMPARING else kind)

    def alike(self, args: list[Typed], name: str) -> list[Typed]:
        """Return the values in their common dtype, which is a float one for most functions."""
        weak = [a.number for a in args if a.dtype is None]
        common = np.result_type(*(a.dtype for a in args if a.dtype is not None), *weak)
        if common.kind != "f" and name not in WHOLE and name not in COMPARING:
            common = np.dtype(np.float64)
        return [self.cast(a, common) for a in args]

    def _call(self, name: str, args: list[Typed]) -> Value:
        values = [a.value for a in args if a.value is not None]
        lanes = max(lanes_of(v.type) for v in values)
        values = [self.f.splat(v, lanes) if lanes_of(v.type) < lanes else v for v in values]
        last = args[-1].dtype
        return apply(self.f, name, *values, signed=last is None or last.kind != "u")

    def cast(self, x: Typed, dtype: np.dtype[Any]) -> Typed:
        """Return the number in another dtype."""
        if x.value is None or x.dtype is None:
            number = np.asarray(x.number).astype(dtype).item()
            return Typed(constant(register(dtype), number), dtype)
        if x.dtype == dtype:
            return x
        if dtype == BOOL:
            zero = constant(x.value.type, 0)
            return Typed(self.f.compare("ne", x.value, zero), dtype)
        narrow = x.dtype.kind if x.dtype.kind != "b" else "u"
        signed = (narrow if x.dtype.kind != "f" else dtype.kind) != "u"
        return Typed(self.f.convert(x.value, register(dtype), signed=signed), dtype)

    def splat(self, x: Typed) -> Value:
        """Return the value in every lane."""
        assert x.value is not None
        return self.f.splat(x.value, self.lanes) if lanes_of(x.value.type) == 1 else x.value

    # Memory ------------------------------------------------------------------------------------

    def _load(self, expr: Load) -> Typed:
        if expr.array in self.known:
            return self.known[expr.array]
        key = (expr.array, expr.at)
        if key not in self._loaded:
            dtype = expr.array.dtype
            found = self._read(self.pointer(expr.array), stored(dtype), self.place(expr.at))
            if dtype == BOOL:
                found = self.f.compare("ne", found, constant(found.type, 0))
            self._loaded[key] = Typed(found, dtype)
        return self._loaded[key]

    def _read(self, base: Value, kind: str, at: Stride) -> Value:
        if at.spread is not None:
            return self.f.gather(vector(kind, self.lanes), base, at.spread, self.mask)
        address = self.f.at(base, kind, at.base)
        if not at.by_lane or self.lanes == 1:
            return self.f.load(kind, address)
        wide = vector(kind, self.lanes)
        if at.by_lane != 1:
            steps = self._steps(at.by_lane)
            return self.f.gather(wide, address, steps, self.mask)
        if self.mask is not None:
            return self.f.masked_load(wide, address, self.mask)
        return self.f.load(wide, address)

    def store(self, array: Any, at: Place, x: Typed, *, adds: bool = False) -> None:
        """Write an entry of an array; with `adds` into the sum that is there."""
        base, kind = self.pointer(array), stored(array.dtype)
        place = self.place(at)
        if adds:
            there = Typed(self._read(base, kind, place), array.dtype)
            x = self._apply("add", [there, x])
        value = self.in_memory(self.cast(x, array.dtype))
        if place.spread is None and (self.lanes == 1 or not place.by_lane):
            self.f.store(value, self.f.at(base, kind, place.base))
            return
        value = self.f.splat(value, self.lanes) if lanes_of(value.type) == 1 else value
        if place.spread is not None:
            self.f.scatter(value, base, place.spread, self.mask)
        elif place.by_lane != 1:
            address = self.f.at(base, kind, place.base)
            self.f.scatter(value, address, self._steps(place.by_lane), self.mask)
        elif self.mask is not None:
            self.f.masked_store(value, self.f.at(base, kind, place.base), self.mask)
        else:
            self.f.store(value, self.f.at(base, kind, place.base))

    def in_memory(self, x: Typed) -> Value:
        """Return the value as memory holds it: booleans as bytes."""
        assert x.value is not None
        return self.f.convert(x.value, "i8", signed=False) if x.dtype == BOOL else x.value

    # Places ------------------------------------------------------------------------------------

    def place(self, at: Place) -> Stride:
        """Return where a place is, counted in entries."""
        if at not in self._places:
            self._places[at] = self._place(at)
        return self._places[at]

    def _place(self, at: Place) -> Stride:
        base, by_lane = constant("i64", at.constant), 0
        spread = None
        for atom, factor in at.terms:
            if atom is self.lane:
                by_lane = factor
            term = self._times(self._atom(atom), factor)
            if lanes_of(term.type) > 1:
                spread = term if spread is None else self.f.add(spread, term)
            else:
                base = self._plus(base, term)
        if spread is None:
            return Stride(base, by_lane)
        if by_lane:
            spread = self.f.add(spread, self._steps(by_lane))
        return Stride(base, 0, self.f.add(spread, self.f.splat(base, self.lanes)))

    def _atom(self, atom: Any) -> Value:
        if isinstance(atom, Index):
            return self.index[atom]
        if isinstance(atom, Digit):
            whole = self._number(self.place(atom.place))
            part = self._by_constant("udiv", whole, atom.stride)
            return self._by_constant("urem", part, atom.size)
        assert isinstance(atom, Lookup)
        return self._looked_up(atom)

    def _looked_up(self, atom: Lookup) -> Value:
        """Count negative numbers from the end; report those outside, and read entry 0 for them."""
        f = self.f
        value = self.cast(self.typed(atom.value), np.dtype(np.int64)).value
        assert value is not None
        size, zero = constant(value.type, atom.size), constant(value.type, 0)
        value = f.select(f.compare("lt", value, zero), f.add(value, size), value)
        outside = f.compare("uge", value, size)
        wrong = outside
        if lanes_of(value.type) > 1:
            if self.mask is not None:
                wrong = f.bit_and(outside, self.mask)
            wrong = f.intrinsic_reduce("or", wrong)
        with f.when(wrong):
            f.store(constant("i64", 1), self.status())
        return f.select(outside, zero, value)

    def _number(self, at: Stride) -> Value:
        """Return a place as a number, one for each lane where they differ."""
        if at.spread is not None:
            return at.spread
        if not at.by_lane or self.lanes == 1:
            return at.base
        return self.f.add(self.f.splat(at.base, self.lanes), self._steps(at.by_lane))

    def _steps(self, factor: int) -> Value:
        steps = counting(self.lanes)
        return steps if factor == 1 else self.f.mul(steps, constant(steps.type, factor))

    def _times(self, value: Value, factor: int) -> Value:
        return value if factor == 1 else self.f.mul(value, constant(value.type, factor))

    def _plus(self, a: Value, b: Value) -> Value:
        if not a.text.startswith("%") and int(a.text) == 0:
            return b
        return self.f.add(a, b)

    def _by_constant(self, op: str, value: Value, by: int) -> Value:
        if op == "udiv" and by == 1:
            return value
        return self.f.binary(op, value, constant(value.type, by))
