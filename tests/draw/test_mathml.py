"""Expressions as MathML; the same cases are stored for the writer in the browser."""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chainrule.draw.mathml import inner_mathml, mathml, mathml_name
from chainrule.explain.scene.stored import expression_data, read_expression
from chainrule.graph.formula import ARITY, Apply, Expression, Number, Symbol, maths, symbols
from chainrule.graph.registry import OPS
from tests.contract import calls

CASES = Path(__file__).parents[2] / "web" / "cases" / "mathml.json"
m = maths
x, y, w0, W = Symbol("x"), Symbol("y"), Symbol("w0"), Symbol("W")
AXIS = Symbol("axis=(0, -1)")
WRITTEN = [
    (x + y - 1, "<mi>x</mi><mo>+</mo><mi>y</mi><mo>−</mo><mn>1</mn>"),
    (2 * x, "<mn>2</mn><mo>\u2062</mo><mi>x</mi>"),
    (x * 2, "<mi>x</mi><mo>·</mo><mn>2</mn>"),
    (x + Number(-2.5), "<mi>x</mi><mo>−</mo><mn>2.5</mn>"),
    (x / y, "<mfrac><mrow><mi>x</mi></mrow><mrow><mi>y</mi></mrow></mfrac>"),
    (-x / y, "<mo>−</mo><mfrac><mrow><mi>x</mi></mrow><mrow><mi>y</mi></mrow></mfrac>"),
    (Number(-1) / x, "<mo>−</mo><mfrac><mrow><mn>1</mn></mrow><mrow><mi>x</mi></mrow></mfrac>"),
    (
        w0**2,
        "<msup><mrow><msub><mi>w</mi><mn>0</mn></msub></mrow><mrow><mn>2</mn></mrow></msup>",
    ),
    (m.exp(-x), "<msup><mi>e</mi><mrow><mo>−</mo><mi>x</mi></mrow></msup>"),
    (m.sqrt(x), "<msqrt><mi>x</mi></msqrt>"),
    (abs(x), "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>"),
    (
        m.where(x > 0, 1, 0),
        "<mrow><mo>[</mo><mi>x</mi><mo>&gt;</mo><mn>0</mn><mo>]</mo></mrow>",
    ),
    (
        m.where(x < 0, -x, x),
        "<mrow><mo>{</mo><mtable><mtr><mtd><mo>−</mo><mi>x</mi></mtd><mtd><mtext>if </mtext>"
        "<mi>x</mi><mo>&lt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mi>x</mi></mtd><mtd>"
        "<mtext>otherwise</mtext></mtd></mtr></mtable></mrow>",
    ),
    (
        m.maximum(x, 0),
        "<mi>max</mi><mo>\u2061</mo>"
        "<mrow><mo>(</mo><mi>x</mi><mo>,</mo><mn>0</mn><mo>)</mo></mrow>",
    ),
    (
        m.log2(x),
        "<msub><mi>log</mi><mn>2</mn></msub><mo>\u2061</mo>"
        "<mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow>",
    ),
    (Number(-1.5e-8), "<mo>−</mo><mn>1.5</mn><mo>·</mo>"
     "<msup><mn>10</mn><mrow><mo>−</mo><mn>8</mn></mrow></msup>"),
    (2 * m.pi, "<mn>2</mn><mo>\u2062</mo><mi>π</mi>"),
    (m.inf, "<mi>∞</mi>"),
    (Symbol("loss") * Symbol("rate"), "<mi>loss</mi><mo>·</mo><mi>rate</mi>"),
    (
        Apply("matmul", (W, Apply("transpose", (x,)))),
        "<mi>W</mi><mo>\u2062</mo><msup><mrow><mi>x</mi></mrow><mrow><mo>⊤</mo></mrow></msup>",
    ),
    (Apply("sum", (W,)), "<mo>∑</mo><mi>W</mi>"),
    (
        Apply("sum", (W, AXIS)),
        "<mi>sum</mi><mo>\u2061</mo><mrow><mo>(</mo><mi>W</mi><mo>,</mo>"
        "<mtext>axis=(0, -1)</mtext><mo>)</mo></mrow>",
    ),
    (
        Apply("getitem", (W, Symbol("0, 1:"))),
        "<mi>W</mi><mo>[</mo><mtext>0, 1:</mtext><mo>]</mo>",
    ),
    (
        Apply("array", (Number(1), Number(-2))),
        "<mrow><mo>[</mo><mn>1</mn><mo>,</mo><mo>−</mo><mn>2</mn><mo>]</mo></mrow>",
    ),
    (Apply("constant", (Number(5), Number(10))), "<mn>5</mn><mo>×</mo><mn>10</mn>"
     "<mtext> constant</mtext>"),
    (Apply("hadamard", (x, y)), "<mi>x</mi><mo>∘</mo><mi>y</mi>"),
    (Apply("inv", (W,)), "<msup><mrow><mi>W</mi></mrow><mrow><mo>−</mo><mn>1</mn></mrow></msup>"),
]  # fmt: skip
MORE = [
    x - (y - 1), x - -y, x * -2, -(x + y), -(x * y), -x * y, 2 * (x + y), x * (x + y),
    x / y / 3, (x + 1) / 2, x**-1, x**0.5, x**-y, x**y**2, (x**y) ** 2, Number(-2) ** x,
    (x / y) ** 2, m.sqrt(x + 1) ** 2, m.log(x) ** 2, y * m.sin(x), m.floor(x), m.ceil(x),
    m.log1p(-x), Apply("sigmoid", (x,)), Apply("leaky_relu", (x, Symbol("slope=0.1"))),
    Apply("softmax", (x,)), 1 / (1 + m.exp(-x)), m.logical_and(x < 0, m.logical_not(y < 0)),
    m.where(x < 0, 1, m.where(y > 1, 2, 3)) ** 2, m.not_equal(x, y), m.e * x, -m.inf,
    Number(1e22), Number(1e16), Number(1e-5), Number(0.0001), Number(1e-8) * x, Number(0.1),
    Apply("norm", (W,)), Apply("norm", (W, AXIS)), Apply("matmul", (W, x + y)),
    Apply("transpose", (W, Symbol("axes=(1, 2, 0)"))), Apply("matrix_transpose", (W * x,)),
    Apply("getitem", (W, x, Symbol("index=('array',)"))), Apply("constant", ()),
    Apply("array", (Apply("array", (Number(1),)), Apply("array", (Number(2),)))),
    Symbol("m_hat"), Symbol("y_hat_i"), Symbol("x_i_j"), Symbol("alpha"), Symbol("β1"),
    Symbol("loss"), Symbol("Theta_1"), Symbol("x<y&z"), Symbol("w₀"), Symbol("__"),
]  # fmt: skip
FUNCTIONS = [Apply(name, (x, y, w0)[:n]) for name, n in sorted(ARITY.items())]


def op_formulas() -> list[Expression]:
    """Return the scalar formula of every op that has one."""
    named = {name: OPS[name] for name in calls.DECLARED}
    return [
        op.expression(**{name: Symbol(name) for name in op.defaults})
        for op in named.values()
        if op.formula is not None and op.name not in ("lecun_tanh", "round")
    ]  # type: ignore[misc]


@pytest.mark.parametrize(("expr", "written"), WRITTEN)
def test_forms(expr: Expression, written: str) -> None:
    assert inner_mathml(expr) == written


@pytest.mark.parametrize("name", sorted(ARITY))
def test_every_function_is_well_formed(name: str) -> None:
    expr = Apply(name, (x, y, w0)[: ARITY[name]])
    tree = ElementTree.fromstring(mathml(expr))
    texts = "".join(tree.itertext())
    assert all(symbol[0] in texts for symbol in symbols(expr))
    assert "#" not in texts


def test_all_text_is_escaped() -> None:
    assert mathml_name("<b>&'") == "<mtext>&lt;b&gt;&amp;'</mtext>"


def test_roles_are_classes() -> None:
    expr = Symbol("g") * w0
    assert inner_mathml(expr, {"g": "gradient", "w0": "local"}) == (
        '<mi class="gradient">g</mi><mo>\u2062</mo><msub class="local"><mi>w</mi><mn>0</mn></msub>'
    )


def test_cases_for_the_browser() -> None:
    """`GOLDEN=update` stores them anew."""
    trees = [*(e for e, _ in WRITTEN), *MORE, *FUNCTIONS, *op_formulas()]
    made = [[expression_data(e), inner_mathml(e)] for e in trees]
    text = ",\n".join(json.dumps(case, ensure_ascii=False) for case in made)
    if os.environ.get("GOLDEN") == "update":
        CASES.parent.mkdir(parents=True, exist_ok=True)
        CASES.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    stored = CASES.read_text(encoding="utf-8")
    assert stored == f"[\n{text}\n]\n", "web/cases/mathml.json differs"
    assert [inner_mathml(read_expression(data)) for data, _ in json.loads(stored)] == [
        written for _, written in json.loads(stored)
    ]
