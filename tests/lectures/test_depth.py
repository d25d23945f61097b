"""Worked example W13: what depth does to gradients; and why one reverse pass is enough."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph.registry import Op


def gradient_through(factor: float, depth: int) -> Any:
    """Return the gradient by the input of `depth` layers W x with W = factor I, in float32."""
    x = cr.tensor(np.ones(4, np.float32))
    w = (factor * np.eye(4)).astype(np.float32)
    h: Any = x
    for _ in range(depth):
        h = w @ h
    cr.sum(h).backward()
    assert x.grad.dtype == np.float32
    return x.grad


@pytest.mark.parametrize(
    ("factor", "depth", "exact", "shown"),
    [
        (1.5, 49, 1.5**49, "4.25e+08"),
        (0.5, 49, 0.5**49, "1.8e-15"),
        (1.5, 149, 1.5**149, "1.7e+26"),
        (0.5, 149, 0.5**149, "1.4e-45"),
    ],
)
def test_w13_linear_nets(factor: float, depth: int, exact: float, shown: str) -> None:
    g = gradient_through(factor, depth)
    np.testing.assert_allclose(g.astype(np.float64), exact, rtol=1e-5 if factor > 1 else 0)
    places = 2 if shown == "4.25e+08" else 1
    assert f"{float(g[0]):.{places}e}" == shown


def test_w13_the_smallest_number_of_float32_is_kept() -> None:
    g = gradient_through(0.5, 149)
    assert g[0] == np.finfo(np.float32).smallest_subnormal
    assert np.all(gradient_through(0.5, 150) == 0)


@pytest.mark.parametrize(("depth", "shown"), [(10, "9.5e-07"), (50, "7.9e-31")])
def test_w13_chains_of_sigmoids(depth: int, shown: str) -> None:
    def chain(x: Any, shift: float) -> Any:
        for _ in range(depth):
            x = cr.sigmoid(x) - shift
        return x

    best = cr.grad(chain)(0.0, 0.5)  # every sigmoid at its steepest point
    assert best == 0.25**depth
    assert f"{best:.1e}" == shown
    for x in (-3.0, 0.0, 1.0, 8.0):
        assert 0 < cr.grad(chain)(x, 0.0) < best


class Counted:
    """A gate that counts how often it is evaluated, forward and backward."""

    def __init__(self) -> None:
        self.forward = self.backward = 0
        self.gate = Op(self.rule, numpy=self.compute, name="counted")

    def compute(self, x: Any, w: Any) -> Any:
        self.forward += 1
        return np.tanh(w * x)

    def rule(self, g: Any, z: Any, x: Any, w: Any) -> Any:
        self.backward += 1
        local = g * (1 - z * z)
        return local * w, local * x


DEPTH = 30


def net(gate: Op, weights: Any) -> Any:
    h: Any = 0.7
    for w in weights:
        h = gate(h, w)
    return h


def test_one_reverse_pass_evaluates_each_gate_once() -> None:
    counted = Counted()
    weights = [cr.tensor(0.9) for _ in range(DEPTH)]
    net(counted.gate, weights).backward()
    assert (counted.forward, counted.backward) == (DEPTH, DEPTH)
    assert all(w.grad is not None for w in weights)


def test_the_chain_rule_written_out_per_parameter_evaluates_again_and_again() -> None:
    counted = Counted()
    values = [0.9] * DEPTH
    one_by_one = []
    for k in range(DEPTH):
        alone = cr.grad(lambda w, k=k: net(counted.gate, [*values[:k], w, *values[k + 1 :]]))
        one_by_one.append(alone(values[k]))
    assert counted.forward == DEPTH**2
    assert counted.backward == DEPTH * (DEPTH + 1) // 2  # the factors from gate k to the end
    at_once = cr.grad(lambda ws: net(counted.gate, ws))(values)
    assert one_by_one == pytest.approx(at_once, rel=1e-14)


def dense(x: Any, layers: int, width: int = 4) -> Any:
    units = [x]
    for _ in range(layers):
        total = sum(units[1:], units[0])
        units = [cr.tanh(total) for _ in range(width)]
    return sum(units[1:], units[0])


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_paths_multiply_where_backpropagation_adds(layers: int) -> None:
    found = cr.derive(lambda x: dense(x, layers), x=0.1, check=False).evaluations
    assert found.paths == 4**layers
    sums = 3 * layers  # after each layer; of two operands, a tanh has one
    assert found.backprop.values == found.gates == 4 * layers + sums
    assert found.backprop.locals == 4 * layers + 2 * sums
    assert (layers == 1) or found.written_out.total > found.backprop.total


def test_differences_evaluate_everything_twice_per_parameter() -> None:
    counted = Counted()
    h = 1e-5
    for k in range(DEPTH):
        for step in (h, -h):
            values = np.full(DEPTH, 0.9)
            values[k] += step
            net(counted.gate, values)
    assert (counted.forward, counted.backward) == (2 * DEPTH**2, 0)
