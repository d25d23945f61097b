"""A module seen from outside, in one call."""

from typing import Any

import chainrule as cr
from chainrule import nn
from chainrule.nn.calls import observed
from tests.nn.architectures import Deciding, linear, residual_net, two_heads


def test_a_call_knows_parameters_and_outputs_in_order() -> None:
    call = observed(nn.MLP(2, 3, 1, key=0))
    assert call is not None
    assert call.input.shape[1] == 2
    assert list(call.parameters.values()) == [
        "layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias",
    ]  # fmt: skip
    assert [path for path, _ in call.outputs] == ["layers.0", "layers.1", "layers.2", ""]


def test_innermost_modules() -> None:
    call = observed(residual_net(1))
    assert call is not None
    assert call.innermost() == {
        "layers.0", "layers.2", *(f"layers.1.inner.layers.{i}" for i in range(4)),
    }  # fmt: skip
    assert call.single() == call.innermost()
    assert list(call.parameters_of("layers.1.inner.layers.0")) == [
        "layers.1.inner.layers.0.weight", "layers.1.inner.layers.0.bias",
    ]  # fmt: skip


def test_the_size_of_the_input_is_found() -> None:
    backwards = nn.Sequential(cr.tanh, linear(5, 3))
    assert observed(backwards).input.shape[1] == 5  # type: ignore[union-attr]
    assert observed(two_heads()).input.shape[1] == 3  # type: ignore[union-attr]
    assert observed(nn.ReLU()) is not None


def test_modules_that_decide_by_values_are_not_seen() -> None:
    assert observed(Deciding(inner=linear(2, 2))) is None


class Loud(nn.Module):
    inner: Any

    def __call__(self, x: Any) -> Any:
        print("shape", x.shape)
        return self.inner(x)


def test_what_a_module_prints_is_kept_quiet(capsys: Any) -> None:
    assert observed(Loud(inner=linear(2, 1))) is not None
    assert capsys.readouterr().out == ""
