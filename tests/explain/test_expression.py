"""The parser of expressions: what it understands, and what it says when it does not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.draw.maths import text, unicode
from chainrule.draw.notation import tidy
from chainrule.errors import ExpressionError, UsageError
from chainrule.explain.expression import USUAL, Parsed, Span, parse
from chainrule.graph.formula import (
    NUMPY,
    Apply,
    Expression,
    Number,
    Symbol,
    apply,
    evaluate,
    postorder,
    substitute,
)

FUNCTIONS = {
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "abs": 1,
    "max": 1,
    "arcsin": 1,
    "sigmoid": 1,
    "maximum": 2,
    "minimum": 2,
    "power": 2,
    "concatenate": -1,
}


def tree(written: str) -> str:
    return repr(parse(written, FUNCTIONS).tree)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1", "1.0"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("2.", "2.0"),
        ("1e-3", "0.001"),
        ("2E+2", "200.0"),
        ("x", "x"),
        ("w_0", "w_0"),
        ("w₀", "w₀"),
        ("größe*α", "multiply(größe, α)"),
        ("pi + π", f"add({math.pi}, {math.pi})"),
        ("e", f"{math.e}"),
        ("inf - ∞", "subtract(inf, inf)"),
        ("a + b - c", "subtract(add(a, b), c)"),
        ("a / b * c", "multiply(divide(a, b), c)"),
        ("a + b * c", "add(a, multiply(b, c))"),
        ("(a + b) * c", "multiply(add(a, b), c)"),
        ("a × b · c ⋅ d ÷ f", "divide(multiply(multiply(multiply(a, b), c), d), f)"),
        ("a − b", "subtract(a, b)"),
        ("a^b**c", "power(a, power(b, c))"),
        ("-x^2", "negative(power(x, 2.0))"),
        ("-2^2", "negative(power(2.0, 2.0))"),
        ("-2²", "negative(power(2.0, 2.0))"),
        ("-x*y", "multiply(negative(x), y)"),
        ("-2*x", "multiply(-2.0, x)"),
        ("(-2)^x", "power(-2.0, x)"),
        ("2^-1", "power(2.0, -1.0)"),
        ("2^-x^y", "power(2.0, negative(power(x, y)))"),
        ("2^-x*y", "multiply(power(2.0, negative(x)), y)"),
        ("x - -y", "subtract(x, negative(y))"),
        ("--x", "negative(negative(x))"),
        ("-pi", f"{-math.pi}"),
        ("-e*x", f"multiply({-math.e}, x)"),
        ("+x + +1", "add(x, 1.0)"),
        ("x² + y⁻¹⁰", "add(power(x, 2.0), power(y, -10.0))"),
        ("x^y²", "power(x, power(y, 2.0))"),
        ("(x+1)²", "power(add(x, 1.0), 2.0)"),
        ("√x²", "power(sqrt(x), 2.0)"),
        ("-√(x+1)", "negative(sqrt(add(x, 1.0)))"),
        ("exp(-(x))", "exp(negative(x))"),
        ("-exp(x)^2", "negative(power(exp(x), 2.0))"),
        ("maximum(x, y+1)", "maximum(x, add(y, 1.0))"),
        ("max(x, y) * min(x, y)", "multiply(maximum(x, y), minimum(x, y))"),
        ("max(x)", "max(x)"),
        ("ln(x) + asin(x)", "add(log(x), arcsin(x))"),
        ("pow(x, 2)", "power(x, 2.0)"),
        ("sigma(x) + σ(x)", "add(sigmoid(x), sigmoid(x))"),
        ("sigma * exp", "multiply(sigma, exp)"),
        ("concatenate(a, b, c)", "concatenate(a, b, c)"),
        (" x\n +\ty ", "add(x, y)"),
        ("exp (x)", "exp(x)"),
    ],
)
def test_understands(written: str, meant: str) -> None:
    assert tree(written) == meant


@pytest.mark.parametrize(
    ("written", "position", "message", "hint"),
    [
        ("x +", 3, "a number or a name is missing after '+'", ""),
        ("x +  ", 3, "a number or a name is missing after '+'", ""),
        ("* x", 0, "a number or a name is missing at the start, before '*'", ""),
        ("x * / y", 4, "a number or a name is missing after '*' and before '/'", ""),
        ("exp(x,)", 6, "a number or a name is missing after ',' and before ')'", ""),
        ("exp(,x)", 4, "a number or a name is missing after '(' and before ','", ""),
        ("²", 0, "a number or a name is missing at the start", ""),
        ("x + ()", 4, "these parentheses are empty", ""),
        ("1 + exp()", 4, "exp takes 1 argument, got 0", ""),
        ("1 + exp(x, y)", 4, "exp takes 1 argument, got 2", ""),
        ("ln(x, y)", 0, "ln takes 1 argument, got 2", ""),
        ("maximum(a)", 0, "maximum takes 2 arguments, got 1", ""),
        ("min(a)", 0, "min takes 2 arguments, got 1", ""),
        ("concatenate()", 0, "concatenate takes at least 1 argument, got 0", ""),
        ("max(a,b,c)", 0, "max takes 2 arguments, got 3", "nest them: max(a, max(b, c))"),
        ("2x", 1, "'2' and 'x' stand side by side", "for a product write 2*x"),
        ("x³y", 2, "'³' and 'y' stand side by side", "for a product write x³*y"),
        ("2(x+1)", 1, "'2' and '(' stand side by side", "for a product write 2*(...)"),
        ("(x)(y)", 3, "')' and '(' stand side by side", "for a product write (...)*(...)"),
        (
            "exp x",
            4,
            "'exp' and 'x' stand side by side",
            "a function's argument stands in parentheses: exp(x)",
        ),
        (
            "1.2.3",
            3,
            "'1.2' and '.3' stand side by side",
            "a number has one decimal point and no spaces",
        ),
        ("x + y)", 5, "this ')' closes nothing", "remove it, or add a '(' before it"),
        ("1/(1+exp(x)", 2, "this '(' is never closed", ""),
        ("1 + exp (x", 8, "this '(' is never closed", ""),
        (
            "1,5 * x",
            1,
            "this comma stands outside of a function's arguments",
            "decimals have a point: 1.5",
        ),
        (
            "exp((x, y))",
            6,
            "this comma stands outside of a function's arguments",
            "as in max(x, y)",
        ),
        ("expp(x)", 0, "unknown function 'expp'", "did you mean 'exp'?"),
        ("sigmma(x)", 0, "unknown function 'sigmma'", "did you mean 'sigma'?"),
        ("y*w0(2)", 2, "'w0' is not a function", "for a product write w0*(...)"),
        ("rate + rate(y)", 7, "'rate' is not a function", "for a product write rate*(...)"),
        ("pi(2)", 0, "'pi' is not a function", "for a product write pi*(...)"),
        (
            "x # y",
            2,
            "'#' does not belong in an expression",
            "an expression has numbers, names, + - * / ^ ( ) and commas",
        ),
        (
            "x + ½",
            4,
            "'½' does not belong in an expression",
            "an expression has numbers, names, + - * / ^ ( ) and commas",
        ),
        ("|x|", 0, "'|' does not belong in an expression", "for the absolute value write abs(x)"),
        (
            "f=x",
            1,
            "'=' does not belong in an expression",
            "values are given after the expression, as in x=2",
        ),
        (
            "sum(x, axis=0)",
            11,
            "'=' does not belong in an expression",
            "settings cannot be given in an expression; a function in a file.py can",
        ),
        (
            "a < b",
            2,
            "'<' does not belong in an expression",
            "max, min, abs and relu choose; a function in a file.py can compare",
        ),
        ("x*1e999", 2, "this number is too large", "the largest is about 1.8e308"),
        (
            "lambda*x",
            0,
            "'lambda' is a word of Python, and no name of a variable",
            "write another name, such as lam",
        ),
    ],
)
def test_refuses(written: str, position: int, message: str, hint: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(written, FUNCTIONS)
    expected = f"{message}\n  {written}\n  {' ' * position}^" + (f"\nhint: {hint}" if hint else "")
    assert str(error.value) == expected
    assert (error.value.position, error.value.text) == (position, written)


@pytest.mark.parametrize("blank", ["", "  "])
def test_there_is_nothing_to_point_at_in_nothing(blank: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(blank, FUNCTIONS)
    assert str(error.value) == "the expression is empty\nhint: write something like x*y + 1"


def test_of_many_functions_the_usual_ones_are_named() -> None:
    many = [*USUAL, *(f"f{i}" for i in range(100))]
    with pytest.raises(ExpressionError) as error:
        parse("qqq(x)", many)
    assert error.value.hint == (
        "functions are abs, cos, exp, log, max, mean, relu, sigmoid, sin, softmax, sqrt, sum, tanh "
        "and others"
    )
    with pytest.raises(ExpressionError, match=r"did you mean 'sigmoid'\?"):
        parse("SIGMOID(x)", many)


@pytest.mark.parametrize("repeated", ["(", "-", "exp(", "2^"])
def test_depth_is_limited(repeated: str) -> None:
    with pytest.raises(ExpressionError) as error:
        parse(repeated * 1001 + "x", FUNCTIONS)
    first_line = str(error.value).partition("\n")[0]
    assert first_line == "the expression is nested more than 1000 deep"
    assert error.value.hint == "split it into parts"
    closed = {"(": ")", "exp(": ")"}.get(repeated, "")
    assert parse(repeated * 1000 + "x" + closed * 1000, FUNCTIONS).names == ("x",)


def test_long_sums_have_no_limit() -> None:
    parsed = parse("x" + "+x" * 5_000, FUNCTIONS)
    assert parsed.evaluate({"x": 1.0}, NUMPY) == 5_001


def test_without_arities_any_number_of_arguments_will_do() -> None:
    assert repr(parse("exp(x, y)", ["exp"]).tree) == "exp(x, y)"
    with pytest.raises(ExpressionError, match="exp takes at least 1 argument, got 0"):
        parse("exp()", ["exp"])


def test_names_in_order_of_first_use() -> None:
    parsed = parse("1/(1+exp(-(w0*x0+w1*x1+w2)))", FUNCTIONS)
    assert parsed.names == ("w0", "x0", "w1", "x1", "w2")
    assert parse("2*pi + e", FUNCTIONS).names == ()


def pieces(parsed: Parsed) -> dict[str, str]:
    """Return, for each node, the part of the text it spans, with its mark."""
    spans = {repr(n): parsed.span(n) for n in postorder(parsed.tree)}
    return {k: f"{parsed.text[s.start : s.end]} @{s.mark}" for k, s in spans.items()}


def test_spans() -> None:
    assert pieces(parse("-(a + exp(b))^2 / 3", FUNCTIONS)) == {
        "a": "a @2",
        "b": "b @10",
        "exp(b)": "exp(b) @6",
        "add(a, exp(b))": "a + exp(b) @4",
        "2.0": "2 @14",
        "power(add(a, exp(b)), 2.0)": "(a + exp(b))^2 @13",
        "negative(power(add(a, exp(b)), 2.0))": "-(a + exp(b))^2 @0",
        "3.0": "3 @18",
        "divide(negative(power(add(a, exp(b)), 2.0)), 3.0)": "-(a + exp(b))^2 / 3 @16",
    }
    assert pieces(parse("x² - -1.5", FUNCTIONS)) == {
        "x": "x @0",
        "2.0": "² @1",
        "power(x, 2.0)": "x² @1",
        "-1.5": "-1.5 @5",
        "subtract(power(x, 2.0), -1.5)": "x² - -1.5 @3",
    }


def test_equal_nodes_have_their_own_spans() -> None:
    parsed = parse("x + x", FUNCTIONS)
    assert isinstance(parsed.tree, Apply)
    assert [parsed.span(x) for x in parsed.tree.args] == [Span(0, 1, 0), Span(4, 5, 4)]
    assert parsed.first_use("x") == 0


def test_evaluation_points_to_the_failing_operator() -> None:
    parsed = parse("exp(x) / (y + 1)", FUNCTIONS)

    def divide(a: object, b: object) -> None:
        raise UsageError("divide cannot take shapes (3,) and (2,)", hint="reshape one of them")

    with pytest.raises(ExpressionError) as error:
        parsed.evaluate({"x": np.ones(3), "y": np.ones(2)}, {**NUMPY, "divide": divide})
    assert str(error.value) == (
        "divide cannot take shapes (3,) and (2,)\n"
        "  exp(x) / (y + 1)\n"
        "         ^\n"
        "hint: reshape one of them"
    )
    with pytest.raises(ExpressionError, match="could not be broadcast") as error:
        parsed.evaluate({"x": np.ones(3), "y": np.ones(2)}, NUMPY)
    assert error.value.position == 7


def test_evaluation_points_to_a_name_without_value() -> None:
    with pytest.raises(ExpressionError) as error:
        parse("x + rate", FUNCTIONS).evaluate({"x": 1.0, "late": 2.0}, NUMPY)
    assert str(error.value) == (
        "no value for 'rate' in the formula\n  x + rate\n      ^\nhint: did you mean 'late'?"
    )


def test_the_sigmoid_of_the_lectures() -> None:
    parsed = parse("1/(1+exp(-(w0*x0+w1*x1+w2)))", FUNCTIONS)
    values = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    assert parsed.evaluate(values, NUMPY) == pytest.approx(0.731058578630005, abs=1e-15)


LIKELY = st.text("xye12.0 +-*/^()√²⁻,=|_πσ", max_size=30)
WORDS = ["x", "2", "1e", ".", "exp(", "max(", "(", ")", ",", "+", "-", "**", "^", "²", "√", " "]
FRAGMENTS = st.lists(st.sampled_from(WORDS), max_size=20).map("".join)


def parsed_or_refused(written: str) -> Parsed | ExpressionError:
    try:
        return parse(written, FUNCTIONS)
    except ExpressionError as error:
        return error


@given(st.one_of(st.text(max_size=30), LIKELY, FRAGMENTS))
def test_any_text_is_parsed_or_refused(written: str) -> None:
    outcome = parsed_or_refused(written)
    if isinstance(outcome, ExpressionError):
        assert 0 <= outcome.position <= len(written)
    else:
        for span in map(outcome.span, postorder(outcome.tree)):
            assert 0 <= span.start <= span.mark < span.end <= len(written)


NUMBERS = st.one_of(st.integers(-12, 12), st.floats(allow_nan=False)).map(Number)
SYMBOLS = st.sampled_from(["x", "y", "w0", "x1", "α", "m_hat", "loss"]).map(Symbol)
UNARY = st.sampled_from(["negative", "negative", "exp", "sqrt", "abs", "sigmoid"])
BINARY = st.sampled_from(["add", "subtract", "multiply", "divide", "power", "maximum"])
TREES: st.SearchStrategy[Expression] = st.recursive(
    NUMBERS | SYMBOLS,
    lambda inner: st.builds(apply, UNARY, inner) | st.builds(apply, BINARY, inner, inner),
    max_leaves=12,
)


@given(TREES)
def test_what_is_printed_reads_back_the_same(expr: Expression) -> None:
    for notation in (text, unicode):
        assert parse(notation(expr), FUNCTIONS).tree == tidy(expr), notation(expr)


PYTHON = {"exp": math.exp, "x": 0.7, "y": -1.3, "w0": 2.5}
PLAIN = st.recursive(
    st.integers(0, 3).map(Number) | st.sampled_from(["x", "y", "w0"]).map(Symbol),
    lambda inner: (
        st.builds(apply, st.sampled_from(["add", "subtract", "multiply"]), inner, inner)
        | st.builds(apply, st.sampled_from(["negative", "exp"]), inner)
        | st.builds(lambda base: apply("power", base, 2), inner)
    ),
    max_leaves=6,
)


@given(PLAIN)
def test_text_means_to_python_what_the_tree_means(expr: Expression) -> None:
    values = {name: PYTHON[name] for name in ("x", "y", "w0")}
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        expected = float(evaluate(expr, values, NUMPY))
    if abs(expected) < 1e6:
        code = compile(text(expr), "expression", "eval")
        assert eval(code, dict(PYTHON)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_nothing_of_python_is_reachable() -> None:
    for written in ("__import__('os')", "x.y", "x[0]", "lambda: 1", "__import__(x)", "x if y"):
        with pytest.raises(ExpressionError):
            parse(written, FUNCTIONS)


def test_parsed_nodes_are_all_distinct() -> None:
    parsed = parse("x*x + pi*pi", FUNCTIONS)
    assert len(postorder(parsed.tree)) == 7
    assert substitute(parsed.tree, {}) == parsed.tree
