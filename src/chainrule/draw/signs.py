r"""What stands in gates and on wires, in LaTeX: `×−1` is `\times{-}1`, `4.0e-4` a power of ten."""

import re

from chainrule.draw.names import latex_word

SIGNS = {
    "×": r"\times ",
    "÷": r"\div ",
    "−": "{-}",
    "·": r"\cdot ",
    "√": r"\surd ",
    "‖": r"\|",
    "∞": r"\infty ",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "∏": r"\prod ",
    "Σ": r"\Sigma ",
    "∑": r"\sum ",
    "⊙": r"\odot ",
    "…": r"\ldots ",
    "+": "{+}",
    "^": r"\hat{\ }",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\sim ",
    "$": r"\$",
}
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀˣʸⁿ", [*"0123456789-", r"\mathsf{T}", "x", "y", "n"], strict=True))
HIGH = f"[{''.join(RAISED)}]"
TOKENS = re.compile(rf"{HIGH}+|(?:(?!{HIGH})[^\W\d_])+|.", re.DOTALL)


def latex_symbol(symbol: str) -> str:
    r"""Write the symbol of a gate, for use inside a formula.

    >>> print(latex_symbol("×−1"), latex_symbol("exp"), latex_symbol("x²"))
    \times {-}1 \mathrm{exp} x^{2}
    """
    return "".join(map(token, TOKENS.findall(symbol))).strip()


def token(found: str) -> str:
    if found[0] in RAISED:
        return "^{" + "".join(RAISED[sign] for sign in found) + "}"
    if found in SIGNS:
        return SIGNS[found]
    return latex_word(found) if found.isalpha() else found


def latex_number(text: str) -> str:
    r"""Write a number as drawings have it, for use inside a formula.

    >>> print(latex_number("−0.53"), latex_number("4.0e-4"), latex_number("5×10 ‖7.07‖"))
    {-}0.53 4.0 \cdot 10^{-4} 5\times 10\ \|7.07\|
    """
    power = re.sub(r"e(-?\d+)", r" \\cdot 10^{\1}", text) if re.search(r"\de-?\d", text) else text
    parts = re.split(r"( \\cdot 10\^\{-?\d+\})", power)
    written = [
        part if i % 2 else latex_symbol(part.replace(" ", "\0")) for i, part in enumerate(parts)
    ]
    return "".join(written).replace("\0", r"\ ")
