r"""Names of variables and functions in LaTeX: `w0` is `w_{0}`, `beta_1` is `\beta_{1}`."""

import re

GREEK_LETTERS = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"
GREEK_COMMANDS = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = dict(zip(GREEK_LETTERS, GREEK_COMMANDS.split(), strict=True))
GREEK_NAMES = frozenset(GREEK.values())
ACCENTS = frozenset({"hat", "bar", "tilde", "dot", "vec"})
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
COMMANDS = "exp log sin cos tan sinh cosh tanh arcsin arccos arctan max min"
OTHERS = {
    "maximum": r"\max",
    "minimum": r"\min",
    "log2": r"\log_{2}",
    "log10": r"\log_{10}",
    "gammaln": r"\log\Gamma",
    "digamma": r"\psi",
    "sigmoid": r"\sigma",
}


def latex_name(name: str) -> str:
    r"""Write the name of a variable.

    >>> print(latex_name("m_hat"), latex_name("w12"), latex_name("alpha"), latex_name("loss"))
    \hat{m} w_{12} \alpha \mathrm{loss}
    """
    parts = [part for part in name.translate(SUBSCRIPTS).split("_") if part]
    if not parts:
        return r"\_" * len(name)
    found = re.fullmatch(r"(.*?)([0-9]*)", parts[0])
    assert found is not None
    written = latex_word(found[1] or found[2])
    below = [found[2]] if found[1] and found[2] else []
    for part in parts[1:]:
        if part in ACCENTS:
            written = rf"\{part}{{{written}}}"
        else:
            below.append(latex_word(part))
    return f"{written}_{{{', '.join(below)}}}" if below else written


def latex_word(word: str) -> str:
    """Write a part of a name: a letter in italics, a Greek letter, a number, a word upright."""
    if word in GREEK:
        return "\\" + GREEK[word]
    if word in GREEK_NAMES:
        return "\\" + word
    return word if len(word) == 1 or word.isdigit() else rf"\mathrm{{{word}}}"


def latex_function(op: str) -> str:
    """Write the name of a function.

    >>> print(latex_function("log"), latex_function("log2"), latex_function("leaky_relu"))
    \\log \\log_{2} \\operatorname{leaky\\_relu}
    """
    if op in COMMANDS.split():
        return "\\" + op
    return OTHERS.get(op) or r"\operatorname{" + op.replace("_", r"\_") + "}"
