"""Nested blocks and the arrows between them."""

from chainrule import nn
from chainrule.nn.blocks import arrows, block
from chainrule.nn.calls import observed
from chainrule.nn.walk import survey
from tests.nn.architectures import Deciding, linear, two_heads


def test_blocks_stand_in_the_order_of_execution() -> None:
    model = two_heads()
    call = observed(model)
    root = block(survey(model), call)
    assert [b.path for b in root.inner] == ["trunk", "b", "a"]  # the fields are trunk, a, b
    assert [b.title for b in root.inner[0].inner] == ["Linear", "ReLU"]
    assert root.inner[0].inner[0].arrays == (("weight", (5, 3)), ("bias", (5,)))
    assert root.inner[0].output == (5,)


def test_arrows_say_who_takes_what() -> None:
    call = observed(two_heads())
    assert call is not None
    assert arrows(call) == (
        ("input", "trunk.layers.0"),
        ("trunk.layers.0", "trunk.layers.1"),
        ("trunk.layers.1", "b.layers.0"),
        ("b.layers.0", "b.layers.1"),
        ("trunk.layers.1", "a.layers.0"),
        ("a.layers.0", "a.layers.1"),
        ("a.layers.1", "a.layers.2"),
        ("a.layers.2", "output"),
        ("b.layers.1", "output"),
    )


def test_layers_that_return_what_they_were_given_have_arrows() -> None:
    call = observed(nn.Sequential(linear(2, 2), nn.Dropout(0.5), "relu"))
    assert call is not None
    assert arrows(call) == (
        ("input", "layers.0"), ("layers.0", "layers.1"), ("layers.1", "layers.2"),
        ("layers.2", "output"),
    )  # fmt: skip


def test_without_a_call_blocks_stand_in_the_order_of_fields() -> None:
    root = block(survey(Deciding(inner=linear(2, 3))), None)
    assert [(b.path, b.output) for b in root.inner] == [("inner", None)]
