r"""Names of variables and functions in LaTeX: `w0` is `w_{0}`, `beta_1` is `\beta_{1}`."""

import re
from typing import NamedTuple

GREEK_LETTERS = "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ"
GREEK_COMMANDS = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = dict(zip(GREEK_LETTERS, GREEK_COMMANDS.split(), strict=True))
LETTERS = {name: letter for letter, name in GREEK.items()}
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


class Parts(NamedTuple):
    """A name taken apart: `y_hat_1` is y with a hat and a 1 below."""

    base: str
    accents: tuple[str, ...]
    below: tuple[str, ...]


def parts_of(name: str) -> Parts:
    """Take the name of a variable apart; the name of no variable stays whole.

    >>> parts_of("w12"), parts_of("m_hat_t")
    (Parts(base='w', accents=(), below=('12',)), Parts(base='m', accents=('hat',), below=('t',)))
    """
    parts = [part for part in name.translate(SUBSCRIPTS).split("_") if part]
    if not parts:
        return Parts(name, (), ())
    found = re.fullmatch(r"(.*?)([0-9]*)", parts[0])
    assert found is not None
    index = (found[2],) if found[1] and found[2] else ()
    words = [part for part in parts[1:] if part not in ACCENTS]
    accents = tuple(part for part in parts[1:] if part in ACCENTS)
    return Parts(found[1] or found[2], accents, (*index, *words))


def is_variable(name: str) -> bool:
    """Tell whether this is the name of a variable, or a number, rather than a text."""
    return name.replace("_", "a").translate(SUBSCRIPTS).isalnum()


def latex_name(name: str) -> str:
    r"""Write the name of a variable; what is no name, such as `axis=0`, as text.

    >>> print(latex_name("m_hat"), latex_name("w12"), latex_name("alpha"), latex_name("loss"))
    \hat{m} w_{12} \alpha \mathrm{loss}
    """
    if not name.strip("_"):
        return r"\_" * len(name)
    if not is_variable(name):
        return rf"\text{{{latex_escaped(name)}}}"
    base, accents, below = parts_of(name)
    written = latex_word(base)
    for accent in accents:
        written = rf"\{accent}{{{written}}}"
    return f"{written}_{{{', '.join(map(latex_word, below))}}}" if below else written


def latex_escaped(text: str) -> str:
    return re.sub(r"[&%$#_{}]", lambda found: "\\" + found[0], text)


def latex_word(word: str) -> str:
    """Write a part of a name: a letter in italics, a Greek letter, a number, a word upright."""
    if word in GREEK:
        return "\\" + GREEK[word]
    if word in GREEK_NAMES:
        return "\\" + word
    return word if len(word) == 1 or word.isdigit() else rf"\mathrm{{{word}}}"


FUNCTIONS = {  # as they are called in print
    "maximum": "max",
    "minimum": "min",
    "log2": "log_2",
    "log10": "log_10",
    "gammaln": "log Γ",
    "digamma": "ψ",
    "sigmoid": "σ",
}


def symbol_of(word: str) -> str:
    """Return the Greek letter for its name, and anything else as it is."""
    return LETTERS.get(word, word)


def latex_function(op: str) -> str:
    """Write the name of a function.

    >>> print(latex_function("log"), latex_function("log2"), latex_function("leaky_relu"))
    \\log \\log_{2} \\operatorname{leaky\\_relu}
    """
    if op in COMMANDS.split():
        return "\\" + op
    return OTHERS.get(op) or r"\operatorname{" + op.replace("_", r"\_") + "}"
