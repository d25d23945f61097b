"""Subscripts in their plain form."""

import pytest

from chainrule.graph.shapes import Mismatch
from chainrule.graph.subscripts import plain, summed

PLAIN = [
    ("ij,jk->ik", [(2, 3), (3, 4)], "ij,jk->ik"),
    (" i j , j k ", [(2, 3), (3, 4)], "ij,jk->ik"),
    ("ba", [(2, 3)], "ba->ab"),
    ("ii", [(2, 2)], "ii->"),
    ("...i,...i", [(5, 2), (2,)], "ai,i->a"),
    ("...a->a...", [(5, 6, 2)], "bca->abc"),
    ("i...", [(2,)], "i->i"),
]


@pytest.mark.parametrize(("text", "shapes", "wanted"), PLAIN)
def test_plain(text, shapes, wanted):
    assert plain(text, shapes) == wanted
    assert plain(wanted, shapes) == wanted


def test_sizes_of_one_give_way():
    assert summed((1, 3), (2, 1), subscripts="ij,ij->ij") == (2, 3)
    assert summed((0, 3), (1, 3), subscripts="ij,ij->ij") == (0, 3)


@pytest.mark.parametrize(("text", "shape"), [("i->...j", (2,)), ("i->i->i", (2,)), ("i.j", (2, 2))])
def test_nonsense_is_refused(text, shape):
    with pytest.raises(Mismatch):
        summed(shape, subscripts=plain(text, [shape]))
