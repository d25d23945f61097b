"""Values for the variables of an expression, as typed on a command line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.errors import ExpressionError
from chainrule.explain.expression import parse
from chainrule.explain.values import bind_values

LINE = parse("w0*x + bias", [])
HOW = "write a number, as in x=1.5, or an array, as in x=[1,2,3]"
SPACES = "write name and value without spaces around the '=', as in"
DECIMALS = "decimals have a point, as in x=1.5; arrays have brackets, as in x=[1,2,3]"
NUMBERS = "a value is a number, not an expression, as in x=0.5"
ROWS = "all rows of an array have the same length"


def test_numbers() -> None:
    values = bind_values(["x=-1", " w0 = .5 ", "bias=−2e-1"], LINE)
    assert values == {"x": -1.0, "w0": 0.5, "bias": -0.2}
    assert all(type(v) is float for v in values.values())


def test_arrays() -> None:
    values = bind_values(["x=[1,2,3]", "w0= [ [1, 2] ,[3,+4.5e1] ] ", "bias=[-1]"], LINE)
    expected = {"x": [1, 2, 3], "w0": [[1, 2], [3, 45]], "bias": [-1]}
    for name, array in expected.items():
        assert isinstance(values[name], np.ndarray)
        assert values[name].dtype == np.float64
        np.testing.assert_array_equal(values[name], array)


def test_unicode_names() -> None:
    assert bind_values(["α=1", "w₀=2"], parse("α*w₀", [])) == {"α": 1.0, "w₀": 2.0}


@pytest.mark.parametrize(
    ("written", "position", "message", "hint"),
    [
        ("x", 0, "this is not name=value", f"{SPACES} x=1.5"),
        ("=2", 0, "this is not name=value", f"{SPACES} x=1.5"),
        ("2=2", 0, "this is not name=value", HOW),
        ("2", 0, "this is not name=value", "say which variable it is for, as in x=2"),
        ("x:1", 0, "this is not name=value", HOW),
        ("x=1,5", 3, "',5' follows the value", DECIMALS),
        ("x=1/2", 3, "'/2' follows the value", NUMBERS),
        ("x=2*3", 3, "'*3' follows the value", NUMBERS),
        ("w1=2", 0, "the expression has no w1", "known names: bias, w0, x"),
        ("bais=2", 0, "the expression has no bais", "did you mean 'bias'?"),
        ("pi=3", 0, "pi is a constant and takes no value", "use another name"),
        ("x=abc", 2, "'abc' is not a number", HOW),
        ("x=nan", 2, "'nan' is not a number", HOW),
        ("x=0x10", 2, "'0x10' is not a number", HOW),
        ("x=", 2, "a number is missing here", HOW),
        ("x=[]", 3, "a number is missing here", HOW),
        ("x=[1,]", 5, "a number is missing here", HOW),
        ("x=[1,y]", 5, "'y' is not a number", HOW),
        ("x=1,2", 3, "',2' follows the value", DECIMALS),
        ("x=1 2", 4, "'2' follows the value", HOW),
        ("x=[1]]", 5, "']' follows the value", HOW),
        ("x=[1,2", 6, "a ']' or a comma is missing here", HOW),
        ("x=[1 2]", 5, "a ']' or a comma is missing here", HOW),
        ("x=[[1,2],[3]]", 9, "this entry has shape (1,), the first one (2,)", ROWS),
        ("x=[1,[2]]", 5, "this entry has shape (1,), the first one ()", ROWS),
        ("x=[1,1e999]", 5, "this number is too large", "the largest is about 1.8e308"),
        ("x=" + "[" * 33, 35, "an array has at most 32 dimensions", HOW),
    ],
)
def test_refuses(written: str, position: int, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as error:
        bind_values([written], LINE)
    assert str(error.value) == f"{message}\n  {written}\n  {' ' * position}^\nhint: {hint}"


def test_duplicate_value() -> None:
    with pytest.raises(ExpressionError) as error:
        bind_values(["x=1", "x=2"], LINE)
    assert str(error.value) == "x has a value already\n  x=2\n  ^"


def test_missing_values_point_to_the_first_use() -> None:
    with pytest.raises(ExpressionError) as error:
        bind_values(["w0=1"], LINE)
    assert str(error.value) == (
        "no value for x, bias\n"
        "  w0*x + bias\n"
        "     ^\n"
        "hint: give values after the expression: x=1 bias=1"
    )


def test_value_for_an_expression_without_variables() -> None:
    with pytest.raises(ExpressionError) as error:
        bind_values(["x=1"], parse("1+1", []))
    assert str(error.value) == (
        "the expression has no x\n  x=1\n  ^\nhint: the expression has no variables"
    )


@given(st.one_of(st.text(max_size=20), st.text("[],1.e- ", max_size=20)))
def test_any_text_is_read_or_refused(written: str) -> None:
    refusal = None
    try:
        bind_values([f"x={written}"], parse("x", []))
    except ExpressionError as error:
        refusal = error
    assert refusal is None or 0 <= refusal.position <= len(written) + 2
