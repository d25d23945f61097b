"""Writes functions in LLVM's assembly language: instructions over typed values.

Types are LLVM's own words: `float`, `double`, `i1`, `i8`, `i32`, `i64`, `ptr`, and vectors of them
such as `<16 x float>`. All arithmetic works on scalars and on vectors alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from chainrule.compiler.values import (
    BITS,
    Value,
    constant,
    is_float,
    lanes_of,
    scalar_of,
    size_of,
    vector,
)

FAST = "contract"  # a product and a sum may become one instruction; NaN and infinity stay


@dataclass
class Loop:
    """A loop while it is written: its index, the values carried around it, and their next ones."""

    index: Value
    carried: list[Value]
    next: list[Value] = field(default_factory=list)


class Function:
    """A function while it is written.

    Arguments:
        name: its symbol.
        parameters: (name, type with attributes) of each, such as ("x", "ptr noalias").
        returns: the type of its result.
        head: words before the type: "internal", "alwaysinline" and the like go to `attributes`.
    """

    def __init__(
        self,
        name: str,
        parameters: Sequence[tuple[str, str]] = (),
        *,
        returns: str = "void",
        head: str = "internal",
        attributes: str = "#0",
        flags: str = FAST,
    ) -> None:
        self.name = name
        self.returns = returns
        self.flags = flags
        self.head = head
        self.attributes = attributes
        self.parameters: list[Value] = []
        self._listed: list[str] = []
        for parameter, kind in parameters:
            self.parameter(parameter, kind)
        self.lines: list[str] = ["entry:"]
        self.locals: list[str] = []
        self.declarations: set[str] = set()
        self.block = "entry"
        self._count = 0

    def parameter(self, name: str, kind: str) -> Value:
        """Add a parameter; `kind` is its type with attributes."""
        self._listed.append(f"{kind} %{name}")
        self.parameters.append(Value(f"%{name}", kind.split()[0]))
        return self.parameters[-1]

    @property
    def header(self) -> str:
        listed = ", ".join(self._listed)
        words = ("define", self.head, self.returns, f"@{self.name}({listed})", self.attributes)
        return " ".join(word for word in words if word)

    def text(self) -> str:
        """Return the function's assembly."""
        entry, *lines = self.lines
        return "\n".join([f"{self.header} {{", entry, *self.locals, *lines, "}"])

    def local(self, size: int, align: int = 64, zeroed: str = "") -> Value:
        """Return the address of `size` bytes of memory that is the function's until it returns.

        With a type for `zeroed`, the memory holds its zero when the function begins.
        """
        name = f"%local{len(self.locals)}"
        self.locals.append(f"  {name} = alloca [{size} x i8], align {align}")
        if zeroed:
            self.locals.append(f"  store {zeroed} zeroinitializer, ptr {name}, align {align}")
        return Value(name, "ptr")

    # Plain instructions ------------------------------------------------------------------------

    def put(self, kind: str, instruction: str) -> Value:
        """Write an instruction whose result has type `kind`."""
        self._count += 1
        name = f"%v{self._count}"
        self.lines.append(f"  {name} = {instruction}")
        return Value(name, kind)

    def do(self, instruction: str) -> None:
        """Write an instruction without a result."""
        self.lines.append(f"  {instruction}")

    def comment(self, text: str) -> None:
        self.lines.append(f"  ; {text}")

    def binary(self, op: str, a: Value, b: Value) -> Value:
        return self.put(a.type, f"{op} {a}, {b.text}")

    def _either(self, whole: str, real: str, a: Value, b: Value) -> Value:
        return self.binary(f"{real} {self.flags}" if is_float(a.type) else whole, a, b)

    def add(self, a: Value, b: Value) -> Value:
        return self._either("add", "fadd", a, b)

    def sub(self, a: Value, b: Value) -> Value:
        return self._either("sub", "fsub", a, b)

    def mul(self, a: Value, b: Value) -> Value:
        return self._either("mul", "fmul", a, b)

    def div(self, a: Value, b: Value) -> Value:
        """Divide; integers round towards zero."""
        return self._either("sdiv", "fdiv", a, b)

    def rem(self, a: Value, b: Value) -> Value:
        """Return the remainder, with the sign of `a`."""
        return self._either("srem", "frem", a, b)

    def neg(self, a: Value) -> Value:
        if is_float(a.type):
            return self.put(a.type, f"fneg {a}")
        return self.sub(constant(a.type, 0), a)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """Return a * b + c, rounded once."""
        return self.intrinsic("fma", a.type, a, b, c)

    def bit_and(self, a: Value, b: Value) -> Value:
        return self.binary("and", a, b)

    def bit_or(self, a: Value, b: Value) -> Value:
        return self.binary("or", a, b)

    def bit_xor(self, a: Value, b: Value) -> Value:
        return self.binary("xor", a, b)

    def bit_not(self, a: Value) -> Value:
        return self.binary("xor", a, constant(a.type, -1 if scalar_of(a.type) != "i1" else 1))

    def shift_left(self, a: Value, b: Value) -> Value:
        return self.binary("shl", a, b)

    def shift_right(self, a: Value, b: Value) -> Value:
        """Shift right, zeros come in."""
        return self.binary("lshr", a, b)

    def compare(self, how: str, a: Value, b: Value) -> Value:
        """Compare by LLVM's word: eq ne lt le gt ge; false beside NaN, except for ne."""
        if is_float(a.type):
            word = "fcmp " + ("une" if how == "ne" else f"o{how}")
        else:
            word = "icmp " + (how if how in ("eq", "ne") or how[0] == "u" else f"s{how}")
        return self.put(vector("i1", lanes_of(a.type)), f"{word} {a}, {b.text}")

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        return self.put(a.type, f"select {condition}, {a}, {b}")

    def intrinsic(self, name: str, kind: str, *args: Value) -> Value:
        """Call an intrinsic that is overloaded on its result: sqrt fabs floor ceil rint copysign"""
        lanes = lanes_of(kind)
        short = {"float": "f32", "double": "f64"}.get(scalar_of(kind), scalar_of(kind))
        suffix = short if lanes == 1 else f"v{lanes}{short}"
        return self.call(kind, f"llvm.{name}.{suffix}", *args)

    def intrinsic_reduce(self, how: str, a: Value) -> Value:
        """Combine the entries of a vector of integers: add mul and or xor smax smin."""
        return self.call(scalar_of(a.type), f"llvm.vector.reduce.{how}.{self._suffix(a.type)}", a)

    def call(self, returns: str, name: str, *args: Value) -> Value:
        """Call a function that is declared in the module where it is not defined."""
        self.declare(returns, name, *(a.type for a in args))
        return self.put(returns, f"call {returns} @{name}({', '.join(map(str, args))})")

    def call_void(self, name: str, *args: Value) -> None:
        self.declare("void", name, *(a.type for a in args))
        self.do(f"call void @{name}({', '.join(map(str, args))})")

    def declare(self, returns: str, name: str, *types: str) -> None:
        self.declarations.add(f"declare {returns} @{name}({', '.join(types)})")

    # Types -------------------------------------------------------------------------------------

    def bitcast(self, a: Value, kind: str) -> Value:
        return a if a.type == kind else self.put(kind, f"bitcast {a} to {kind}")

    def convert(self, a: Value, to: str, *, signed: bool = True) -> Value:
        """Return the number in another type; floats become integers by cutting the fraction off."""
        source, target = scalar_of(a.type), scalar_of(to)
        kind = vector(target, lanes_of(a.type))
        if source == target:
            return a
        if is_float(source) and is_float(target):
            word = "fpext" if target == "double" else "fptrunc"
        elif is_float(source):
            word = "fptosi" if signed else "fptoui"
        elif is_float(target):
            word = "uitofp" if source == "i1" or not signed else "sitofp"
        elif BITS[source] > BITS[target]:
            word = "trunc"
        else:
            word = "zext" if source == "i1" or not signed else "sext"
        return self.put(kind, f"{word} {a} to {kind}")

    def splat(self, a: Value, lanes: int) -> Value:
        """Return a vector with the scalar in every entry."""
        if lanes == 1:
            return a
        kind = vector(a.type, lanes)
        if not a.text.startswith("%"):
            return Value(f"splat ({a.type} {a.text})", kind)
        first = self.put(kind, f"insertelement {kind} poison, {a}, i64 0")
        zeros = f"<{lanes} x i32> zeroinitializer"
        return self.put(kind, f"shufflevector {first}, {kind} poison, {zeros}")

    def extract(self, a: Value, lane: int) -> Value:
        return self.put(scalar_of(a.type), f"extractelement {a}, i64 {lane}")

    def insert(self, a: Value, entry: Value, lane: int) -> Value:
        return self.put(a.type, f"insertelement {a}, {entry}, i64 {lane}")

    def shuffle(self, a: Value, b: Value, lanes: Sequence[int]) -> Value:
        """Return the entries at `lanes` of a and b, counted through both."""
        mask = f"<{len(lanes)} x i32> <{', '.join(f'i32 {i}' for i in lanes)}>"
        return self.put(vector(scalar_of(a.type), len(lanes)), f"shufflevector {a}, {b}, {mask}")

    # Memory ------------------------------------------------------------------------------------

    def at(self, base: Value, kind: str, index: Value | int) -> Value:
        """Return the address of entry `index` of an array of `kind` (a scalar type) at `base`."""
        if isinstance(index, int):
            if index == 0:
                return base
            index = Value(str(index), "i64")
        return self.put("ptr", f"getelementptr inbounds {kind}, ptr {base.text}, {index}")

    def load(self, kind: str, address: Value, align: int = 0) -> Value:
        align = align or size_of(scalar_of(kind))
        return self.put(kind, f"load {kind}, ptr {address.text}, align {align}")

    def store(self, a: Value, address: Value, align: int = 0) -> None:
        align = align or size_of(scalar_of(a.type))
        self.do(f"store {a}, ptr {address.text}, align {align}")

    def masked_load(self, kind: str, address: Value, mask: Value) -> Value:
        """Load the entries where the mask is true; the others are 0 and not touched."""
        name = f"llvm.masked.load.{self._suffix(kind)}.p0"
        zero = Value("zeroinitializer", kind)
        align = constant("i32", size_of(scalar_of(kind)))
        return self.call(kind, name, address, align, mask, zero)

    def masked_store(self, a: Value, address: Value, mask: Value) -> None:
        align = constant("i32", size_of(scalar_of(a.type)))
        self.call_void(f"llvm.masked.store.{self._suffix(a.type)}.p0", a, address, align, mask)

    def gather(self, kind: str, base: Value, indices: Value, mask: Value | None = None) -> Value:
        """Load entries at a vector of indices."""
        lanes = lanes_of(kind)
        scalar = scalar_of(kind)
        pointers = self.put(
            f"<{lanes} x ptr>", f"getelementptr {scalar}, ptr {base.text}, {indices}"
        )
        every = mask or Value("splat (i1 true)", f"<{lanes} x i1>")
        align = constant("i32", size_of(scalar))
        name = f"llvm.masked.gather.{self._suffix(kind)}.v{lanes}p0"
        return self.call(kind, name, pointers, align, every, Value("zeroinitializer", kind))

    def scatter(self, a: Value, base: Value, indices: Value, mask: Value | None = None) -> None:
        """Store entries at a vector of indices."""
        lanes = lanes_of(a.type)
        scalar = scalar_of(a.type)
        pointers = self.put(
            f"<{lanes} x ptr>", f"getelementptr {scalar}, ptr {base.text}, {indices}"
        )
        every = mask or Value("splat (i1 true)", f"<{lanes} x i1>")
        align = constant("i32", size_of(scalar))
        name = f"llvm.masked.scatter.{self._suffix(a.type)}.v{lanes}p0"
        self.call_void(name, a, pointers, align, every)

    def _suffix(self, kind: str) -> str:
        short = {"float": "f32", "double": "f64"}.get(scalar_of(kind), scalar_of(kind))
        return f"v{lanes_of(kind)}{short}" if lanes_of(kind) > 1 else short

    # Control -----------------------------------------------------------------------------------

    def label(self, what: str) -> str:
        self._count += 1
        return f"{what}{self._count}"

    def begin(self, block: str) -> None:
        """Start a block; the one before must have ended with a branch."""
        self.lines.append(f"{block}:")
        self.block = block

    @contextmanager
    def loop(
        self,
        stop: Value | int,
        start: Value | int = 0,
        step: int = 1,
        carried: Iterable[Value] = (),
    ) -> Iterator[Loop]:
        """Repeat for index = start, start + step, ... below stop.

        Set `loop.next` to the values that `loop.carried` takes in the next turn; after the block
        `loop.carried` holds the last ones.
        """
        first = list(carried)
        before, head, body, after = self.block, *(self.label(w) for w in ("head", "body", "end"))
        start = start if isinstance(start, Value) else constant("i64", start)
        stop = stop if isinstance(stop, Value) else constant("i64", stop)
        self.do(f"br label %{head}")
        self.begin(head)
        hole = len(self.lines)
        index = self.put("i64", "")
        phis = [self.put(c.type, "") for c in first]
        inside = self.compare("lt", index, stop)
        self.do(f"br {inside}, label %{body}, label %{after}")
        self.begin(body)
        made = Loop(index, phis)
        yield made
        following = self.put("i64", f"add nuw nsw {index}, {step}")
        latch = self.block
        self.do(f"br label %{head}")
        pairs = [(start, index, following), *zip(first, phis, made.next, strict=True)]
        for offset, (old, phi, new) in enumerate(pairs):
            self.lines[hole + offset] = (
                f"  {phi.text} = phi {phi.type} [{old.text}, %{before}], [{new.text}, %{latch}]"
            )
        self.begin(after)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Run the block only if the condition holds."""
        then, after = self.label("then"), self.label("end")
        self.do(f"br {condition}, label %{then}, label %{after}")
        self.begin(then)
        yield
        self.do(f"br label %{after}")
        self.begin(after)

    def give(self, a: Value | None = None) -> None:
        """Return from the function."""
        self.do(f"ret {a}" if a else "ret void")


def module_text(functions: Sequence[Any], extra: Sequence[str] = ()) -> str:
    """Return a module of these functions; what is called and not defined is declared."""
    defined = {f"@{f.name}(" for f in functions}
    declared = sorted(
        line
        for line in {d for f in functions for d in f.declarations}
        if not any(name in line for name in defined)
    )
    return "\n\n".join([*extra, *(f.text() for f in functions), "\n".join(declared), ""])
