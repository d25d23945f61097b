"""The renderer of all notations, and the forms an expression is brought to before."""

from chainrule.draw.mathml import mathml
from chainrule.draw.maths import TEXT, latex, text, unicode
from chainrule.draw.notation import lift_signs, render, spell_out, typeset
from chainrule.graph.formula import Apply, Expression, Number, Symbol, apply, maths

x, y = Symbol("x"), Symbol("y")


def test_ops_without_a_form_are_called() -> None:
    assert render(Apply("softmax", (x, Symbol("axis=0"))), TEXT) == "softmax(x, axis=0)"


def test_more_operands_than_the_form_has_places() -> None:
    assert render(Apply("negative", (x, y)), TEXT) == "negative(x, y)"


def test_signs_stand_before_fractions_and_products() -> None:
    assert lift_signs(-x / y) == -(x / y)
    assert lift_signs(Number(-2) / y) == -(2 / y)
    assert lift_signs(-x * y * x) == -(x * y * x)
    assert typeset(y + Number(-2) * x) == y - 2 * x
    assert lift_signs(Number(-float("inf")) * x) == Number(-float("inf")) * x


def test_only_computers_have_expm1() -> None:
    assert spell_out(maths.expm1(x)) == maths.exp(x) - 1


def test_deep_trees_need_no_recursion() -> None:
    deep: Expression = x
    for _ in range(5_000):
        deep = apply("negative", deep) / y
    assert render(typeset(deep), TEXT)


def test_the_subscripts_of_einsum_come_first_in_every_notation() -> None:
    tree = apply("einsum", Symbol("q"), Symbol("k"), Symbol("subscripts=bid,bjd->bij"))
    call = "einsum('bid,bjd->bij', q, k)"
    assert text(tree) == unicode(tree) == call
    assert "bid,bjd->bij" in latex(tree)
    assert "subscripts" not in latex(tree) + mathml(tree)
