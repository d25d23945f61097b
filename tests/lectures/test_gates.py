"""Worked examples W1 to W5: circuits of a few gates, with every value and every gradient."""

import math

import pytest

import chainrule as cr
from tests.lectures.slopes import gradients


def digits(x: object) -> float:
    return round(float(x), 6)  # type: ignore[arg-type]


def test_w01_a_sum_times_z() -> None:
    x, y, z = cr.tensor(-2.0), cr.tensor(5.0), cr.tensor(-4.0)
    q = x + y
    f = q * z
    assert (q.value, f.value) == (3, -12)
    f.backward()
    assert (f.grad, q.grad, z.grad, x.grad, y.grad) == (1, -4, 3, -4, -4)
    assert gradients(lambda x, y, z: (x + y) * z, -2.0, 5.0, -4.0) == [-4, -4, 3]


def test_gradients_are_blank_before_backward() -> None:
    x = cr.tensor(-2.0)
    q = x + 5.0
    assert x.grad is None
    assert q.grad is None


W2 = (2.0, -1.0, -3.0, -2.0, -3.0)  # w0, x0, w1, x1, w2
W2_GRADIENTS = (-0.196612, 0.393224, -0.393224, -0.589836, 0.196612)


def test_w02_a_neuron_gate_by_gate() -> None:
    w0, x0, w1, x1, w2 = leaves = [cr.tensor(v) for v in W2]
    a, b = w0 * x0, w1 * x1
    c = a + b
    d = c + w2
    e = d * -1
    f = cr.exp(e)
    g = 1 + f
    h = 1 / g
    gates = (a, b, c, d, e, f, g, h)
    forward = [digits(gate.value) for gate in gates]
    assert forward == [-2, 6, 4, 1, -1, 0.367879, 1.367879, 0.731059]
    h.backward()
    backward = [digits(gate.grad) for gate in (h, g, f, e, d)]
    assert backward == [1, -0.534447, -0.534447, -0.196612, 0.196612]
    assert (digits(a.grad), digits(b.grad)) == (0.196612, 0.196612)
    assert tuple(digits(leaf.grad) for leaf in leaves) == W2_GRADIENTS


def test_w02_sigmoid_as_one_gate() -> None:
    def separate(w0, x0, w1, x1, w2):  # type: ignore[no-untyped-def]
        return 1 / (1 + cr.exp(-(w0 * x0 + w1 * x1 + w2)))

    def coarse(w0, x0, w1, x1, w2):  # type: ignore[no-untyped-def]
        return cr.sigmoid(w0 * x0 + w1 * x1 + w2)

    fine, one = gradients(separate, *W2), gradients(coarse, *W2)
    assert one == pytest.approx(fine, rel=0, abs=1e-15)
    s = float(coarse(*W2))
    assert digits(s) == 0.731059
    assert digits((1 - s) * s) == 0.196612


def test_w03_staged_with_branches_at_x_and_y() -> None:
    x, y = cr.tensor(3.0), cr.tensor(-4.0)
    sigma_y = cr.sigmoid(y)
    numerator = x + sigma_y
    sigma_x = cr.sigmoid(x)
    denominator = sigma_x + (x + y) ** 2
    f = numerator / denominator
    assert sigma_y.value == pytest.approx(0.0179862, abs=5e-8)
    assert numerator.value == pytest.approx(3.0179862, abs=5e-8)
    assert sigma_x.value == pytest.approx(0.9525741, abs=5e-8)
    assert denominator.value == pytest.approx(1.9525741, abs=5e-8)
    assert f.value == pytest.approx(1.5456448841, abs=5e-11)
    f.backward()
    assert x.grad == pytest.approx(2.0595697956, abs=5e-11)
    assert y.grad == pytest.approx(1.5922327515, abs=5e-11)

    def whole(x, y):  # type: ignore[no-untyped-def]
        return (x + cr.sigmoid(y)) / (cr.sigmoid(x) + (x + y) ** 2)

    assert gradients(whole, 3.0, -4.0) == [x.grad, y.grad]


def test_w04_the_three_patterns_in_one_circuit() -> None:
    x, y, z, w = (cr.tensor(v) for v in (3.0, -4.0, 2.0, -1.0))
    product = x * y
    larger = cr.maximum(z, w)
    total = product + larger
    f = 2 * total
    assert [t.value for t in (product, larger, total, f)] == [-12, 2, -10, -20]
    f.backward()
    assert [t.grad for t in (x, y, z, w)] == [-8, 6, 2, 0]
    assert gradients(lambda x, y, z, w: 2 * (x * y + cr.maximum(z, w)), 3.0, -4.0, 2.0, -1.0) == [
        -8, 6, 2, 0,
    ]  # fmt: skip
    roles = [t.op.role for t in (product, larger, total)]
    assert roles == ["switcher", "router", "distributor"]


def test_w05_a_product_and_a_maximum() -> None:
    assert cr.multiply(4.0, -3.0) == -12
    assert gradients(lambda x, y: x * y, 4.0, -3.0) == [-3, 4]
    assert cr.maximum(4.0, 2.0) == 4
    assert gradients(cr.maximum, 4.0, 2.0) == [1, 0]


def test_gradients_add_at_branches() -> None:
    x = cr.tensor(3.0)
    f = x * x + x * 5  # three wires leave x
    f.backward()
    assert x.grad == 2 * 3 + 5


def test_full_precision_where_slides_round() -> None:
    # Rounding 0.196612 to 0.20 before multiplying by 2 gives 0.40; the value is 0.39.
    w0 = cr.tensor(2.0)
    (dx0,) = gradients(lambda x0: cr.sigmoid(w0.value * x0 + 6.0 - 3.0), -1.0)
    assert f"{dx0:.2f}" == "0.39"
    assert dx0 == pytest.approx(2 / (2 + 2 * math.cosh(1)), rel=1e-15)


@pytest.mark.parametrize(
    ("gate", "slope"),
    [
        (lambda x: x + 7.0, lambda x: 1.0),
        (lambda x: 7.0 * x, lambda x: 7.0),
        (lambda x: 1 / x, lambda x: -1 / x**2),
        (cr.exp, math.exp),
    ],
)
def test_the_gates_of_the_lectures(gate, slope) -> None:  # type: ignore[no-untyped-def]
    for x in (-2.0, 0.5, 3.0):
        assert gradients(gate, x)[0] == pytest.approx(slope(x), rel=1e-15)
