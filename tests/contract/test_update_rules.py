"""What holds for every update rule, whatever its equation."""

import copy
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.graph.node import leaf
from chainrule.graph.run import run
from chainrule.graph.trace import trace
from chainrule.graph.tree import flatten, paths, unflatten

RULES = [
    kind
    for kind in vars(optim).values()
    if isinstance(kind, type) and issubclass(kind, optim.Rule) and kind is not optim.Rule
]
EVERY = pytest.mark.parametrize("kind", RULES, ids=lambda kind: kind.__name__)


def model(dtype: Any = np.float32) -> Any:
    return {"w": np.array([[1.0, -2.0], [0.5, 3.0]], dtype), "b": np.array([0.1, -0.2], dtype)}


def gradient(m: Any, t: Any) -> Any:
    wave = np.cos(1.3 * t + np.arange(2)).astype(m["b"].dtype)
    return {"w": m["w"] * 2 + wave, "b": m["b"] - wave}


def learn(rule: Any, m: Any, state: Any, steps: Any) -> Any:
    for t in steps:
        m, state = rule.update(m, gradient(m, t), state)
    return m, state


def through_plain_arrays(state: Any) -> Any:
    """Take a state apart into named arrays and put copies of them together, as a file would."""
    leaves, tree = flatten(state)
    stored = dict(zip(paths(state), [np.array(x) for x in leaves], strict=True))
    return unflatten(tree, list(stored.values()))


def same(one: Any, two: Any) -> Any:
    for a, b in zip(flatten(one)[0], flatten(two)[0], strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


def test_the_list_is_complete() -> None:
    assert {kind.__name__ for kind in RULES} >= {"SGD", "Adam", "AdamW", "Rprop", "Nesterov"}


@EVERY
def test_resuming_equals_not_stopping(kind: Any) -> None:
    rule = kind(clip_norm=5.0)
    straight = learn(rule, model(), rule.init(model()), range(20))
    m, state = learn(rule, model(), rule.init(model()), range(9))
    stored = {name: x.copy() for name, x in m.items()}
    same(straight, learn(rule, stored, through_plain_arrays(state), range(9, 20)))


@EVERY
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_stay(kind: Any, dtype: Any) -> None:
    rule = kind()
    m, state = learn(rule, model(dtype), rule.init(model(dtype)), range(3))
    slots = [x for own in state["slots"].values() for x in own.values()]
    assert {x.dtype for x in [*m.values(), *slots]} == {np.dtype(dtype)}
    assert all(type(x) is np.ndarray for x in flatten(state)[0])
    assert state["step"] == 3


@EVERY
def test_nothing_changes_in_place(kind: Any) -> None:
    rule, m = kind(), model()
    m, state = learn(rule, m, rule.init(m), range(2))
    before = copy.deepcopy((m, state))
    g = gradient(m, 2)
    kept = copy.deepcopy(g)
    rule.update(m, g, state)
    same(before, (m, state))
    same(kept, g)


@EVERY
def test_tensors_and_arrays_take_the_same_steps(kind: Any) -> None:
    rule, m = kind(), model()
    tensors = {name: cr.tensor(x) for name, x in m.items()}
    g = gradient(m, 0)
    arrays, _ = rule.update(m, g, rule.init(m))
    moved, _ = rule.update(tensors, g, rule.init(tensors))
    assert all(isinstance(x, cr.Tensor) and x.op is None for x in moved.values())
    same(arrays, {name: x.value for name, x in moved.items()})


@EVERY
def test_the_rule_can_be_traced(kind: Any) -> None:
    """No rule looks at a value, so one step is a circuit; rate and step number are its inputs."""
    rule = kind()
    for dtype in (np.float32, np.float64):
        w, g = leaf((2, 3), dtype, "w"), leaf((2, 3), dtype, "g")
        slots = {
            name: leaf(x.shape, x.dtype, name)
            for name, x in rule.slots(np.zeros((2, 3), dtype)).items()
        }
        new, after = rule(w, g, slots, leaf((), np.int64, "step"), leaf((), np.float64, "rate"))
        for found in [new, *after.values()]:
            assert found.shape == (2, 3)
            assert found.dtype == dtype
        assert set(after) == set(slots)


@EVERY
def test_a_traced_step_of_a_net_is_the_computed_one(kind: Any) -> None:
    """Loss, gradients and update as one circuit, run by the interpreter: the same bits."""
    rule, net = kind(clip_norm=0.1), nn.MLP(2, 3, 1, key=0, activation="tanh")
    x = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)

    def step(m: Any, state: Any, x: Any) -> Any:
        grads = cr.grad(lambda m: cr.sum(cr.square(m(x) - 1)))(m)
        return rule.update(m, grads, state)

    state = rule.init(net)
    for _ in range(3):
        found = trace(step, net, state, x)
        values = [np.asarray(leaf) for leaf in flatten((net, state, x))[0]]
        traced = run(found.inputs, found.outputs, values)
        net, state = step(net, state, x)
        same(traced, flatten((net, state))[0])


@EVERY
def test_a_step_goes_down(kind: Any) -> None:
    """From a point where the slope is known, the first update goes against it."""
    rule, m = kind(), {"w": np.array([[1.0, -1.0]])}
    new, _ = rule.update(m, {"w": m["w"] * 2}, rule.init(m))
    assert np.all(np.abs(new["w"]) < np.abs(m["w"]))


@EVERY
def test_scalars_are_weights_too(kind: Any) -> None:
    rule, m = kind(), {"w": np.array(2.0, np.float32)}
    state = rule.init(m)
    for _ in range(2):
        m, state = rule.update(m, {"w": np.float32(1.0)}, state)
    assert m["w"].shape == ()
    assert type(m["w"]) is np.ndarray
    assert m["w"].dtype == np.float32
