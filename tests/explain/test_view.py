"""One gate, as people look at it."""

import numpy as np

import chainrule as cr
from chainrule.explain.view import as_plain


def test_constants_are_operands_but_no_nodes() -> None:
    g = cr.Graph("1/x", x=4.0)
    one, x = g.output.inputs
    assert (one.op, one.value, one.name) == ("constant", 1.0, "1.0")
    assert x is g["x"]
    assert len(g) == 2
    g.forward()
    assert g.output.local_gradients == (None, -1 / 16)


def test_leaves() -> None:
    x = cr.Graph("x+1", x=4.0)["x"]
    assert (x.op, x.role, x.source, x.inputs, x.downstream) == ("leaf", "", None, (), ())
    assert (x.is_leaf, x.is_elementwise, x.shape) == (True, False, ())
    assert [view.name for view in x.consumers] == ["add#1"]


def test_local_gradients_of_broadcast_operands_have_the_outputs_shape() -> None:
    g = cr.Graph("x*y", x=[1.0, 2.0], y=3.0)
    g.forward()
    by_x, by_y = g.output.local_gradients
    assert by_x.tolist() == [3.0, 3.0]
    assert by_y.tolist() == [1.0, 2.0]
    g.backward([1.0, 1.0])
    assert g.output.downstream[1] == 3.0
    assert g["y"].contributions[0].value == 3.0


def test_plain_values() -> None:
    assert as_plain(None) is None
    assert type(as_plain(np.float64(2))) is float
    assert as_plain(np.array(True)) is True
    assert as_plain(np.ones(2)).tolist() == [1.0, 1.0]
