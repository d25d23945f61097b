"""Which gates share a kernel, for circuits that are known."""

import time
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.fuse import fuse, reaches, sort
from chainrule.compiler.group import Group
from chainrule.graph.node import leaf
from chainrule.train.step import Objective, Stepper
from tests.compiler.kernels import agree, groups, kinds

X = np.random.default_rng(0).normal(size=(8, 6))
W = np.random.default_rng(1).normal(size=(6, 8))


def test_elementwise_gates_are_one_kernel() -> None:
    assert len(kinds(lambda x: cr.tanh(x) * 2 + cr.exp(-x), X)) == 1


def test_what_follows_a_product_is_its_epilogue() -> None:
    (found,) = groups(lambda x, w, b: cr.tanh(x @ w + b), X, W, np.ones(8))
    assert found == ["matmul", "tanh"]  # the sum is written out in the activation
    assert kinds(lambda x, w: cr.tanh(x @ w), X, W) == ["product"]


def test_what_follows_a_sum_is_its_epilogue() -> None:
    assert groups(lambda x: cr.exp(cr.sum(x, axis=1)), X) == [["sum", "exp"]]


def test_views_have_no_kernel() -> None:
    assert len(kinds(lambda x: cr.tanh(x.T[::-1].reshape(-1)), X)) == 1


def trained(net: Any) -> list[list[str]]:
    step = Stepper(
        Objective(lambda z, y: cr.mean(cr.square(z - y))), optim.Adam(), cr.random.key(0)
    )
    step.start(net)
    rows = np.arange(8).reshape(2, 4)
    step.run(X.astype("f4"), W[:, :3].astype("f4").repeat(2, 0)[:8], rows)
    code = next(iter(step._codes.values()))
    return [[n.op.name for n in launch.group.nodes if n.op] for launch in code.plan.launches]


def test_a_step_of_training() -> None:
    """The activation follows its product, and Adam the product that gives the gradient."""
    found = trained(nn.MLP(6, 8, 3, key=0, activation="tanh"))
    products = [names for names in found if names[0] == "matmul"]
    assert any("tanh" in names for names in products)
    assert sum("sqrt" in names for names in products) == 2


def test_sums_with_numbers_that_are_not_known_yet() -> None:
    """A gate that reads a sum is not in the kernel that is still adding it up."""
    for shape in ((1,), (1, 1), (3,), (2, 2)):
        agree(lambda x: cr.tanh(x) / cr.sum(cr.tanh(x)), np.full(shape, 0.3))


def test_sums_over_views_of_another_rank() -> None:
    agree(lambda x: (cr.tanh(x), cr.mean(cr.tanh(x).reshape((2, 4, 6)))), X)


@pytest.mark.parametrize("shape", [(3, 5), (40, 70), (70, 3), (3, 130), (900, 1100)])
@pytest.mark.parametrize("axis", [0, 1])
def test_sums_beside_what_follows_a_sum(shape: Any, axis: int) -> None:
    """The norm of a bias's gradient is added up where its entries are."""

    def f(x: Any) -> Any:
        total = cr.sum(x, axis=axis)
        return cr.tanh(total), cr.sum(total**2), cr.mean(cr.tanh(total))

    x = np.random.default_rng(2).normal(size=shape)
    assert groups(f, x)[0][:2] == ["sum", "tanh"]
    assert kinds(f, x) == ["reduce"]
    agree(f, x)


@pytest.mark.parametrize("shape", [(0,), (0, 3)])
def test_sums_over_nothing(shape: Any) -> None:
    agree(lambda x: (cr.tanh(x), cr.sum(cr.tanh(x))), np.zeros(shape))


def test_what_is_doubled_is_not_written_out_ever_longer() -> None:
    def doubled(x: Any) -> Any:
        for _ in range(40):
            x = x + x
        return cr.tanh(x)

    began = time.process_time()
    agree(doubled, X * 1e-14)
    assert time.process_time() - began < 2


def test_every_gate_is_computed_once_or_written_out() -> None:
    x = leaf((4, 3))
    y = cr.tanh(x @ x.T)
    circuit = Circuit((x,), (cr.sum(y, axis=0), cr.exp(y) * 2))
    found = fuse(circuit)
    placed = [node for group in found.groups for node in group.nodes]
    assert len(placed) == len(set(placed))
    assert set(placed) | found.definitions.virtual == set(circuit.gates)


def test_order() -> None:
    a, b, c = (Group("map", [leaf(())]) for _ in range(3))
    b.needs, c.needs = {a}, {a}
    assert sort([c, b, a], {b: {c}}) == [a, c, b]
    assert sort([b, c, a], {b: {c}, c: {b}})[0] is a  # neither can wait for the other
    assert reaches(b, a)
    assert not reaches(a, b)
