"""What `lower` and `expand` of a declaration are held to: the NumPy reference, in many calls."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.define import reduction
from chainrule.compiler.passes.expand import expand
from chainrule.errors import ChainruleError
from chainrule.graph.case import Case
from chainrule.graph.node import leaf
from chainrule.graph.registry import Op
from chainrule.graph.run import run
from tests.contract import calls
from tests.contract.calls import Call
from tests.contract.checks import symbolic
from tests.contract.entries import computed, lowered

KINDS = (np.float32, np.int64, np.int32, np.uint8, bool)
LIMITS = (np.inf, -np.inf, np.nan)


def check_lowered(op: Op) -> None:
    for call in varied(op):
        check_lower(call)


def check_expanded(op: Op) -> None:
    for call in varied(op):
        check_expand(call)
        for limited in at_limits(call):
            check_expand(limited)


# Calls -------------------------------------------------------------------------------------------


def varied(op: Op) -> Iterator[Call]:
    """Return the declared calls, the same with sizes of 0 and 1, and with other dtypes."""
    for wanted in calls.cases(op):
        for case in [wanted, *calls.resized(wanted)]:
            found = fitting(op, case)
            if found is not None:
                yield found
                yield from in_kinds(found)


def fitting(op: Op, case: Case) -> Call | None:
    """Return the call if the op takes it."""
    try:
        call = calls.filled(op, case)
        symbolic(call)
        reference(call)
    except ChainruleError:
        return None
    return call


def in_kinds(call: Call) -> Iterator[Call]:
    """Return the call with numbers of other kinds, as far as the op takes them."""
    for kind in KINDS if call.floats else ():
        args = tuple((x * 3).astype(kind) if calls.is_float(x) else x for x in call.args)
        try:
            made = calls.call(call.op, args, call.given)
            reference(made)
        except ChainruleError:
            continue
        yield made


def at_limits(call: Call) -> Iterator[Call]:
    """Return the call with infinities and NaN in one entry, in the first half, in all entries."""
    x = call.inputs[0]
    if call.op.arity != 1 or not calls.is_float(x) or not x.size:
        return
    for limit in LIMITS:
        for stop in {1, (x.size + 1) // 2, x.size}:
            changed = x.copy()
            changed.reshape(-1)[:stop] = limit
            yield call.with_inputs([changed])


def reference(call: Call) -> Any:
    with warnings.catch_warnings(action="ignore"):  # the mean of nothing, inf - inf
        return np.asarray(call.value())


def agree(made: Any, wanted: Any, call: Call) -> None:
    assert np.shape(made) == wanted.shape
    small = np.float32 in (wanted.dtype, *(getattr(x, "dtype", None) for x in call.inputs))
    tolerance = 2e-5 if small else 1e-12
    np.testing.assert_allclose(made, wanted, tolerance, tolerance, err_msg=str(call))


# Checks ------------------------------------------------------------------------------------------


def check_lower(call: Call) -> None:
    """Entry by entry the output is NumPy's; an entry combines others once at most."""
    wanted = reference(call)
    found, at = lowered(call.op.lower, call.inputs, call.attrs, wanted.shape)
    reduction(found)
    agree(computed(found, at, wanted.dtype), wanted, call)


def check_expand(call: Call) -> None:
    """The simpler gates compute what the gate does."""
    wanted = reference(call)
    inputs = tuple(leaf(x.shape, x.dtype) for x in call.inputs)
    gate = symbolic(call.with_inputs(inputs))
    outputs = expand(Circuit(inputs, (gate,))).outputs
    assert outputs[0].dtype == wanted.dtype
    with warnings.catch_warnings(action="ignore"):
        (made,) = run(inputs, outputs, call.inputs)
    agree(made, wanted, call)
