"""The interpreter: values for inputs, observed on the way, dropped after their last use."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.graph.node import leaf
from chainrule.graph.run import Program, run
from chainrule.graph.trace import Trace

PARAMS = {"w": np.ones((3, 2), np.float32), "b": np.zeros(2, np.float32)}
ROWS = np.ones((4, 3), np.float32)


def affine(x: Any, params: Any) -> Any:
    hidden = x @ params["w"]
    return hidden + params["b"]


def layers() -> Trace:
    found: Trace = cr.trace(lambda x: cr.exp(cr.sin(cr.cos(x))), np.ones(3))
    return found


def test_running_gives_what_calling_gives() -> None:
    found = cr.trace(affine, ROWS, PARAMS)
    values = run(found.inputs, found.outputs, [ROWS, PARAMS["b"], PARAMS["w"]])
    np.testing.assert_array_equal(found.result(values), affine(ROWS, PARAMS))


def test_a_program_can_be_run_again() -> None:
    found = cr.trace(lambda x, y: x * y + 5, 1.0, 1.0)
    program = Program(found.inputs, found.outputs)
    given = [2.0, 3.0]
    assert program(given) == [11.0]
    assert program([4.0, 5.0]) == [25.0]
    assert given == [2.0, 3.0]


def test_values_are_dropped_after_their_last_use() -> None:
    found = layers()
    program = Program(found.inputs, found.outputs)
    dead = [places for *_, places in program._calls]
    assert [len(d) for d in dead] == [1, 1, 1]


def test_outputs_are_kept_though_they_are_used_as_well() -> None:
    x = leaf(name="x")
    square = x * x
    outputs = [square, square + 1, x, square]
    assert run([x], outputs, [3.0]) == [9.0, 10.0, 3.0, 9.0]


def test_an_input_may_be_used_by_nobody() -> None:
    x, y = leaf(), leaf()
    assert run([x, y], [y + 1], [1.0, 2.0]) == [3.0]


def test_an_observer_sees_every_gate_and_its_value() -> None:
    seen: list[tuple[str, Any]] = []
    found = layers()
    x = np.array([0.1, 0.2, 0.3])
    program = Program(found.inputs, found.outputs)
    program([x], lambda gate, value: seen.append((gate.op.name, value)))
    assert [name for name, _ in seen] == ["cos", "sin", "exp"]
    np.testing.assert_array_equal(seen[1][1], np.sin(np.cos(x)))


def test_a_program_needs_all_its_inputs() -> None:
    found = cr.trace(affine, ROWS, PARAMS)
    with pytest.raises(UsageError) as caught:
        Program(found.inputs, found.outputs)([ROWS])
    assert str(caught.value) == "the circuit has 3 inputs, got 1"


def test_a_leaf_that_is_no_input() -> None:
    found = cr.trace(affine, ROWS, PARAMS)
    with pytest.raises(UsageError) as caught:
        Program([found.inputs[0], found.inputs[2]], found.outputs)
    assert str(caught.value) == (
        "<leaf params.b float32[2]> is neither an input of the circuit nor computed in it"
    )


def test_a_failing_gate_names_itself() -> None:
    found = cr.trace(affine, ROWS, PARAMS)
    with pytest.raises(UsageError, match=r"matmul of \(4, 3\) and \(2, 3\): the inner sizes"):
        run(found.inputs, found.outputs, [ROWS, PARAMS["b"], PARAMS["w"].T])
