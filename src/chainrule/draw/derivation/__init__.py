"""A derivation in every notation: characters, LaTeX, MathML and HTML, Markdown."""

from chainrule.draw.derivation.latex import latex
from chainrule.draw.derivation.markdown import markdown
from chainrule.draw.derivation.mathml import html, inner_mathml, mathml
from chainrule.draw.derivation.unicode import lines, terminal, text

__all__ = ["html", "inner_mathml", "latex", "lines", "markdown", "mathml", "terminal", "text"]
