"""Einstein's summation, the gate that all products of arrays are cases of."""

from functools import reduce
from operator import mul
from string import ascii_letters

import numpy as np

from chainrule.errors import UsageError
from chainrule.graph import shapes
from chainrule.graph.case import case
from chainrule.graph.registry import op, ops
from chainrule.graph.subscripts import plain, sizes, split_terms, summed


def arrange_einsum(*operands, subscripts=None):
    """Take the subscripts from the front, as NumPy has them, and bring them to the plain form."""
    if subscripts is None and operands:
        subscripts, operands = operands[0], operands[1:]
    if not isinstance(subscripts, str):
        raise UsageError("einsum takes its subscripts first, as text: einsum('ij,jk->ik', x, y)")
    found = [shapes.of(x) for x in operands]
    try:
        return (operands,), {"subscripts": plain(subscripts, found)}
    except shapes.Mismatch as mismatch:
        raise mismatch.named("einsum", found) from None


def sum_products(*xs, subscripts):
    """Return NumPy's sum; a Python number adapts its dtype to the arrays, as with operators."""
    kind = np.result_type(*xs)
    arrays = [np.asarray(x, kind) if type(x) in (int, float) else x for x in xs]
    return np.einsum(subscripts, *arrays, optimize=len(arrays) > 1)


def lower_einsum(m, at, *xs, subscripts):
    """Sum the products of the operands over the letters that the output lacks."""
    terms, out = split_terms(subscripts)
    known = sizes(subscripts, [x.shape for x in xs])
    inner = [letter for letter in known if letter not in out]

    def entry(*places):
        spot = dict(zip([*out, *inner], [*at, *places], strict=True))
        factors = (x.along([spot[c] for c in t]) for x, t in zip(xs, terms, strict=True))
        return reduce(mul, factors)

    return m.sum([known[letter] for letter in inner], entry)


def in_pairs(*xs, subscripts):
    """Combine operands two at a time, in the order that NumPy finds cheap; None for two or one."""
    if len(xs) <= 2:
        return None
    terms, out = split_terms(subscripts)
    stand_ins = [shapes.stand_in(shapes.of(x)) for x in xs]
    (_, *steps), _ = np.einsum_path(subscripts, *stand_ins, optimize="greedy")
    waiting = list(zip(terms, xs, strict=True))
    for step in steps:
        taken = [waiting.pop(at) for at in sorted(step, reverse=True)]
        while len(taken) > 1:
            first, second, *taken = taken
            later = "".join(term for term, _ in (*taken, *waiting))
            taken.insert(0, joined(first, second, out, later))
        waiting += taken
    return waiting[0][1]


def joined(first, second, out, later):
    """Return the sum of products of two operands, with the letters that are still needed."""
    needed = [c for c in dict.fromkeys(first[0] + second[0]) if c in out or c in later]
    term = "".join(needed) if later else out
    return term, ops.einsum(f"{first[0]},{second[0]}->{term}", first[1], second[1])


@op(
    role="mixer",
    numpy=sum_products,
    lower=lower_einsum,
    expand=in_pairs,
    same_as=np.einsum,
    shape=summed,
    dtype=shapes.promoted,
    arrange=arrange_einsum,
    tex=r"\sum x_{ij\ldots}\, y_{jk\ldots} \cdots",
    examples=[
        case("ij,jk->ik", (3, 4), (4, 2)),
        case("ij->", (3, 4)),
        case("ii->i", (3, 3)),
        case("ii", (3, 3)),
        case("iij,jk", (3, 3, 2), (2, 4)),
        case("...ij,...jk->...ik", (2, 1, 3, 4), (5, 4, 2)),
        case("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
        case("ij,ij->i", (3, 4), (1, 4)),
        case("ij,ij->i", (3, 4), (3, 1)),
        case("iji,k->jk", (2, 3, 2), (4,)),
        case(",i", (), (3,)),
    ],
    bad=[
        case("ij,jk->ik", (3, 4), (3, 4), says="the index 'j' has the sizes 4 and 3"),
        case("ij->i", (3,), says="einsum of (3,): the term 'ij' names 2 axes of an array with 1"),
        case("i,j->ij", (3,), says="einsum of (3,): 'i,j->ij' has 2 terms, for 1 arrays"),
        case("ij->ik", (3, 4), says="the output index 'k' is on no input"),
        case("ij->ii", (3, 4), says="the output names the index 'i' twice"),
        case("ii->i", (3, 4), says="the diagonal 'ii' needs equal sizes, not (3, 4)"),
        case("i...->i", (3, 4), says="leaves the axes of the ellipsis (...) out of its output"),
        case("i-j", (3, 4, 5), says="may hold letters, commas, '->' and '...' only"),
    ],
)
def einsum(g, z, *xs, subscripts=""):
    """Each input receives the sum with its own term and the output's exchanged."""
    terms, out = split_terms(subscripts)
    return tuple(share(g, xs, terms, out, at) for at in range(len(xs)))


def share(g, xs, terms, out, at):
    """Return the gradient of one operand, itself one sum.

    An index that no other factor has in full meets a vector of ones; the second of a repeated
    index meets an identity matrix; an axis of size 1 that was broadcast is summed.
    """
    shape = shapes.of(xs[at])
    factors = [(out, g), *((terms[k], x) for k, x in enumerate(xs) if k != at)]
    left = ",".join(term for term, _ in factors)
    known = sizes(left, [shapes.of(x) for _, x in factors])
    unused = (c for c in ascii_letters if c not in left and c not in terms[at])
    target = ""
    for letter, size in zip(terms[at], shape, strict=True):
        if letter in target:
            fresh = next(unused)
            factors.append((letter + fresh, np.eye(size, dtype=g.dtype)))
            target += fresh
        elif size != 1 or letter not in known:
            target += letter
            if known.get(letter) != size:
                factors.append((letter, np.ones(size, dtype=g.dtype)))
    subscripts = f"{','.join(term for term, _ in factors)}->{target}"
    return ops.reshape(ops.einsum(subscripts, *(x for _, x in factors)), shape)
