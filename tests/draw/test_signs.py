"""Symbols of gates and numbers of wires in LaTeX."""

import pytest

from chainrule.draw.signs import latex_number, latex_symbol


@pytest.mark.parametrize(
    ("symbol", "written"),
    [
        ("×", r"\times"),
        ("×−1", r"\times {-}1"),
        ("+1", "{+}1"),
        ("exp", r"\mathrm{exp}"),
        ("1/x", "1/x"),
        ("x²", "x^{2}"),
        ("x⁻¹⁰", "x^{-10}"),
        ("2ˣ", "2^{x}"),
        ("ᵀ", r"^{\mathsf{T}}"),
        ("√x", r"\surd x"),
        ("σ", r"\sigma"),
        ("‖x‖", r"\|x\|"),
        ("leaky_relu", r"\mathrm{leaky}\_\mathrm{relu}"),
        ("[0, 1:3]", "[0, 1:3]"),
    ],
)
def test_symbols(symbol: str, written: str) -> None:
    assert latex_symbol(symbol) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("−0.53", "{-}0.53"),
        ("4.0e-4", r"4.0 \cdot 10^{-4}"),
        ("−4.3e8", r"{-}4.3 \cdot 10^{8}"),
        ("5×10 ‖7.07‖", r"5\times 10\ \|7.07\|"),
        ("‖4.0e-4‖", r"\|4.0 \cdot 10^{-4}\|"),
        ("NaN", r"\mathrm{NaN}"),
        ("−∞", r"{-}\infty"),
    ],
)
def test_numbers(text: str, written: str) -> None:
    assert latex_number(text) == written
