import pytest

import chainrule as cr
from chainrule.explain.scene.symbols import digits, is_number, symbol
from chainrule.graph.node import ConstantNode


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("x + 1", "+1"),
        ("1 + x", "+1"),
        ("x + (-2)", "−2"),
        ("x - 3", "−3"),
        ("3 - x", "3−x"),
        ("x - (-3)", "+3"),
        ("2 * x", "×2"),
        ("x / 4", "÷4"),
        ("1 / x", "1/x"),
        ("x ^ 2", "x²"),
        ("x ^ (-1)", "x⁻¹"),
        ("x ^ 0.5", "x^0.5"),
        ("2 ^ x", "2ˣ"),
        ("-x", "×−1"),
        ("max(x, 0)", "max(x, 0)"),
        ("exp(x)", "exp"),
        ("sigmoid(x)", "σ"),
        ("sqrt(x)", "√x"),
        ("abs(x)", "|x|"),
        ("x * x", "×"),
        ("x / x", "÷"),
    ],
)
def test_constants_are_folded_into_the_gate(expression, written):
    graph = cr.Graph(expression, x=1.5)
    assert symbol(graph.output) == written


def test_an_index_is_written_as_python_does():
    assert symbol(cr.Graph(lambda x: x[0, 1:], x=[[1.0, 2.0], [3.0, 4.0]]).output) == "[0, 1:]"


def test_numbers_are_short_and_have_a_true_minus():
    assert [digits(v) for v in (2.0, -0.5, 1e-8, 0.123456, True, float("-inf"))] == [
        "2", "−0.5", "1e−8", "0.1235", "true", "−∞",
    ]  # fmt: skip


def test_only_constants_without_axes_are_numbers():
    assert is_number(ConstantNode(2.0))
    assert not is_number(ConstantNode([2.0]))
    assert not is_number(cr.Graph("x*x", x=1.0).leaves[0].node)
