"""A circuit in the terminal: title, drawing, roles; the table where nothing can be drawn."""

import numpy as np

import chainrule as cr
from chainrule.draw.circuit import explanation, text, title
from chainrule.draw.terminal import plain_text
from tests.golden.graphs import fifty_layers, staged, sum_product

DRAWN = """\
f = (x + y) × z = −12
at x = −2, y = 5, z = −4

    −2.00
[x]───────┐      3.00
    −4.00 ├▸(+)─v1────┐
     5.00 │     −4.00 │     −12.00
[y]───────┘     −4.00 ├▸(×)───────▸f
    −4.00   [z]───────┘       1.00
                 3.00"""


def test_the_title_has_formula_result_and_values() -> None:
    assert plain_text(title(sum_product())) == "f = (x + y) × z = −12\nat x = −2, y = 5, z = −4"


def test_functions_too_long_to_write_out_are_called() -> None:
    def deep(x: object, y: object) -> object:
        for _ in range(60):
            x = x * y  # type: ignore[operator]
        return x + 1  # type: ignore[operator]

    assert plain_text(title(cr.Graph(deep, x=1.0, y=1.0))).startswith("f = deep(x, y)\n")


def test_the_title_tells_the_first_of_many_leaves() -> None:
    shown = plain_text(title(fifty_layers()))
    assert "and 89 more leaves" in shown
    assert len(shown) < 1000


def test_a_graph_prints_its_drawing() -> None:
    assert text(sum_product()) == repr(sum_product()) == DRAWN
    assert "Backward, from the output" in plain_text(explanation(sum_product(), 80))


def test_what_is_not_computed_is_blank() -> None:
    blank = cr.Graph("(x+y)*z", x=-2.0, y=5.0, z=-4.0)
    assert text(blank).split("\n")[2:] == [
        "",
        "    −2.00",
        "[x]───────┐",
        "          ├▸(+)─v1────┐",
        "    5.00  │           │",
        "[y]───────┘     −4.00 ├▸(×)──▸f",
        "            [z]───────┘",
    ]
    blank.forward()
    assert "3.00" in text(blank)
    assert "1.00" not in text(blank)


def test_roles_stand_beside_their_gates() -> None:
    shown = plain_text(explanation(staged(), 100))
    assert "\n  ●         branch       hands the value to every use; backward," in shown
    assert "\n  (σ) (x²)  scaler       scales the upstream gradient" in shown


def test_the_table_on_request_and_where_nothing_can_be_drawn() -> None:
    shown = plain_text(explanation(sum_product(), 80, as_table=True))
    assert "v1 = x + y    3" in shown
    assert "▸" not in shown
    assert "▸" in plain_text(explanation(sum_product(), 30), 30)
    assert "▸" not in plain_text(explanation(sum_product(), 12), 12)


def test_digits() -> None:
    assert "−12.0000" in plain_text(explanation(sum_product(), 80, digits=6))


def test_the_gate_where_values_stop_being_finite_is_named() -> None:
    graph = cr.Graph("2*log(x)", x=-1.0)
    graph.forward()
    graph.backward()
    said = plain_text(explanation(graph, 80))
    assert "v1 = log(x) is the first that is not finite: NaN from x = −1" in said


def test_constant_arrays_go_by_their_names() -> None:
    graph = cr.Graph(lambda x: cr.sum(x * np.array([0.123456, 2.0])), x=[1.0, 2.0])
    graph.forward()
    assert (
        plain_text(title(graph)) == "f = sum(x × c1) = 4.123\nat x = [1, 2]\nwith c1 = [0.1235, 2]"
    )


def test_a_single_leaf_is_no_formula_of_itself() -> None:
    graph = cr.Graph("x", x=3.0)
    graph.forward()
    graph.backward()
    lines = plain_text(explanation(graph, 80)).splitlines()
    assert lines[:2] == ["x = 3", "at x = 3"]
    assert "\n\n\n" not in "\n".join(lines)
