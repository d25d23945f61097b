"""What gates are called."""

from typing import Any

from chainrule.explain.naming import gate_names, short_labels
from chainrule.graph.node import ancestors, leaf


def circuit(x: Any) -> Any:
    q = x + 1
    q = q * 2
    return q - x * 3


def test_variables_then_ops_and_numbers() -> None:
    names = gate_names(ancestors(circuit(leaf(name="x"))), ["x"])
    assert list(names.values()) == ["q", "q#2", "multiply#1", "subtract#1"]
    assert list(short_labels(names, ["x"]).values()) == ["q", "q2", "v3", "f"]
    assert list(short_labels(names, ["x", "q2"]).values())[1] == "q_2"


def test_variables_assigned_again_get_words_of_their_own() -> None:
    gates = {object(): name for name in ("h", "h1", *(f"h#{i}" for i in range(2, 13)), "h1#2")}
    labels = list(short_labels(gates, []).values())
    assert labels[-2:] == ["h12", "h1_2"]
    assert len(set(labels)) == len(labels)


def test_names_that_are_taken() -> None:
    names = gate_names(ancestors(circuit(leaf(name="x"))), {"q": 1})
    assert list(names.values())[:2] == ["q#2", "q#3"]


def test_the_place_that_asked_names_nothing() -> None:
    result = leaf(name="x") + 1
    assert list(gate_names([result]).values()) == ["result"]
    assert list(gate_names([result], outside=result.place).values()) == ["add#1"]
    assert gate_names([leaf()]) == {}
    assert short_labels({}, []) == {}
