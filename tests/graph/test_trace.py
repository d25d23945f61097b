"""Functions become circuits: names, sources, constants, and what cannot be traced."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import GradientError, ShapeError, UsageError


def affine(x, params):
    hidden = x @ params["w"]
    return hidden + params["b"]


PARAMS = {"w": np.ones((3, 2), np.float32), "b": np.zeros(2, np.float32)}
ROWS = np.ones((4, 3), np.float32)


def test_leaves_are_named_after_the_parameters():
    found = cr.trace(affine, ROWS, PARAMS)
    assert [node.name for node in found.inputs] == ["x", "params.b", "params.w"]
    assert [node.shape for node in found.inputs] == [(4, 3), (2,), (3, 2)]
    assert found.outputs[0].shape == (4, 2)
    assert found.outputs[0].dtype == np.float32


def test_gates_know_variable_and_line():
    gates = [g for g in cr.trace(affine, ROWS, PARAMS).gates if g.op]
    assert [g.op.name for g in gates] == ["matmul", "add"]
    assert gates[0].source.variable == "hidden"
    assert gates[0].source.text == 'hidden = x @ params["w"]'


def test_constants_are_folded_and_stay_weak():
    found = cr.trace(lambda x: x * (2 * np.float64(3.0)) + 1, np.ones(2, np.float32))
    assert [g.op.name for g in found.gates if g.op] == ["multiply", "add"]
    weak = cr.trace(lambda x: x * 2 + 1, np.ones(2, np.float32))
    assert weak.outputs[0].dtype == np.float32


def test_decisions_by_value_are_refused_with_the_line():
    def signed(x):
        if x > 0:
            return x
        return -x

    with pytest.raises(GradientError, match=r"test_trace\.py:\d+ has no value while the function"):
        cr.trace(signed, 1.0)
    with pytest.raises(GradientError, match=r"float\(\) needs one"):
        cr.trace(lambda x: float(x), 1.0)


def test_containers_that_are_given_stay_as_they_are():
    def train(params, x):
        params["w"] = params["w"] - x
        return cr.sum(params["w"])

    with pytest.raises(UsageError) as caught:
        cr.trace(train, {"b": 1.0, "w": 2.0}, 3.0)
    assert str(caught.value) == (
        "train changes its argument: params.w is another array after the call\n"
        "hint: a traced function changes nothing outside: return what is new"
    )
    with pytest.raises(UsageError, match=r"changes its argument: rows\.1 is another"):
        cr.trace(lambda rows: rows.append(rows[0]) or rows[0], [1.0])
    assert cr.trace(lambda p: {**p, "w": p["w"] + 1}, {"w": 1.0}).outputs[0].op.name == "add"


def test_shapes_are_checked_while_tracing():
    with pytest.raises(ShapeError, match=r"matmul of \(4, 3\) and \(2, 2\)"):
        cr.trace(lambda x: x @ np.ones((2, 2)), ROWS)


def test_a_function_must_return_arrays():
    with pytest.raises(UsageError, match="<lambda> returned no arrays"):
        cr.trace(lambda x: None, 1.0)
