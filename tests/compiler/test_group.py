"""Groups say what they are."""

import chainrule as cr
from chainrule.compiler.group import Group
from chainrule.graph.node import leaf


def test_shape_and_text() -> None:
    x = leaf((2, 3))
    group = Group("map", [cr.tanh(x), cr.exp(x)])
    assert group.shape == (2, 3)
    assert repr(group) == "<map tanh exp>"
    assert group != Group("map", group.nodes)  # each is itself alone
