"""The worked circuits through `cr.Graph`: values above the wires, gradients below, roles."""

import pytest

import chainrule as cr
from chainrule.errors import GradientError


def run(text: str, **values: float) -> cr.Graph:
    g = cr.Graph(text, **values)
    g.forward()
    g.backward()
    return g


def rounded(values: list[float]) -> list[float]:
    return [round(v, 6) for v in values]


def test_w01() -> None:
    g = run("(x + y) * z", x=-2.0, y=5.0, z=-4.0)
    assert [n.value for n in g.gates] == [3, -12]
    assert [n.grad for n in g.gates] == [-4, 1]
    assert g.gradients == {"x": -4, "y": -4, "z": 3}


def test_w02() -> None:
    values = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    g = run("1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))", **values)
    wanted = [-2, 6, 4, 1, -1, 0.367879, 1.367879, 0.731059]
    assert rounded([n.value for n in g.gates]) == wanted
    by_wire = {round(n.value, 6): round(n.grad, 6) for n in g.gates}
    backward = [1, -0.534447, -0.534447, -0.196612, 0.196612]
    assert [by_wire[v] for v in reversed(wanted[3:])] == backward
    assert rounded(list(g.gradients.values())) == [
        -0.196612, 0.393224, -0.393224, -0.589836, 0.196612,
    ]  # fmt: skip


def test_w02_local_times_upstream_at_every_gate() -> None:
    values = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    g = run("1 / (1 + exp(-(w0 * x0 + w1 * x1 + w2)))", **values)
    for node in g.gates:
        for local, handed in zip(node.local_gradients, node.downstream, strict=True):
            assert (local is None) == (handed is None)
            if local is not None:
                assert handed == pytest.approx(local * node.upstream, rel=1e-15)


def test_w04() -> None:
    g = run("2 * (x * y + max(z, w))", x=3.0, y=-4.0, z=2.0, w=-1.0)
    assert [n.value for n in g.gates] == [-12, 2, -10, -20]
    assert g.gradients == {"x": -8, "y": 6, "z": 2, "w": 0}
    assert [n.role for n in g.gates[:3]] == ["switcher", "router", "distributor"]


def test_w12() -> None:
    def cost(a, b, c):  # type: ignore[no-untyped-def]
        u = b * c
        v = a + u
        return 3 * v

    g = cr.Graph(cost, a=5.0, b=3.0, c=2.0)
    assert (g.forward(), g["u"].value, g["v"].value) == (33, 6, 11)
    assert g.backward() == {"a": 3, "b": 6, "c": 9}
    assert (g["v"].grad, g["u"].grad) == (3, 3)


def test_blank_until_computed() -> None:
    g = cr.Graph("x * y", x=2.0, y=3.0)
    assert (g.output.value, g.output.grad) == (None, None)
    with pytest.raises(GradientError, match="backward\\(\\) comes after forward\\(\\)"):
        g.backward()
    g.forward()
    assert g.gradients == {"x": None, "y": None}


def test_gradients_add_at_branches_and_the_parts_are_kept() -> None:
    g = run("x * x + 5 * x", x=3.0)
    parts = [part.value for part in g["x"].contributions]
    assert sorted(parts) == [3, 3, 5]
    assert g["x"].grad == sum(parts) == 11
