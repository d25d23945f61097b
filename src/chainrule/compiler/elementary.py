"""The functions of formulas as machine code: one name, values of one type, instructions.

Everything follows NumPy at NaN, infinities, signed zeros and denormal numbers.
"""

from collections.abc import Callable, Mapping

from chainrule.compiler.code import Function
from chainrule.compiler.maths import (
    arithmetic,
    error_function,
    exponential,
    integers,
    inverse,
    logarithm,
    power,
    trigonometry,
)
from chainrule.compiler.maths.format import absolute, is_nan, like
from chainrule.compiler.values import Value, is_float, scalar_of
from chainrule.errors import DtypeError, UsageError, nearest

Writer = Callable[..., Value]


def apply(f: Function, name: str, *args: Value, signed: bool = True) -> Value:
    """Write the function `name` of formulas, on values of one type.

    Arguments:
        f: the function that is being written; instructions go to its end, and some functions
            begin new blocks.
        name: a name in `SUPPORTED`.
        args: scalars or vectors, all of one type; for `where` a condition, then two of one type.
        signed: what integers are.

    Returns a value of the same type, or of i1 for comparisons and logical functions. Integers
    wrap around; dividing them by zero gives 0. Raises `UsageError` for a name that has no code,
    `DtypeError` for one that has none for this type.

    >>> f = Function("twice", [("x", "float")], returns="float")
    >>> f.give(apply(f, "add", *f.parameters, *f.parameters))
    >>> print(f.text())
    define internal float @twice(float %x) #0 {
    entry:
      %v1 = fadd contract float %x, %x
      ret float %v1
    }
    """
    kind = args[-1].type
    if name in ANY:
        return ANY[name](f, *args)
    if is_float(kind):
        return lookup(FLOATS, name, kind)(f, *args)
    return lookup(INTEGERS, name, kind)(f, *args, signed=signed and scalar_of(kind) != "i1")


def lookup(table: Mapping[str, Writer], name: str, kind: str) -> Writer:
    if name not in SUPPORTED:
        raise UsageError(f"no machine code for {name!r}", hint=nearest(name, SUPPORTED))
    if name not in table:
        raise DtypeError(
            f"no machine code for {name!r} on values of type {kind}",
            hint="convert between integers and floating-point numbers first",
        )
    return table[name]


def truth(f: Function, a: Value) -> Value:
    """Return whether a number is not zero; NaN is not."""
    return a if scalar_of(a.type) == "i1" else f.compare("ne", a, like(a, 0))


ORDER = {"less": "lt", "less_equal": "le", "greater": "gt", "greater_equal": "ge"}
ANY: Mapping[str, Writer] = {
    "equal": lambda f, a, b: f.compare("eq", a, b),
    "not_equal": lambda f, a, b: f.compare("ne", a, b),
    "logical_and": lambda f, a, b: f.bit_and(truth(f, a), truth(f, b)),
    "logical_or": lambda f, a, b: f.bit_or(truth(f, a), truth(f, b)),
    "logical_not": lambda f, a: f.bit_not(truth(f, a)),
    "where": lambda f, condition, a, b: f.select(truth(f, condition), a, b),
}
FLOATS: Mapping[str, Writer] = {
    **{name: lambda f, a, b, how=how: f.compare(how, a, b) for name, how in ORDER.items()},
    **{
        name: lambda f, x, name=name: f.intrinsic(name, x.type, x)
        for name in ("sqrt", "floor", "ceil", "rint")
    },
    "add": Function.add,
    "subtract": Function.sub,
    "multiply": Function.mul,
    "divide": Function.div,
    "negative": Function.neg,
    "abs": absolute,
    "sign": arithmetic.sign,
    "maximum": arithmetic.maximum,
    "minimum": arithmetic.minimum,
    "floor_divide": arithmetic.floor_divide,
    "remainder": arithmetic.remainder,
    "isnan": is_nan,
    "is_finite": arithmetic.is_finite,
    "exp": exponential.exp,
    "expm1": exponential.expm1,
    "sinh": exponential.sinh,
    "cosh": exponential.cosh,
    "tanh": exponential.tanh,
    "log": logarithm.log,
    "log1p": logarithm.log1p,
    "log2": logarithm.log2,
    "log10": logarithm.log10,
    "sin": trigonometry.sin,
    "cos": trigonometry.cos,
    "tan": trigonometry.tan,
    "arcsin": inverse.arcsin,
    "arccos": inverse.arccos,
    "arctan": inverse.arctan,
    "arctan2": inverse.arctan2,
    "erf": error_function.erf,
    "erfc": error_function.erfc,
    "power": power.power,
}
INTEGERS: Mapping[str, Writer] = {
    **{
        name: lambda f, a, b, signed, how=how: integers.compare(f, how, a, b, signed)
        for name, how in ORDER.items()
    },
    **dict.fromkeys(("floor", "ceil", "rint"), integers.same),
    "add": integers.add,
    "subtract": integers.subtract,
    "multiply": integers.multiply,
    "negative": integers.negative,
    "abs": integers.absolute,
    "sign": integers.sign,
    "maximum": integers.maximum,
    "minimum": integers.minimum,
    "power": integers.power,
    "floor_divide": integers.floor_divide,
    "remainder": integers.remainder,
    "isnan": integers.never,
    "is_finite": integers.always,
    "bit_and": integers.bit_and,
    "bit_or": integers.bit_or,
    "bit_xor": integers.bit_xor,
    "shift_left": integers.shift_left,
    "shift_right": integers.shift_right,
}
SUPPORTED: frozenset[str] = frozenset({*ANY, *FLOATS, *INTEGERS})
