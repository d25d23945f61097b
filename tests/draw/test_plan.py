"""A plan as text: narrow enough, the same each time, and as it was reviewed."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.describe import Description, describe
from chainrule.compiler.llvm import Host
from chainrule.compiler.steps import Steps
from chainrule.draw.plan import WIDTH, life, listed, repeated, text
from tests.golden.compare import matches

AVX2 = Host("x86_64-unknown-linux-gnu", "haswell", "", 32, 16)
ROWS, TARGETS = np.ones((8, 4), np.float32), np.zeros((8, 3), np.float32)


def described(f: Any, *args: Any, **options: Any) -> Description:
    found = cr.trace(f, *args)
    return describe(Circuit(found.inputs, found.outputs), AVX2, threads=2, **options)


def step(model: Any, x: Any, y: Any) -> Any:
    def loss(model: Any) -> Any:
        return cr.mean((model(x) - y) ** 2)

    value, slopes = cr.value_and_grad(loss)(model)
    return model.layers[0].weight - 0.1 * slopes.layers[0].weight, value


def of_a_net() -> Description:
    net = cr.nn.MLP(4, 5, 3, key=0)
    steps = Steps(updates={0: 0}, stacked=frozenset({1}), flushes=True)
    return described(step, net, ROWS, TARGETS, title="step(model, x, y)", steps=steps)


def test_a_step_of_a_net() -> None:
    assert matches("plan-step.txt", text(of_a_net()))


def test_kinds_of_kernels() -> None:
    def f(x: Any) -> Any:
        inverse = cr.linalg.inv(x @ x.T)
        return cr.sort(cr.cumsum(inverse)), cr.max(x, axis=0)

    assert matches("plan-kinds.txt", text(described(f, np.ones((3, 300)), title="f(x)")))


def test_shared_work() -> None:
    n = np.ones((512, 512), np.float32)
    found = text(described(lambda a, b: a @ b, n, n))
    assert "by 2 threads: " in found
    assert "; cut into " in found


@pytest.mark.parametrize("depth", [3, 60])
def test_no_line_is_too_wide(depth: int) -> None:
    net = cr.nn.MLP(*[64] * depth, key=0)
    x = np.ones((2, 64), np.float32)
    found = text(described(lambda m, x: m(x), net, x, title="a deep net"))
    assert max(map(len, found.splitlines())) <= WIDTH
    assert ("█" in found) == (depth == 3)
    assert ("0 to 1\n" in found) == (depth == 60)


def test_code_follows() -> None:
    found = of_a_net()
    shown = text(found, found.ir(0), "nop")
    assert "\n\nIn LLVM's assembly language\n\ndefine internal void @chainrule_0(" in shown
    assert shown.endswith("\n\nIn the processor's\n\nnop")


def test_lists() -> None:
    assert listed({"sum": 1, "exp": 3}) == "3 exp, sum"
    assert repeated(["add", "add", "exp", "add"]) == "2 add, exp, add"


def test_lives_are_drawn_where_there_is_room() -> None:
    array = next(x for x in of_a_net().arrays if x.kind == "arena")
    assert len(life(array, 12)) == 12
    assert life(array, 100) == f"{array.first} to {array.last}"
