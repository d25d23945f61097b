"""The cells of a gate's rows."""

import chainrule as cr
from chainrule.draw.cells import Cell, gate_cells, local_texts


def test_one_row_for_each_operand_that_gets_a_gradient() -> None:
    g = cr.Graph("2*x + y", x=3.0, y=1.0)
    g.forward()
    g.backward()
    rows = [[cell.written for cell in row] for view in g.gates for row in gate_cells(view, 4)]
    assert rows == [
        ["v1 = 2 × x", "6", "2", "1", "2", "→ x", "scaler"],
        ["f = v1 + y", "7", "1", "1", "1", "→ v1", "distributor"],
        ["", "", "1", "1", "1", "→ y", ""],
    ]


def test_cells_are_blank_before_their_pass() -> None:
    g = cr.Graph("x*y", x=3.0, y=1.0)
    assert [cell.written for cell in gate_cells(g.output, 4)[0]][1:5] == ["", "", "", ""]
    g.forward()
    assert [cell.written for cell in gate_cells(g.output, 4)[0]][1:5] == ["3", "1", "", ""]


def test_a_product_with_a_constant_only_scales() -> None:
    assert cr.Graph("3*x", x=1.0).output.role_here == "scaler"
    assert cr.Graph("y*x", x=1.0, y=1.0).output.role_here == "switcher"
    assert cr.Graph("x*x", x=1.0).output.role_here == "switcher"


def test_gates_that_mix_entries_show_their_rule() -> None:
    g = cr.Graph("sum(W@x)", W=[[1.0, 2.0]], x=[1.0, 2.0])
    g.forward()
    assert [local_texts(view, 4) for view in g.gates] == [["g @ xᵀ", "Wᵀ @ g"], ["g to each entry"]]


def test_numbers_of_a_column_are_aligned() -> None:
    column = Cell.column([Cell("−2", "forward"), Cell("0.5", "forward")])
    assert [text.plain for text in column] == ["−2  ", " 0.5"]
