"""A compiled function that stores gates on the side is refused, and an innocent one is not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import UsageError

X = np.array([0.5, -1.0, 2.0])
KEPT: list[Any] = []
LAST: Any = None


class Holder:
    def __init__(self) -> None:
        self.hidden: Any = None

    def __call__(self, x: Any) -> Any:
        self.hidden = cr.tanh(x)
        return self.hidden * 2


@pytest.fixture(autouse=True)
def empty() -> Any:
    yield
    KEPT.clear()
    globals()["LAST"] = None


def message_of(f: Callable[..., Any]) -> list[str]:
    with pytest.raises(UsageError) as caught:
        cr.compile(f)(X)
    return str(caught.value).split("\n")


def in_a_list(x: Any) -> Any:
    y = cr.tanh(x)
    KEPT.append(y)
    return y * 2


def test_a_list() -> None:
    line = in_a_list.__code__.co_firstlineno + 1
    assert message_of(in_a_list) == [
        "in_a_list stores <tanh float64[3]> in KEPT, where it never gets a value: "
        "native code has no side effects",
        f"  {__file__}:{line}: y = cr.tanh(x)",
        "hint: return it beside the result",
    ]


def test_what_takes_no_part_in_the_result() -> None:
    def f(x: Any) -> Any:
        KEPT.append(cr.sum(x * 2))
        return x + 1

    assert "stores <sum float64[]> in KEPT" in message_of(f)[0]


def test_a_global_variable() -> None:
    def f(x: Any) -> Any:
        global LAST
        LAST = cr.exp(x)
        return LAST + 1

    assert "f stores <exp float64[3]> in the variable LAST, " in message_of(f)[0]


def test_a_variable_of_an_outer_function() -> None:
    last = None

    def f(x: Any) -> Any:
        nonlocal last
        last = cr.exp(x)
        return last + 1

    assert "f stores <exp float64[3]> in the variable last, " in message_of(f)[0]


def test_an_attribute() -> None:
    holder = Holder()
    assert (
        "Holder stores <tanh float64[3]> in the attribute hidden of a Holder"
        in (message_of(holder)[0])
    )


def test_inside_of_transforms() -> None:
    def f(x: Any) -> Any:
        KEPT.append(x * 2)
        return cr.sum(x**2)

    assert "stores <multiply float64[3]> in KEPT" in message_of(cr.grad(f))[0]


def test_a_gate_of_another_function() -> None:
    cr.trace(lambda x: KEPT.append(x) or x, X)
    assert message_of(lambda y: y * KEPT[0]) == [
        "<lambda> uses <leaf x float64[3]>, which belongs to another traced function",
        "hint: pass it as an argument, or return it from the function that it belongs to",
    ]


def test_the_training_step() -> None:
    def loss(outputs: Any, targets: Any) -> Any:
        KEPT.append(outputs - targets)
        return cr.mean((outputs - targets) ** 2)

    trainer = cr.Trainer(cr.nn.MLP(1, 1, key=0), loss=loss)
    with pytest.raises(UsageError, match=r"^the training step stores <subtract .*> in KEPT, where"):
        trainer.run(np.ones((4, 1), np.float32), np.ones(4), [[0, 1]])


def recursion(x: Any) -> Any:
    def again(n: int) -> Any:
        return cr.tanh(again(n - 1)) if n else x

    y = again(3)

    def held(n: int) -> Any:  # a cycle that keeps y alive for a while
        return held(n - 1) if n else y

    return held(2) * 2


def results(x: Any) -> Any:
    y = cr.tanh(x)
    return {"y": y, "several": [y * 2, y + 1]}


def caught_error(x: Any) -> Any:
    y = x * 2
    try:
        y.reshape(7)
    except cr.ChainruleError as error:
        reason = str(error)
    return y if reason else x


def generator(x: Any) -> Any:
    def each() -> Any:
        y = cr.exp(x)
        while True:
            yield y

    return next(each()) + next(each())


@pytest.mark.parametrize("f", [recursion, results, caught_error, generator])
def test_innocent(f: Callable[..., Any]) -> None:
    found, wanted = cr.compile(f)(X), f(cr.tensor(X))
    assert np.allclose(np.asarray(found["y"] if isinstance(found, dict) else found),
                       np.asarray(wanted["y"] if isinstance(wanted, dict) else wanted))  # fmt: skip


def test_nets_with_gradients_are_innocent() -> None:
    net = cr.nn.MLP(3, 4, 2, key=0)
    slope = cr.compile(cr.grad(lambda m, x: cr.sum(m(x) ** 2)))
    assert slope(net, X.astype(np.float32)[None]).layers[0].weight.shape == (4, 3)
