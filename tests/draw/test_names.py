"""Names in LaTeX: indices below, accents above, Greek letters by either spelling."""

import pytest

from chainrule.draw.names import GREEK, latex_function, latex_name, latex_word


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("x", "x"),
        ("w12", "w_{12}"),
        ("w_1_2", "w_{1, 2}"),
        ("w1_i", "w_{1, i}"),
        ("x₁₂", "x_{12}"),
        ("beta_1", r"\beta_{1}"),
        ("β1", r"\beta_{1}"),
        ("Omega", r"\Omega"),
        ("m_hat", r"\hat{m}"),
        ("y_hat_i", r"\hat{y}_{i}"),
        ("v_bar_hat", r"\hat{\bar{v}}"),
        ("hat", r"\mathrm{hat}"),
        ("loss", r"\mathrm{loss}"),
        ("learning_rate", r"\mathrm{learning}_{\mathrm{rate}}"),
        ("_hidden", r"\mathrm{hidden}"),
        ("2", "2"),
        ("__", r"\_\_"),
        ("", ""),
    ],
)
def test_variables(name: str, tex: str) -> None:
    assert latex_name(name) == tex


def test_greek_letters_and_their_names_are_one() -> None:
    assert len(GREEK) == 23 + 11  # no omicron, and the capitals that are not Latin ones
    for letter, name in GREEK.items():
        assert latex_word(letter) == latex_word(name) == "\\" + name


@pytest.mark.parametrize(
    ("op", "tex"),
    [
        ("log", r"\log"),
        ("arctan", r"\arctan"),
        ("maximum", r"\max"),
        ("gammaln", r"\log\Gamma"),
        ("sigmoid", r"\sigma"),
        ("relu", r"\operatorname{relu}"),
        ("leaky_relu", r"\operatorname{leaky\_relu}"),
    ],
)
def test_functions(op: str, tex: str) -> None:
    assert latex_function(op) == tex
