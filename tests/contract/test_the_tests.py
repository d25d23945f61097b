"""Planted faults: each is caught by the check whose business it is."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule.autodiff import reverse
from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import OPS, Op, ops
from tests.contract import calls, checks, lowering, roles
from tests.property.circuits import Circuit, Step, check_first, check_second

Rule = Callable[..., Any]


def product(rule: Rule | None = None, **changes: Any) -> Op:
    """Return a multiply gate, sound but for the rule or the declaration that is given."""

    def multiply(g, z, x, y):  # type: ignore[no-untyped-def]
        return g * y, g * x

    declared = {"numpy": np.multiply, "shape": shapes.broadcast, "role": "switcher"}
    return Op(rule or multiply, **{**declared, **changes})


def sine(rule: Rule | None = None, **changes: Any) -> Op:
    """Return a sine gate, sound but for the rule or the declaration that is given."""

    def sin(g, z, x):  # type: ignore[no-untyped-def]
        return (g * ops.cos(x),)

    declared = {"numpy": np.sin, "shape": shapes.broadcast, "role": "scaler"}
    return Op(rule or sin, **{**declared, **changes})


def caught(check: Callable[..., None], *args: Any) -> str:
    """Return what the check says, or fail because it says nothing."""
    with pytest.raises(AssertionError) as found:
        check(*args)
    return str(found.value)


def all_checks(op: Op) -> None:
    checks.check_shapes(op)
    checks.check_dtypes(op)
    checks.check_float32(op)
    checks.check_first_derivative(op)
    checks.check_second_derivative(op)
    checks.check_bad(op)
    roles.check_role(op)
    if op.formula is not None:
        checks.check_formula(op)


@pytest.mark.parametrize("op", [product(), sine()], ids=["product", "sine"])
def test_sound_gates_pass(op: Op) -> None:
    all_checks(op)


# Rules -------------------------------------------------------------------------------------------


def test_a_swapped_switcher() -> None:
    swapped = product(lambda g, z, x, y: (g * x, g * y))
    assert "input 0: rule" in caught(checks.check_first_derivative, swapped)


@pytest.mark.parametrize(
    "rule",
    [
        lambda g, z, x: (g * ops.sin(x),),
        lambda g, z, x: (-g * ops.cos(x),),
        lambda g, z, x: (g * ops.cos(x) * 1.00001,),
        lambda g, z, x: (ops.cos(x),),
        lambda g, z, x: (None,),
    ],
    ids=["wrong function", "wrong sign", "a little off", "upstream forgotten", "no gradient"],
)
def test_a_wrong_rule(rule: Rule) -> None:
    caught(checks.check_first_derivative, sine(rule))


def test_a_gradient_that_is_not_summed_over_broadcasting(monkeypatch: pytest.MonkeyPatch) -> None:
    def first_entries(g: Any, shape: tuple[int, ...]) -> Any:
        return np.resize(g, shape)

    monkeypatch.setattr(reverse, "gather_to", first_entries)
    caught(checks.check_first_derivative, product())


def plain_cosine(x: Any) -> Any:
    return np.cos(getattr(x, "value", x))


def test_a_wrong_second_derivative() -> None:
    cut_off = sine(lambda g, z, x: (g * plain_cosine(x),))
    checks.check_first_derivative(cut_off)
    assert "input 0: rule" in caught(checks.check_second_derivative, cut_off)


def test_a_second_derivative_without_the_upstream_gradient() -> None:
    forgetful = sine(lambda g, z, x: (getattr(g, "value", g) * ops.cos(x),))
    checks.check_first_derivative(forgetful)
    assert "upstream: rule 0.0" in caught(checks.check_second_derivative, forgetful)


# The reverse pass --------------------------------------------------------------------------------

BRANCHES = Circuit(
    leaves=((2, 3),),
    steps=(Step("sin", (0,)), Step("exp", (1,)), Step("multiply", (0, 2)), Step("cos", (3,))),
)


def broken(find: str, replace: str) -> Callable[..., Any]:
    """Return the reverse pass with a line of its source changed."""
    source = inspect.getsource(reverse.backward)
    assert source.count(find) == 1, f"the reverse pass no longer holds {find!r}"
    scope = dict(vars(reverse))
    exec(source.replace(find, replace), scope)
    found: Callable[..., Any] = scope["backward"]
    return found


@pytest.fixture
def leaves() -> list[Any]:
    return BRANCHES.inputs()


def test_the_sound_reverse_pass(leaves: list[Any]) -> None:
    check_first(BRANCHES, leaves, [np.ones((2, 3))])
    check_second(BRANCHES, leaves, [np.ones((2, 3))])


@pytest.mark.parametrize(
    ("find", "replace"),
    [
        ("grads[parent] + share if parent in grads else share", "share"),
        ("reversed(order)", "order"),
        ("reversed(order)", "by_distance(root)"),
    ],
    ids=["no accumulation at branches", "inputs before consumers", "order of discovery"],
)
def test_a_broken_reverse_pass(
    find: str, replace: str, leaves: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reverse, "by_distance", by_distance, raising=False)
    monkeypatch.setattr(reverse, "backward", broken(find, replace))
    assert "reverse pass" in caught(check_first, BRANCHES, leaves, [np.ones((2, 3))])


def by_distance(root: Any) -> list[Any]:
    """Return gates as they are met from the root, which is no topological order."""
    found = [root]
    for gate in found:
        found.extend(x for x in gate.inputs if x not in found)
    return found


# Declarations ------------------------------------------------------------------------------------

TRUE_ROLES = {
    "add": "distributor",
    "maximum": "router",
    "multiply": "switcher",
    "exp": "scaler",
    "transpose": "mover",
    "softmax": "mixer",
    "broadcast_to": "copier",
    "sum": "adder",
    "floor": "wall",
}
ALSO = {  # roles that hold as well
    ("add", "adder"),
    ("transpose", "router"),  # every upstream entry goes to one entry
    ("transpose", "scaler"),  # by the number 1
    ("broadcast_to", "router"),
    ("broadcast_to", "mixer"),
    ("sum", "scaler"),
    ("exp", "mixer"),
    ("multiply", "mixer"),
    ("softmax", "switcher"),  # its own other entries
}


@pytest.mark.parametrize(
    ("name", "role"),
    [(n, r) for n, true in TRUE_ROLES.items() for r in roles.TESTS if r != true],
)
def test_a_wrong_role(name: str, role: str) -> None:
    claimed = declared_again(OPS[name], role=role)
    if (name, role) in ALSO:
        roles.check_role(claimed)
    else:
        assert f"{name} is no {role}" in caught(roles.check_role, claimed)


def declared_again(op: Op, **changes: Any) -> Op:
    kept = ("numpy", "shape", "dtype", "formula", "role", "domain", "examples", "bad", "arrange")
    return Op(op.rule, name=op.name, **{**{k: getattr(op, k) for k in kept}, **changes})


@pytest.mark.parametrize(
    "shape",
    [shapes.same, lambda x, y: (*shapes.broadcast(x, y), 1), lambda x, y: max(x, y)],
    ids=["the first input's", "an axis too many", "the larger"],
)
def test_a_shape_rule_that_lies(shape: Any) -> None:
    usual = [case(*found) for found in calls.ELEMENTWISE[2]]
    caught(checks.check_shapes, product(shape=shape, examples=usual))


def test_a_shape_rule_that_takes_what_numpy_refuses() -> None:
    def lenient(x: shapes.Shape, y: shapes.Shape) -> shapes.Shape:
        return (*x[:-1], *y[1:])

    careless = declared_again(OPS["matmul"], shape=lenient, examples=[case((3, 4), (4, 2))], bad=[])
    assert "what NumPy refuses" in caught(checks.check_shapes, careless)


def test_a_dtype_rule_that_lies() -> None:
    caught(checks.check_dtypes, product(dtype=shapes.kept))


def test_a_gate_that_widens_float32() -> None:
    wide = sine(numpy=lambda x: np.sin(np.asarray(x, np.float64)))
    assert "float32 gives float64" in caught(checks.check_float32, wide)


@pytest.mark.parametrize(
    "formula",
    [
        lambda m, x: m.cos(x),
        lambda m, x: m.sin(x) * (1 + 1e-11),
        lambda m, x: m.where(m.abs(x) < m.inf, m.sin(x), 0),
    ],
    ids=["another function", "a little off", "another limit"],
)
def test_a_formula_that_lies(formula: Any) -> None:
    caught(checks.check_formula, sine(formula=formula))


def test_a_kink_that_was_not_declared_is_no_excuse() -> None:
    steps = sine(numpy=lambda x: np.abs(np.sin(8 * x)), rule=lambda g, z, x: (g * 8 * z,))
    caught(checks.check_first_derivative, steps)


def test_bad_inputs_that_are_taken_or_refused_in_other_words() -> None:
    with pytest.raises(pytest.fail.Exception):
        checks.check_bad(product(bad=[case((2, 3), (3,), says="do not broadcast")]))
    worded = product(bad=[case((2, 3), (2,), says="cannot be multiplied")])
    assert "do not broadcast" in caught(checks.check_bad, worded)


# Entries and simpler gates -----------------------------------------------------------------------


def declared(name: str, **changes: Any) -> Op:
    """Return a gate like the one of this name, but for what is given."""
    op = OPS[name]
    made = Op(op.rule, numpy=op.numpy, shape=op.shape, examples=op.examples, arrange=op.arrange)
    for attribute, value in changes.items():
        setattr(made, attribute, value)
    return made


def test_entries_that_are_not_those_of_the_reference() -> None:
    same = declared("transpose", lower=lambda m, at, x, axes: x(*at))
    assert "entry" in caught(lowering.check_lowered, same)
    narrow = declared("mean", lower=lambda m, at, x, axis, keepdims: x(*[0] * len(x.shape)))
    assert "Not equal" in caught(lowering.check_lowered, narrow)


def test_entries_that_nobody_writes() -> None:
    bare = declared(
        "pad_constant",
        lower=lambda m, at, x, pad_width, constant_values: m.writes(
            m.box([before for before, _ in pad_width], x.shape, x)
        ),
    )
    assert "no part writes these entries" in caught(lowering.check_lowered, bare)


def test_simpler_gates_that_overflow() -> None:
    unstable = declared(
        "logsumexp",
        expand=lambda x, axis, keepdims: ops.log(ops.sum(ops.exp(x), axis=axis, keepdims=keepdims)),
    )
    assert "Not equal" in caught(lowering.check_expanded, unstable)
