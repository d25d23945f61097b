"""A walk: its steps, what is known at each, and values that are tried."""

import pytest

from chainrule.draw.stepping.state import Walk
from tests.golden.graphs import fifty_layers, neuron, softmax_loss


def test_a_walk_opens_at_its_end_and_stays_within_its_ends() -> None:
    walk = Walk(neuron())
    assert walk.number == 17
    assert walk.at_end
    walk.go(99)
    assert walk.number == 17
    walk.go(-1)
    assert walk.number == 0
    assert walk.node is None


def test_what_is_known_grows_with_the_steps() -> None:
    walk = Walk(neuron())
    walk.go(0)
    values, grads = walk.known
    assert (len(values), len(grads)) == (5, 0)
    walk.go(12)
    values, grads = walk.known
    assert (len(values), len(grads)) == (13, 4)
    assert walk.node is not None
    assert walk.node.op == "exp"
    walk.go(17)
    assert walk.known == ({w.id for w in walk.scene.wires},) * 2


def test_in_the_end_everything_is_known_also_around_closed_boxes() -> None:
    walk = Walk(fifty_layers())
    values, grads = walk.known
    assert {w.id for w in walk.scene.wires if w.value is not None} <= values
    assert {w.id for w in walk.scene.wires if w.grad is not None} <= grads


def test_values_are_tried_on_the_engine() -> None:
    walk = Walk(neuron())
    assert walk.leaves == ["w0", "x0", "w1", "x1", "w2"]
    assert walk.try_text("w0", "-1.5") == ""
    assert walk.value("w0") == -1.5
    assert walk.graph.output.value == pytest.approx(0.9890130573694068, rel=1e-15)
    assert walk.number == 17


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("x", "[1,2]", "x has shape (4,), the new value (2,)"),
        ("x", "[1,2", "a ']' or a comma is missing here"),
        ("x", "", "a number is missing here"),
    ],
)
def test_what_is_no_value_changes_nothing(name: str, text: str, wrong: str) -> None:
    walk = Walk(softmax_loss())
    before = walk.graph.output.value
    assert walk.try_text(name, text) == wrong
    assert walk.graph.output.value == before
