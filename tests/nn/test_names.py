"""Names of parameters and outputs, and patterns over them."""

import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import UsageError
from chainrule.nn.names import match

MODEL = nn.Sequential(nn.Linear(2, 3, key=0), nn.BatchNorm(3), nn.Sequential("tanh"))
NAMES = [
    "layers.0", "layers.0.weight", "layers.0.bias",
    "layers.1", "layers.1.weight", "layers.1.bias",
    "layers.2", "layers.2.layers.0",
]  # fmt: skip


def test_outputs_and_parameters_in_order() -> None:
    assert cr.names(MODEL) == NAMES


def test_patterns() -> None:
    assert match("*.weight", NAMES) == ["layers.0.weight", "layers.1.weight"]
    assert match("layers.?", NAMES) == ["layers.0", "layers.1", "layers.2"]
    assert match("layers.0.bias@grad", NAMES) == ["layers.0.bias@grad"]


def test_unknown_patterns() -> None:
    with pytest.raises(UsageError) as caught:
        match("layers.0.wieght", NAMES)
    assert str(caught.value) == (
        "no name fits 'layers.0.wieght'\nhint: did you mean 'layers.0.weight'?"
    )
    with pytest.raises(UsageError, match="unknown suffix @gard in"):
        match("layers.0@gard", NAMES)
