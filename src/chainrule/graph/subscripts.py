"""The subscripts of Einstein's summation: `"ij,jk->ik"`.

The plain form has one letter per axis, an explicit output, no blanks and no ellipsis; `plain`
brings whatever NumPy takes to it.
"""

from collections.abc import Sequence
from string import ascii_letters

from chainrule.graph.shapes import Mismatch, Shape

DOTS = "..."


def plain(subscripts: str, found: Sequence[Shape]) -> str:
    """Return the plain form for operands of these shapes; raise `Mismatch` where it has none."""
    text = subscripts.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(found):
        raise Mismatch(f"{subscripts!r} has {len(terms)} terms, for {len(found)} arrays")
    more = [dotted_axes(t, shape) for t, shape in zip(terms, found, strict=True)]
    dots = "".join(c for c in ascii_letters if c not in text)[: max(more)]
    if not arrow:
        letters = left.replace(",", "").replace(".", "")
        right = DOTS + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    elif DOTS not in right and dots:
        raise Mismatch(f"{subscripts!r} leaves the axes of the ellipsis (...) out of its output")
    terms = [t.replace(DOTS, dots[len(dots) - n :]) for t, n in zip(terms, more, strict=True)]
    return f"{','.join(terms)}->{right.replace(DOTS, dots)}"


def dotted_axes(term: str, shape: Shape) -> int:
    """Return how many axes the ellipsis of a term stands for."""
    more = len(shape) - len(term.replace(DOTS, "", 1))
    if more < 0 or (more > 0 and DOTS not in term):
        letters = len(term.replace(DOTS, "", 1))
        raise Mismatch(f"the term {term!r} names {letters} axes of an array with {len(shape)}")
    return more


def split_terms(subscripts: str) -> tuple[list[str], str]:
    """Return the terms of the operands and that of the output."""
    left, _, right = subscripts.partition("->")
    return left.split(","), right


def sizes(subscripts: str, found: Sequence[Shape]) -> dict[str, int]:
    """Return the size of each letter; a size of 1 gives way to others, as in broadcasting."""
    known: dict[str, int] = {}
    terms, _ = split_terms(subscripts)
    for term, shape in zip(terms, found, strict=True):
        here: dict[str, int] = {}
        for letter, size in zip(term, shape, strict=True):
            if not letter.isascii() or not letter.isalpha():
                raise Mismatch(f"{subscripts!r} may hold letters, commas, '->' and '...' only")
            if here.setdefault(letter, size) != size:
                raise Mismatch(f"the diagonal {term!r} needs equal sizes, not {shape}")
            if size != 1 != known.get(letter, 1) != size:
                raise Mismatch(f"the index {letter!r} has the sizes {known[letter]} and {size}")
            known[letter] = size if known.get(letter, 1) == 1 else known[letter]
    return known


def summed(*found: Shape, subscripts: str) -> Shape:
    """Return the shape of the sum that plain subscripts describe."""
    known = sizes(subscripts, found)
    _, out = split_terms(subscripts)
    for letter in out:
        if letter not in known:
            raise Mismatch(f"the output index {letter!r} is on no input")
        if out.count(letter) > 1:
            raise Mismatch(f"the output names the index {letter!r} twice")
    return tuple(known[letter] for letter in out)
