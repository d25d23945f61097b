"""Einstein's summation against NumPy on many subscripts."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError
from tests.ops.slopes import like_numpy

SUBSCRIPTS = [
    ("i", [3]), ("ij", [2, 3]), ("ji", [2, 3]), ("ij->", [2, 3]), ("ij -> j", [2, 3]),
    ("ii", [3, 3]), ("ii->i", [3, 3]), ("iii->i", [2, 2, 2]), ("iij->j", [3, 3, 2]),
    ("...i->...", [2, 4, 3]), ("i...", [2, 3]), ("...", [2, 3]), ("...ii->...i", [4, 2, 2]),
]  # fmt: skip
PAIRS = [
    ("i,i", (3,), (3,)), ("i,j", (3,), (2,)), ("ij,jk", (2, 3), (3, 4)),
    ("ij,jk->ki", (2, 3), (3, 4)),
    ("ij,j", (2, 3), (3,)), ("ij,kj->ik", (2, 3), (4, 3)), ("bij,bjk->bik", (2, 3, 4), (2, 4, 2)),
    ("bij,bjk->bik", (1, 3, 4), (2, 4, 2)), ("...ij,jk", (2, 3, 4), (4, 5)),
    ("ii,i->", (3, 3), (3,)),
    ("ii,ij", (3, 3), (3, 2)), ("ij,ij->", (2, 3), (2, 3)), ("ij,ij", (2, 1), (2, 3)),
    ("i...,...", (2, 3), (1, 3)), ("...,...", (), (2, 3)), ("ik,jk->ij", (2, 1), (3, 4)),
    ("ij,k", (2, 3), (4,)), ("ij,k->ik", (2, 3), (4,)), ("iij,jkk->ik", (2, 2, 3), (3, 4, 4)),
    ("ba,ac->cb", (2, 3), (3, 4)), ("ij,ij->j", (1, 1), (2, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("subscripts", "shape"), SUBSCRIPTS)
def test_one_array(subscripts, shape):
    x = np.random.default_rng(0).normal(size=shape)
    like_numpy(
        lambda a: cr.einsum(subscripts, a), lambda a: np.asarray(np.einsum(subscripts, a)), x
    )


@pytest.mark.parametrize(("subscripts", "left", "right"), PAIRS)
def test_two_arrays(subscripts, left, right):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=left), rng.normal(size=right)
    like_numpy(
        lambda a, b: cr.einsum(subscripts, a, b), lambda a, b: np.einsum(subscripts, a, b), x, y
    )


def test_three_arrays_with_a_diagonal():
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=s) for s in ((3, 3), (3, 2), (2,))]
    like_numpy(
        lambda *xs: cr.einsum("ii,ij,j->i", *xs), lambda *xs: np.einsum("ii,ij,j->i", *xs), *arrays
    )


def test_the_gate_keeps_the_plain_form():
    y = cr.einsum("...i , ij", cr.tensor(np.ones((4, 2))), np.ones((2, 3)))
    assert y.attrs == {"subscripts": "ai,ij->aj"}


def test_numpy_leads_here():
    assert np.einsum("ij->j", cr.tensor(np.eye(2))).op.name == "einsum"


def test_subscripts_come_first():
    with pytest.raises(UsageError, match="einsum takes its subscripts first, as text"):
        cr.einsum(cr.tensor([1.0]), [0])
    with pytest.raises(UsageError, match="einsum takes its subscripts first"):
        cr.einsum()
