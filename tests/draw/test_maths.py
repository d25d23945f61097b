"""Expression trees as plain text, Unicode and LaTeX."""

import math

import pytest

from chainrule.draw.maths import latex, text, typed, unicode
from chainrule.draw.notation import tidy
from chainrule.graph.formula import ARITY, Apply, Expression, Number, Symbol, maths, symbols

m = maths
x, y, z = Symbol("x"), Symbol("y"), Symbol("z")
w0, x0 = Symbol("w0"), Symbol("x0")


@pytest.mark.parametrize(
    ("expr", "plain", "signs", "tex"),
    [
        (x + y + z, "x + y + z", "x + y + z", "x + y + z"),
        (x + (y + z), "x + (y + z)", "x + (y + z)", "x + y + z"),
        (x - (y - z), "x - (y - z)", "x − (y − z)", r"x - \left(y - z\right)"),
        (x + -y, "x - y", "x − y", "x - y"),
        (x + -2.0, "x - 2", "x − 2", "x - 2"),
        (x - -y, "x - -y", "x − (−y)", r"x - \left(-y\right)"),
        (x * -2, "x * -2", "x × (−2)", r"x \cdot \left(-2\right)"),
        (maths.negative(-x), "--x", "−(−x)", r"-\left(-x\right)"),
        (-x * y, "-x * y", "−x × y", "-x y"),
        (-(x * y), "-(x * y)", "−(x × y)", "-x y"),
        (-(x + y), "-(x + y)", "−(x + y)", r"-\left(x + y\right)"),
        (w0 * x0 + 2, "w0 * x0 + 2", "w0 × x0 + 2", "w_{0} x_{0} + 2"),
        (2 * x, "2 * x", "2 × x", "2 x"),
        (x * 2, "x * 2", "x × 2", r"x \cdot 2"),
        (x * (2 * y), "x * (2 * y)", "x × (2 × y)", r"x \cdot 2 y"),
        (2 * (x + y), "2 * (x + y)", "2 × (x + y)", r"2 \left(x + y\right)"),
        (x * (x + y), "x * (x + y)", "x × (x + y)", r"x \cdot \left(x + y\right)"),
        (x / y / z, "x / y / z", "x / y / z", r"\frac{\frac{x}{y}}{z}"),
        (x / (y * z), "x / (y * z)", "x / (y × z)", r"\frac{x}{y z}"),
        ((x + 1) / 2, "(x + 1) / 2", "(x + 1) / 2", r"\frac{x + 1}{2}"),
        (x**2, "x ** 2", "x²", "x^{2}"),
        (x**-1, "x ** -1", "x⁻¹", "x^{-1}"),
        (x**0.5, "x ** 0.5", "x^0.5", "x^{0.5}"),
        (x**-y, "x ** -y", "x^(−y)", "x^{-y}"),
        (x**y**z, "x ** y ** z", "x^y^z", "x^{y^{z}}"),
        ((x**y) ** z, "(x ** y) ** z", "(x^y)^z", r"\left(x^{y}\right)^{z}"),
        (Number(-2) ** x, "(-2) ** x", "(−2)^x", r"\left(-2\right)^{x}"),
        ((-x) ** 2, "(-x) ** 2", "(−x)²", r"\left(-x\right)^{2}"),
        (-(x**2), "-x ** 2", "−x²", "-x^{2}"),
        ((x / y) ** 2, "(x / y) ** 2", "(x / y)²", r"\left(\frac{x}{y}\right)^{2}"),
        (m.sqrt(x), "sqrt(x)", "√x", r"\sqrt{x}"),
        (m.sqrt(x + 1) ** 2, "sqrt(x + 1) ** 2", "(√(x + 1))²", r"\sqrt{x + 1}^{2}"),
        (m.exp(-x), "exp(-x)", "exp(−x)", "e^{-x}"),
        (m.exp(x) ** 2, "exp(x) ** 2", "exp(x)²", r"\left(e^{x}\right)^{2}"),
        (m.log(x) ** 2, "log(x) ** 2", "log(x)²", r"\left(\log\left(x\right)\right)^{2}"),
        (y * m.sin(x), "y * sin(x)", "y × sin(x)", r"y \sin\left(x\right)"),
        (abs(x), "abs(x)", "abs(x)", r"\left|x\right|"),
        (m.floor(x), "floor(x)", "floor(x)", r"\left\lfloor x \right\rfloor"),
        (m.ceil(x), "ceil(x)", "ceil(x)", r"\left\lceil x \right\rceil"),
        (m.maximum(x, 0), "maximum(x, 0)", "max(x, 0)", r"\max\left(x, 0\right)"),
        (m.minimum(x, y), "minimum(x, y)", "min(x, y)", r"\min\left(x, y\right)"),
        (m.expm1(x), "expm1(x)", "expm1(x)", "e^{x} - 1"),
        (m.log1p(-x), "log1p(-x)", "log1p(−x)", r"\log\left(1 - x\right)"),
        (m.log2(x), "log2(x)", "log2(x)", r"\log_{2}\left(x\right)"),
        (m.erf(x), "erf(x)", "erf(x)", r"\operatorname{erf}\left(x\right)"),
        (m.gammaln(x), "gammaln(x)", "gammaln(x)", r"\log\Gamma\left(x\right)"),
        (m.digamma(x), "digamma(x)", "digamma(x)", r"\psi\left(x\right)"),
        (Apply("sigmoid", (x,)), "sigmoid(x)", "σ(x)", r"\sigma\left(x\right)"),
        (
            Apply("leaky_relu", (x, y)),
            "leaky_relu(x, y)",
            "leaky_relu(x, y)",
            r"\operatorname{leaky\_relu}\left(x, y\right)",
        ),
        (x <= 0, "x <= 0", "x ≤ 0", r"x \le 0"),
        (m.not_equal(x, y), "x != y", "x ≠ y", r"x \ne y"),
        (
            m.where(x < 0, 0.1 * x, x),
            "where(x < 0, 0.1 * x, x)",
            "where(x < 0, 0.1 × x, x)",
            r"\begin{cases}0.1 x & \text{if } x < 0 \\ x & \text{otherwise}\end{cases}",
        ),
        (
            1 / (1 + m.exp(-x)),
            "1 / (1 + exp(-x))",
            "1 / (1 + exp(−x))",
            r"\frac{1}{1 + e^{-x}}",
        ),
        (2 * m.pi * x, "2 * pi * x", "2 × π × x", r"2 \pi x"),
        (-m.pi + m.e, "-pi + e", "−π + e", "-\\pi + e"),
        (m.inf, "inf", "∞", r"\infty"),
        (-m.inf, "-inf", "−∞", r"-\infty"),
    ],
)
def test_notations(expr: Expression, plain: str, signs: str, tex: str) -> None:
    assert (text(expr), unicode(expr), latex(expr)) == (plain, signs, tex)


@pytest.mark.parametrize(
    ("value", "plain", "tex"),
    [
        (2, "2", "2"),
        (2.0, "2", "2"),
        (-2.5, "-2.5", "-2.5"),
        (0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"),
        (1e-8, "1e-8", "10^{-8}"),
        (-1.5e-8, "-1.5e-8", r"-1.5 \cdot 10^{-8}"),
        (1e22, "1e22", "10^{22}"),
        (12345678.0, "12345678", "12345678"),
        (math.nan, "nan", "nan"),
    ],
)
def test_numbers(value: float, plain: str, tex: str) -> None:
    assert (text(Number(value)), latex(Number(value))) == (plain, tex)


def test_a_number_with_an_exponent_is_a_product() -> None:
    assert latex(Number(1e-8) ** 2) == r"\left(10^{-8}\right)^{2}"
    assert latex(Number(1e-8) * x) == "10^{-8} x"


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("x", "x"),
        ("x1", "x_{1}"),
        ("w12", "w_{12}"),
        ("w_ij", r"w_{\mathrm{ij}}"),
        ("x_i_j", "x_{i, j}"),
        ("w₀", "w_{0}"),
        ("alpha", r"\alpha"),
        ("α", r"\alpha"),
        ("Theta", r"\Theta"),
        ("lambda_", r"\lambda"),
        ("beta_1", r"\beta_{1}"),
        ("beta1", r"\beta_{1}"),
        ("m_hat", r"\hat{m}"),
        ("y_hat_i", r"\hat{y}_{i}"),
        ("sigma_max", r"\sigma_{\mathrm{max}}"),
        ("loss", r"\mathrm{loss}"),
        ("größe", r"\mathrm{größe}"),
        ("_", r"\_"),
    ],
)
def test_names_in_latex(name: str, tex: str) -> None:
    assert latex(Symbol(name)) == tex


def test_tidy_leaves_other_signs_alone() -> None:
    assert tidy(x - -y) == x - -y
    assert tidy(-Number(2) + x) == Number(-2) + x
    assert tidy(x + -(y * z)) == x - y * z


@pytest.mark.parametrize("name", sorted(ARITY))
def test_every_function_of_formulas_is_written(name: str) -> None:
    expr = Apply(name, (x, y, z)[: ARITY[name]])
    for notation in (text, unicode, latex):
        written = notation(expr)
        assert all(symbol in written for symbol in symbols(expr))
        assert "#" not in written


def test_long_sums_are_written() -> None:
    total: Expression = x
    for _ in range(3_000):
        total = total + x
    assert text(total) == latex(total) == unicode(total) == " + ".join(["x"] * 3_001)


@pytest.mark.parametrize(
    ("expr", "written"),
    [
        (2 / x, "2/x"),
        (3 * x**2 * m.exp(x**3), "3*x^2*exp(x^3)"),
        (x - 2 * (y + 1), "x - 2*(y + 1)"),
        (Number(-1) / x**2, "-1/x^2"),
        (x / (2 * y), "x/(2*y)"),
        (m.where(x > 0, 1, 0), "[x > 0]"),
        (m.where(x > 0, x, 0), "where(x > 0, x, 0)"),
        (Apply("getitem", (x, Symbol("0, 1:"))), "x[0, 1:]"),
        (Apply("array", (Number(1), Number(2))), "[1, 2]"),
    ],
)
def test_as_people_type_it(expr: Expression, written: str) -> None:
    assert typed(expr) == written


@pytest.mark.parametrize(
    ("expr", "signs", "tex"),
    [
        (m.where(x > 0, 1, 0), "[x > 0]", r"\left[x > 0\right]"),
        (Apply("matmul", (x, y)), "x @ y", r"x \, y"),
        (Apply("hadamard", (x, y)), "x ∘ y", r"x \circ y"),
        (Apply("transpose", (x * y,)), "(x × y)ᵀ", r"\left(x y\right)^{\top}"),
        (Apply("matrix_transpose", (x,)), "xᵀ", r"x^{\top}"),
        (Apply("sum", (x,)), "sum(x)", r"\sum x"),
        (
            Apply("sum", (x, Symbol("axis=0"))),
            "sum(x, axis=0)",
            r"\operatorname{sum}\left(x, \text{axis=0}\right)",
        ),
        (Apply("norm", (x,)), "‖x‖", r"\left\lVert x \right\rVert"),
        (Apply("inv", (x,)), "inv(x)", "x^{-1}"),
        (Apply("getitem", (x, Symbol("0, 1:"))), "x[0, 1:]", r"x\left[\text{0, 1:}\right]"),
        (Apply("getitem", (x, y, Symbol("index=()"))), "x[…]", r"x\left[\ldots\right]"),
        (Apply("array", (Number(1), Number(2))), "[1, 2]", r"\left[1, 2\right]"),
        (
            Apply("constant", (Number(5), Number(9))),
            "5×9 constant",
            r"5 \times 9\text{ constant}",
        ),
        (-x / y, "−x / y", r"-\frac{x}{y}"),
        (y + -x / y, "y + (−x / y)", r"y - \frac{x}{y}"),
        (Symbol("a_%"), "a_%", r"\text{a\_\%}"),
    ],
)
def test_arrays_choices_and_signs(expr: Expression, signs: str, tex: str) -> None:
    assert (unicode(expr), latex(expr)) == (signs, tex)
