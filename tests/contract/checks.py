"""What holds for every op, as functions that raise `AssertionError` for an op that breaks it.

Each compares what the declaration claims with what its NumPy reference computes. They take the op
rather than its name, so that the tests of the tests can hand them faulty ones.
"""

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
import scipy.special

from chainrule.autodiff import reverse
from chainrule.eager.tensor import Tensor, tensor, value_of
from chainrule.errors import ChainruleError, UsageError
from chainrule.graph import formula
from chainrule.graph.case import Case
from chainrule.graph.node import Node, leaf
from chainrule.graph.registry import Op, ops
from tests.contract import calls
from tests.contract.calls import Call
from tests.contract.numeric import close, crosses_kink, replaced, slope

FUNCTIONS = {
    **formula.NUMPY,
    "erf": scipy.special.erf,
    "erfc": scipy.special.erfc,
    "gammaln": scipy.special.gammaln,
    "digamma": scipy.special.digamma,
}
LIMITS = (0.0, np.inf, -np.inf, np.nan)


# Shapes and dtypes -------------------------------------------------------------------------------


def symbolic(call: Call) -> Node:
    """Return the gate on inputs that have a shape and a dtype but no value."""
    return Node.record_gate(call.op, [stand_in(x) for x in call.inputs], call.attrs)


def stand_in(x: Any) -> Any:
    return leaf(x.shape, x.dtype) if isinstance(x, np.ndarray) else x


def agrees_with_numpy(call: Call) -> None:
    node, value = symbolic(call), call.value()
    assert node.shape == np.shape(value), f"{call.op.name}: {node.shape} but NumPy {value.shape}"
    kind = np.asarray(value).dtype
    assert node.dtype == kind, f"{call.op.name}: {node.dtype} but NumPy {kind}"


def check_shapes(op: Op) -> None:
    """Shape and dtype rule equal NumPy's result; sizes of 1 and 0 fit where NumPy says so."""
    for call in calls.calls(op):
        agrees_with_numpy(call)
    for wanted in calls.cases(op):
        for small in calls.resized(wanted):
            try:
                call = calls.filled(op, small)
            except ChainruleError:
                continue  # refused while its arguments were sorted
            agree_on_fitting(call)


def agree_on_fitting(call: Call) -> None:
    """The rule refuses exactly what NumPy refuses, unless that hangs on values (an index)."""
    try:
        with warnings.catch_warnings(action="ignore"):  # the mean of nothing
            call.value()
    except ChainruleError as refused:
        if len(call.floats) == len(call.inputs):
            refuses(call, str(refused))
    else:
        with warnings.catch_warnings(action="ignore"):
            agrees_with_numpy(call)


def refuses(call: Call, why: str) -> None:
    try:
        made = symbolic(call)
    except UsageError:
        return
    raise AssertionError(f"{made!r} was made of what NumPy refuses: {why}")


def check_dtypes(op: Op) -> None:
    """float32 stays float32; integers, booleans and Python numbers promote as in NumPy."""
    for call in calls.calls(op):
        if call.floats:
            agrees_with_numpy(call.cast(np.float32))
    if calls.is_elementwise(op):
        for call in mixed(op):
            agrees_with_numpy(call)


def mixed(op: Op) -> list[Call]:
    """Return calls on mixtures of dtypes, as far as NumPy takes them."""
    kinds = (np.float32, np.float64, np.int64, bool, "weak int", "weak float")
    made = []
    for combination in product(kinds, repeat=op.arity):
        args = [one_of(kind) for kind in combination]
        if not any(isinstance(x, np.ndarray) for x in args):
            continue
        try:
            call = calls.call(op, args, {})
            call.value()
        except ChainruleError:
            continue
        made.append(call)
    return made


def one_of(kind: Any) -> Any:
    weak = {"weak int": 1, "weak float": 0.5}
    return weak[kind] if isinstance(kind, str) else np.ones((2,), kind)


def check_float32(op: Op) -> None:
    """float32 in, float32 out, and a float32 gradient."""
    for call in calls.smooth_calls(op):
        small = call.cast(np.float32)
        value = np.asarray(small.value())
        if not small.floats or value.dtype.kind != "f" or "dtype" in small.attrs:
            continue
        assert value.dtype == np.float32, f"{op.name} of float32 gives {value.dtype}"
        for g in gradients(small, np.ones_like(value)):
            assert g is None or g.dtype == np.float32, f"{op.name}: gradient of {g.dtype}"


# The formula -------------------------------------------------------------------------------------


def by_formula(op: Op, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
    tree = op.expression(**attrs)
    assert tree is not None
    named = dict(zip(op.input_names, inputs, strict=True))
    with np.errstate(all="ignore"):
        return formula.evaluate(tree, named, FUNCTIONS)


def check_formula(op: Op) -> None:
    """Formula and reference are two expressions of one function, also at its limits."""
    for call in calls.calls(op):
        np.testing.assert_allclose(
            np.broadcast_to(by_formula(op, call.inputs, call.attrs), np.shape(call.value())),
            call.value(),
            rtol=1e-12,
            atol=1e-14,
            err_msg=op.name,
        )
    limits = np.array(list(product(LIMITS, repeat=op.arity))).T
    attrs = calls.call(op, limits, {}).attrs
    with np.errstate(all="ignore"):
        wanted = op.compute(list(limits), attrs)
    found = np.broadcast_to(by_formula(op, limits, attrs), np.shape(wanted))
    np.testing.assert_allclose(found, wanted, rtol=1e-12, err_msg=f"{op.name} of {limits.T}")


# Derivatives -------------------------------------------------------------------------------------


def gradients(call: Call, upstream: Any) -> list[Any]:
    """Return the gradient of each input by the reverse pass on arrays; None where none flows."""
    leaves = [tensor(x) if calls.is_float(x) else x for x in call.inputs]
    root = Tensor.record_gate(call.op, leaves, call.attrs)
    found = reverse.backward(root, upstream, value_of) if root.differentiable else {}
    return [found.get(x) if isinstance(x, Tensor) else None for x in leaves]


def check_first_derivative(op: Op) -> None:
    """The gradient of every input equals differences in a random direction."""
    for call in calls.smooth_calls(op):
        value = np.asarray(call.value())
        if value.dtype != np.float64:  # differences need its digits
            continue
        rng = np.random.default_rng(1)
        upstream = rng.normal(size=value.shape)
        found = gradients(call, upstream)
        for i in call.floats:
            d = direction(call, i, rng)
            n = slope(partial(weighted, call, i, upstream), call.inputs[i], d)
            a = 0.0 if found[i] is None else float(np.sum(found[i] * d))
            shown = f"{op.name}, input {i}: rule {a}, differences {n}"
            assert close(a, n), shown
            assert found[i] is None or found[i].shape == call.inputs[i].shape, shown


def weighted(call: Call, position: int, upstream: Any, x: Any) -> float:
    return float(np.sum(upstream * call.value(replaced(call.inputs, position, x))))


def direction(call: Call, position: int, rng: np.random.Generator) -> Any:
    """Return a random direction in which there is no kink nearby."""

    def state(x: Any) -> Any:
        return call.state(replaced(call.inputs, position, x))

    x = call.inputs[position]
    for _ in range(20):
        d = rng.uniform(-1, 1, size=x.shape)
        if not crosses_kink(state, x, d):
            return d
    raise AssertionError(f"{call.op.name}: kinks everywhere around {x}")


def check_second_derivative(op: Op) -> None:
    """The gradient's own gradient equals differences of the gradient."""
    for call in calls.smooth_calls(op):
        value = np.asarray(call.value())
        if value.dtype != np.float64 or not call.floats:
            continue
        rng = np.random.default_rng(2)
        upstream = rng.normal(size=value.shape)
        along = [rng.normal(size=np.shape(x)) for x in call.inputs]
        by_rules = second_gradients(call, upstream, along)
        for i, a in enumerate(by_rules):
            second_agrees(call, upstream, along, i, a, rng)


def second_gradients(call: Call, upstream: Any, along: list[Any]) -> list[Any]:
    """Differentiate sum(gradient * along) by every input and, last, by the upstream gradient."""
    leaves = [tensor(x) if calls.is_float(x) else x for x in call.inputs]
    entering = tensor(upstream)
    root = Tensor.record_gate(call.op, leaves, call.attrs)
    if not root.differentiable:
        return [None] * (len(leaves) + 1)
    first = reverse.backward(root, entering, lambda gate: gate)
    total: Any = 0.0
    for x, d in zip(leaves, along, strict=True):
        if isinstance(x, Tensor) and x in first:
            total = total + ops.sum(first[x] * d)
    if not isinstance(total, Tensor):
        return [None] * (len(leaves) + 1)
    found = reverse.backward(total, np.ones(()), value_of)
    return [found.get(x) if isinstance(x, Tensor) else None for x in [*leaves, entering]]


def second_agrees(
    call: Call, upstream: Any, along: list[Any], position: int, found: Any, rng: Any
) -> None:
    def total(x: Any) -> float:
        values = replaced([*call.inputs, upstream], position, x)
        first = gradients(call.with_inputs(values[:-1]), values[-1])
        pairs = zip(first, along, strict=True)
        return float(sum(np.sum(g * d) for g, d in pairs if g is not None))

    last = position == len(call.inputs)
    if not last and position not in call.floats:
        return
    x = upstream if last else call.inputs[position]
    d = rng.uniform(-1, 1, size=x.shape) if last else direction(call, position, rng)
    n = slope(total, x, d)
    a = 0.0 if found is None else float(np.sum(found * d))
    where = "upstream" if last else f"input {position}"
    assert close(a, n, 1e-6), f"{call.op.name}, {where}: rule {a}, differences {n}"


# Bad inputs --------------------------------------------------------------------------------------


def check_bad(op: Op) -> None:
    """Bad inputs fail with their message, computed and traced alike."""
    for wanted in op.bad:
        assert wanted.says, f"{op.name}: a bad case says what the message is"
        fails_with(op, wanted.says, partial(computed, op, wanted))
        fails_with(op, wanted.says, partial(traced, op, wanted))


def computed(op: Op, wanted: Case) -> Any:
    return calls.filled(op, wanted).value()


def traced(op: Op, wanted: Case) -> Any:
    return symbolic(calls.filled(op, wanted))


def fails_with(op: Op, says: str, attempt: Callable[[], Any]) -> None:
    with pytest.raises(UsageError) as caught:
        attempt()
    found = caught.value.message
    assert says in found, f"{op.name}: {found!r}, not {says!r}"
