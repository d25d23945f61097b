"""The circuit's tables, from wide to narrow."""

import chainrule as cr
from chainrule.draw.circuit import explanation, gate_table, text, title
from chainrule.draw.terminal import plain_text


def graph() -> cr.Graph:
    g = cr.Graph("(x+y)*z", x=-2.0, y=5.0, z=-4.0)
    g.forward()
    g.backward()
    return g


def test_the_title_has_formula_result_and_values() -> None:
    assert plain_text(title(graph())) == "f = (x + y) × z = −12\nat x = −2, y = 5, z = −4"


def test_tables_give_up_roles_first_and_then_columns() -> None:
    wide, middle, narrow = (plain_text(gate_table(graph(), w), w) for w in (80, 60, 40))
    assert "switcher" in wide.split("\n")[3]
    assert middle.startswith("gate")
    assert "switcher" not in middle
    assert narrow.startswith(
        "v1 = x + y   distributor\n  value  3\n  g      −4\n  to x   1 × g = −4"
    )


def test_functions_too_long_to_write_out_are_called() -> None:
    def deep(x: object, y: object) -> object:
        for _ in range(60):
            x = x * y  # type: ignore[operator]
        return x + 1  # type: ignore[operator]

    assert plain_text(title(cr.Graph(deep, x=1.0, y=1.0))).startswith("f = deep(x, y)\n")


def test_a_graph_prints_its_table() -> None:
    assert text(graph()) == repr(graph())
    assert "Backward, from the output" in plain_text(explanation(graph(), 80))


def test_the_gate_where_values_stop_being_finite_is_named() -> None:
    graph = cr.Graph("2*log(x)", x=-1.0)
    graph.forward()
    graph.backward()
    said = plain_text(explanation(graph, 80))
    assert "v1 = log(x) is the first that is not finite: NaN from x = −1" in said
