"""Every op, value and gradient: native code against the interpreter."""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from chainrule.autodiff.reverse import backward
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.entry import REGISTER
from chainrule.compiler.fuse import lowered
from chainrule.compiler.pipeline import simplified
from chainrule.errors import ChainruleError
from chainrule.graph.mode import using
from chainrule.graph.node import Node, leaf
from chainrule.graph.registry import OPS, Op
from chainrule.graph.run import run
from tests.contract import calls
from tests.contract.agreement import Subject, differences, drifted, native
from tests.contract.calls import Call, is_float
from tests.contract.test_lower import INTERPRETED

CALLED = {*INTERPRETED, "gammaln", "digamma"}
WHOLE = (np.int64, np.int32, np.uint8, bool)
SPECIAL = np.array([
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -2.5, np.inf, -np.inf, np.nan, 5e-324, -2.3e-308, 1e-310,
    1e-20, -1e-20, 1e20, -1e20, 1e300, -1e300, 709.9, -745.2, 88.8, 2.0**53, -(2.0**31), np.pi,
])  # fmt: skip
every_op = pytest.mark.parametrize("name", calls.DECLARED)


def subjects(call: Call) -> list[Subject]:
    """Return a call as a circuit, and its gradient as another; none for other dtypes."""
    arrays = [i for i, x in enumerate(call.inputs) if isinstance(x, np.ndarray)]
    inputs = [leaf(x.shape, x.dtype) for x in (call.inputs[i] for i in arrays)]
    given = list(call.inputs)
    for i, x in zip(arrays, inputs, strict=True):
        given[i] = x
    values = [call.inputs[i] for i in arrays]
    title = f"{call.op.name}{[x.shape for x in inputs]} {call.attrs}"
    root = Node.record_gate(call.op, given, call.attrs)
    if root.dtype.name not in REGISTER or not inputs:
        return []
    made = [Subject(title, inputs, [root], values)]
    upstream = leaf(root.shape, root.dtype)
    wrt = [x for x in inputs if x.differentiable]
    grads = pulled(root, upstream, wrt) if root.differentiable else []
    if grads:
        entering = np.random.default_rng(3).normal(size=root.shape).astype(root.dtype)
        given = [*inputs, upstream]
        made.append(Subject(f"gradient of {title}", given, grads, [*values, entering]))
    return made


def pulled(root: Node, upstream: Node, wrt: list[Node]) -> list[Node]:
    """Return the gradients by some inputs, as gates."""
    try:
        with using(tracing=True, recording=True):
            found = backward(root, upstream, lambda gate: gate, wrt=wrt)
    except ChainruleError:
        return []  # the largest of no entries, for one
    return [found[x] for x in wrt if x in found]


def fitting(op: Op) -> Iterator[Call]:
    """Return the calls of an op that NumPy accepts, those with sizes of 0 and 1 among them."""
    yield from calls.calls(op)
    seen = set()
    for wanted in calls.cases(op):
        for small in calls.resized(wanted):
            if repr(small) in seen:
                continue
            seen.add(repr(small))
            try:
                call = calls.filled(op, small)
                with warnings.catch_warnings(action="ignore"):
                    call.value()
            except ChainruleError:
                continue
            yield call


def in_whole_numbers(op: Op) -> Iterator[Call]:
    """Return the calls with integers and booleans for floats, where NumPy accepts them."""
    for dtype in WHOLE:
        for call in calls.calls(op):
            args = tuple(converted(x, dtype) for x in call.args)
            try:
                made = calls.call(op, args, call.given)
                with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
                    made.value()
            except (ChainruleError, TypeError, OverflowError):
                continue
            yield made


def converted(x: Any, dtype: Any) -> Any:
    if not is_float(x):
        return x
    return (np.abs(x) * 3).astype(dtype) if dtype is np.uint8 else (x * 3).astype(dtype)


def check(found: list[Subject]) -> None:
    """The circuits, as one piece of native code, give what the interpreter gives."""
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        results = native(found)
        wrong = [w for s, r in zip(found, results, strict=True) for w in differences(s, r)]
    assert not wrong, "\n".join(wrong[:20])


@every_op
def test_float64(name: str) -> None:
    check([s for call in fitting(OPS[name]) for s in subjects(call)])


@every_op
def test_integers_and_booleans(name: str) -> None:
    with warnings.catch_warnings(action="ignore"):
        check([s for call in in_whole_numbers(OPS[name]) for s in subjects(call)])


@every_op
def test_float32(name: str) -> None:
    """Not much further from the truth than the interpreter is itself."""
    pairs = [
        (one, two)
        for call in calls.calls(OPS[name])
        for one, two in zip(subjects(call.cast(np.float32)), subjects(call), strict=False)
    ]
    with warnings.catch_warnings(action="ignore"):
        results = native([one for one, _ in pairs])
        for (one, two), found in zip(pairs, results, strict=True):
            single, _ = one.interpreted()
            exact = [np.asarray(v, np.float32).astype(float) if is_float(v) else v
                     for v in two.values]  # fmt: skip
            with np.errstate(all="ignore"):
                double = run(two.inputs, two.outputs, exact)
            for a, b, c in zip(found, single, double, strict=True):
                assert a.dtype == np.asarray(b).dtype
                assert not drifted(a, np.asarray(b), c), one.name


SCALAR = [n for n in calls.DECLARED if OPS[n].formula and n not in CALLED]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", SCALAR)
def test_special_values(name: str, dtype: Any) -> None:
    """NaN, infinities and the signs of zeros are NumPy's."""
    op = OPS[name]
    with np.errstate(all="ignore"):
        special = SPECIAL.astype(dtype)
    grid = np.meshgrid(*[special] * op.arity, indexing="ij")
    inputs = [np.ravel(g) for g in grid]
    if op.domain is bool or (name == "where"):
        inputs[0] = inputs[0] > 0
    call = calls.call(op, inputs, {})
    subject = subjects(call)[0]
    (found,), ((wanted,), _) = native([subject])[0], subject.interpreted()
    same = alike(found, wanted, isinstance(op.numpy, np.ufunc))
    at = np.flatnonzero(~same)
    assert same.all(), [
        (*[x[k] for x in inputs], "native", found[k], "NumPy", wanted[k]) for k in at[:8]
    ]


def alike(found: Any, wanted: Any, signed: bool) -> Any:
    """Return where numbers agree: within a few ulp, NaN with NaN, zeros with zeros of their sign.

    Where NumPy lacks a function, either sign of zero will do.
    """
    if wanted.dtype.kind != "f":
        return found == wanted
    limits = np.finfo(wanted.dtype)
    with np.errstate(all="ignore"):
        near = np.abs(found - wanted) <= 64 * limits.eps * np.abs(wanted) + 4 * limits.tiny
    same = (found == wanted) | (np.isnan(found) & np.isnan(wanted)) | near
    if signed:
        same &= (np.signbit(found) == np.signbit(wanted)) | np.isnan(wanted)
    return same


def test_only_some_gates_are_interpreted() -> None:
    for name in calls.DECLARED:
        for call in calls.calls(OPS[name]):
            for subject in subjects(call):
                made = simplified(Circuit(tuple(subject.inputs), tuple(subject.outputs)))
                left = {gate.op.name for gate in made.gates if gate.op and not lowered(gate)}
                assert left <= CALLED, f"{subject.name}: {left - CALLED}"
