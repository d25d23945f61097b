"""From a function or a text to a circuit."""

from typing import Any

import numpy as np
import pytest

from chainrule.errors import DtypeError
from chainrule.explain.circuit import as_array, as_function, as_value, circuit_of


def test_texts_become_functions_of_named_arguments() -> None:
    f, title = as_function(" x*y ")
    assert title == "x*y"
    assert f(x=2.0, y=3.0) == 6.0


def test_lists_of_numbers_are_arrays_and_lists_of_arrays_are_not() -> None:
    assert as_array([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    arrays = [np.ones(2), np.ones(3)]
    assert as_array(arrays) is arrays
    ragged = [[1.0], [1.0, 2.0]]
    assert as_array(ragged) is ragged
    assert as_array((1.0, 2.0)) == (1.0, 2.0)


def test_values() -> None:
    assert as_value(3, "x").dtype == np.float64
    assert as_value(np.float32(3), "x").dtype == np.float64
    assert as_value(np.array([1, 2]), "x").dtype.kind == "i"
    with pytest.raises(DtypeError, match="x must hold real numbers, got <U1"):
        as_value(np.array(["a"]), "x")


def test_leaves_are_in_the_order_of_the_arguments() -> None:
    def f(z: Any, a: Any) -> Any:
        return z["w"] * a

    circuit = circuit_of(f, {"z": {"w": 1.0, "b": 2.0}, "a": 3.0}, None)
    assert list(circuit.leaves) == ["z.b", "z.w", "a"]
    assert circuit.root.op is not None
