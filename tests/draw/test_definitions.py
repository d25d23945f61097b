"""What a page is told of named gates."""

import chainrule as cr
from chainrule.draw.definitions import definitions
from tests.golden.graphs import two_layers


def seen(f, **leaves):
    graph = cr.Graph(f, **leaves)
    graph.forward()
    return definitions(graph.scene())


def test_what_the_page_knows_is_left_out() -> None:
    assert seen("sigmoid(x) * exp(y)", x=1.0, y=2.0) == {}


def test_a_named_gate_comes_with_its_formula() -> None:
    assert seen("relu(x)", x=1.0) == {"relu": (("x",), ["where", ["less", "x", 0.0], 0.0, "x"])}


def test_settings_belong_to_the_name() -> None:
    found = seen(lambda x: cr.leaky_relu(x, slope=0.25), x=1.0)
    assert found == {
        "leaky_relu slope=0.25": (
            ("x",),
            ["where", ["less", "x", 0.0], ["multiply", 0.25, "x"], "x"],
        )
    }


def test_gates_on_arrays_are_left_out() -> None:
    assert definitions(two_layers().scene()) == {}
