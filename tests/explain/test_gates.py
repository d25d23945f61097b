"""`cr.Graph`: the lectures' numbers, what is blank when, and what it says to mistakes."""

import math
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import (
    DtypeError,
    ExpressionError,
    GradientError,
    ShapeError,
    UsageError,
)
from tests.explain.examples import (
    CASES,
    NEURON,
    NEURON_BACK,
    NEURON_GRADIENTS,
    SIGMOID,
    SLOPE,
    STAGED,
)


def computed(f: Any, /, **values: Any) -> cr.Graph:
    g = cr.Graph(f, **values)
    g.forward()
    g.backward()
    return g


def sum_product(x: Any, y: Any, z: Any) -> Any:
    q = x + y
    f = q * z
    return f  # noqa: RET504 - the name is what is tested


def test_sum_times_z_by_the_names_of_the_lecture() -> None:
    g = computed(sum_product, x=-2.0, y=5, z=-4.0)
    assert [view.name for view in g.nodes] == ["x", "y", "z", "q", "f"]
    assert (g["q"].value, g["f"].value) == (3, -12)
    assert (g["q"].grad, g["z"].grad, g["x"].grad, g["y"].grad) == (-4, 3, -4, -4)
    assert g["q"].local_gradients == (1, 1)
    assert g["f"].local_gradients == (-4, 3)
    assert g["f"].upstream == 1
    assert g["q"].upstream == -4
    assert g["q"].downstream == (-4, -4)
    assert (g["q"].role, g["f"].role) == ("distributor", "switcher")
    assert g["q"].inputs == (g["x"], g["y"])
    assert g["q"].source is not None
    assert g["q"].source.text == "q = x + y"


@pytest.mark.parametrize("name", CASES)
def test_the_lectures_circuits(name: str) -> None:
    expression, leaves, values, gradients = CASES[name]
    g = computed(expression, **leaves)
    assert [view.value for view in g.gates] == pytest.approx(values, rel=1e-15)
    assert g.gradients == pytest.approx(gradients, rel=1e-14)


def test_backward_along_the_sigmoid_neuron() -> None:
    g = computed(SIGMOID, **NEURON)
    back = [view.upstream for view in g.backward_order][:5]
    assert back == pytest.approx(NEURON_BACK, rel=1e-14)
    assert back[1] == pytest.approx(-0.534447, abs=5e-7)
    assert g["w2"].grad == pytest.approx(0.196612, abs=5e-7)


def test_one_sigmoid_gate_gives_the_same_gradients() -> None:
    g = computed("sigmoid(w0*x0+w1*x1+w2)", **NEURON)
    for name, gradient in NEURON_GRADIENTS.items():
        assert abs(g[name].grad - gradient) < 1e-15
    assert g.output.local_gradients[0] == pytest.approx(SLOPE, rel=1e-15)


def test_contributions_add_at_branches() -> None:
    g = computed(STAGED, x=3.0, y=-4.0)
    assert g.output.value == pytest.approx(1.5456448841, abs=1e-10)
    assert g["x"].grad == pytest.approx(2.0595697956, abs=1e-10)
    assert g["y"].grad == pytest.approx(1.5922327515, abs=1e-10)
    assert len(g["x"].contributions) == 3
    assert math.fsum(c.value for c in g["x"].contributions) == pytest.approx(g["x"].grad)
    assert {c.gate.op for c in g["y"].contributions} == {"add", "sigmoid"}


def test_a_gate_that_takes_a_value_twice_contributes_twice() -> None:
    g = computed("x*x", x=3.0)
    assert [(c.operand, c.value) for c in g["x"].contributions] == [(0, 3), (1, 3)]
    assert g["x"].grad == 6
    assert len(g["x"].consumers) == 2


def test_a_nudge_arrives_times_the_gradient() -> None:
    g = cr.Graph("3*(a+b*c)", a=5.0, b=3.0, c=2.0)
    assert g.forward() == 33
    g.set(a=5.001)
    assert g.forward() == pytest.approx(33.003)
    g.set(a=5.0, b=3.001)
    assert g.forward() == pytest.approx(33.006)


def test_everything_is_blank_before_it_is_computed() -> None:
    g = cr.Graph("(x+y)*z", x=-2.0, y=5.0, z=-4.0)
    for view in g.gates:
        assert view.value is None
        assert view.local_gradients == (None, None)
    assert g.forward_order == []
    g.forward()
    for view in g.nodes:
        assert view.grad is None
        assert view.upstream is None
        assert view.contributions == ()
    assert g["add#1"].local_gradients == (1, 1)
    assert g["add#1"].downstream == (None, None)
    assert g.backward_order == []
    assert [view.name for view in g.forward_order] == ["add#1", "multiply#1"]
    g.backward()
    assert [view.name for view in g.backward_order] == ["multiply#1", "add#1"]


def test_setting_a_leaf_blanks_what_depends_on_it() -> None:
    g = computed("(x+y)*(z+w)", x=1.0, y=2.0, z=3.0, w=4.0)
    g.set(x=2)
    assert g["add#1"].value is None
    assert g.output.value is None
    assert g["add#2"].value == 7
    assert g.gradients == {"x": None, "y": None, "z": None, "w": None}
    with pytest.raises(GradientError, match="comes after forward"):
        g.backward()
    assert g.forward() == 28
    assert g.backward() == {"x": 7, "y": 7, "z": 4, "w": 4}


def test_arrays_have_the_diagonal_of_the_jacobian_or_nothing() -> None:
    w = np.array([[0.1, 0.5], [-0.3, 0.8]])
    g = computed("sum((W@x)^2)", W=w, x=np.array([0.2, 0.4]))
    assert g.output.value == pytest.approx(0.116)
    assert g["W"].grad == pytest.approx(np.array([[0.088, 0.176], [0.104, 0.208]]))
    assert g["x"].grad == pytest.approx(np.array([-0.112, 0.636]))
    assert g["matmul#1"].local_gradients == (None, None)
    assert g["power#1"].local_gradients[0] == pytest.approx(np.array([0.44, 0.52]))
    assert g["power#1"].local_gradients[1] is None
    assert g["sum#1"].local_gradients == (None,)


def test_the_upstream_gradient_may_be_given() -> None:
    g = cr.Graph("x*y", x=[1.0, 2.0], y=3.0)
    g.forward()
    found = g.backward([10.0, 1.0])
    assert found["x"].tolist() == [30, 3]
    assert found["y"] == 12


def test_arguments_may_be_containers() -> None:
    def f(params: Any, x: Any) -> Any:
        return params["w"] * x + params["b"]

    g = computed(f, params={"w": 2.0, "b": 1.0}, x=3.0)
    assert g.gradients == {"params.b": 1, "params.w": 3, "x": 2}


def test_whole_numbers_are_floats_but_arrays_of_them_stay() -> None:
    g = computed(lambda x, labels: cr.sum(x[labels]), x=[1, 2.0, 3], labels=np.array([0, 2]))
    assert g["x"].grad.tolist() == [1, 0, 1]
    assert g["labels"].grad is None


def test_a_switch_decides_how_the_circuit_is_built() -> None:
    def f(x: Any, squared: bool) -> Any:
        return x * x if squared else x + 0

    assert computed(f, x=3.0, squared=True).gradients == {"x": 6}
    assert computed(f, x=3.0, squared=False).gradients == {"x": 1}


def test_variables_that_are_assigned_again_get_a_number() -> None:
    def f(x: Any) -> Any:
        for _ in range(3):
            x = x * 2
        return -x

    g = computed(f, x=1.0)
    assert [view.name for view in g.nodes] == ["x", "x#2", "x#3", "x#4", "negative#1"]
    assert [view.label for view in g.nodes] == ["x", "x2", "x3", "x4", "f"]


def test_labels_give_way_to_arguments_that_bear_them() -> None:
    g = computed("v1*f+f", v1=2.0, f=3.0)
    assert [view.label for view in g.gates] == ["u1", "out"]


def test_the_variable_that_holds_the_graph_names_no_gate() -> None:
    total = cr.Graph("x+1", x=1.0)
    assert [view.name for view in total.gates] == ["add#1"]
    assert total.gates[0].source is None


def test_gates_of_ones_own_need_no_more_than_numpy() -> None:
    @cr.op(numpy=lambda x: x**3)
    def cubed(g: Any, z: Any, x: Any) -> Any:
        """Three x squared."""
        return (g * 3 * x**2,)

    g = computed(lambda x: cubed(x), x=2.0)
    assert g.output.value == 8
    assert g.output.local_gradients == (12,)
    assert g.gradients == {"x": 12}


def test_it_prints_a_drawing() -> None:
    g = cr.Graph("(x+y)*z", x=-2.0, y=5.0, z=-4.0)
    assert "▸(+)─v1─" in repr(g)
    assert "−12" not in repr(g)
    g.forward()
    assert "−12" in repr(g)
    assert repr(g["x"]) == "<leaf x value=-2.0 grad=None>"
    assert repr(g.output) == "<multiply multiply#1 value=-12.0 grad=None role=switcher>"


def message(f: Any, /, **values: Any) -> str:
    with pytest.raises(UsageError) as caught:
        cr.Graph(f, **values)
    return str(caught.value)


def test_what_it_says_to_mistakes() -> None:
    assert message("x*y", x=1.0) == ("no value for y\n  x*y\n    ^\nhint: give one for each: y=1.0")
    assert message("x*y", x="2", y=1.0) == "x must be a number or an array, got str"
    assert message("x*y", x=None, y=1.0) == "x must be a number or an array, got NoneType"
    assert message("x*y", x=[1, [2]], y=1.0) == (
        "x must be a number or an array, got a list with uneven rows"
    )
    assert message(3, x=1.0) == (
        "expected a function or the text of an expression, got int\n"
        'hint: write lambda x: ..., or the text of it, as in "x*y"'
    )
    assert message(lambda x, y: x * y, x=1.0) == (
        "no value for y, which <lambda> takes\nhint: give one for each: y=1.0"
    )
    assert message(sum_product, x=1.0, y=1.0, z=1.0, w=1.0).startswith(
        "sum_product has no argument 'w'\nhint: "
    )
    assert message(lambda x: 3.0, x=1.0) == (
        "<lambda> returned a constant: it depends on none of the arguments\n"
        "hint: compute with the arguments, by operators and cr functions such as cr.exp"
    )
    assert message(lambda x: (x, x), x=1.0) == (
        "<lambda> returned tuple, expected one number or array\n"
        "hint: return the value whose gradient is wanted"
    )
    assert message("x*(", x=1.0) == "a number or a name is missing after '('\n  x*(\n     ^"
    assert message("W@x", W=[[1.0, 2.0]], x=[1.0]) == (
        "matmul of (1, 2) and (1,): the inner sizes differ, 2 and 1\n  W@x\n   ^"
    )
    with pytest.raises(ExpressionError):
        cr.Graph("x+", x=1.0)
    with pytest.raises(DtypeError, match="x must hold real numbers, got complex128"):
        cr.Graph("x+1", x=np.array([1j]))


def test_what_the_passes_say_to_mistakes() -> None:
    g = cr.Graph("x*2", x=[1.0, 2.0])
    with pytest.raises(GradientError) as early:
        g.backward()
    assert str(early.value) == (
        "backward() comes after forward(): the gates have no values yet\n"
        "hint: call g.forward() first"
    )
    g.forward()
    with pytest.raises(GradientError, match=r"the output has shape \(2,\)"):
        g.backward()
    with pytest.raises(ShapeError, match=r"shape \(3,\), the output \(2,\)"):
        g.backward(np.ones(3))
    with pytest.raises(ShapeError, match=r"x has shape \(2,\), the new value \(\)"):
        g.set(x=1.0)
    with pytest.raises(UsageError, match="no leaf 'y'"):
        g.set(y=1.0)
    with pytest.raises(UsageError, match="the graph has no node 'multiply'"):
        g["multiply"]
    flat = cr.Graph("floor(x) + sign(x)", x=1.5)
    flat.forward()
    assert flat.backward() == {"x": None}


def test_a_chain_of_many_gates_is_no_deeper_than_one() -> None:
    def f(x: Any) -> Any:
        for _ in range(3000):
            x = x + 1
        return x

    assert computed(f, x=0.0).gradients == {"x": 1}


def test_the_first_gate_that_is_not_finite_is_found() -> None:
    g = cr.Graph("2*log(x*y)+x", x=-1.0, y=3.0)
    assert g.first_not_finite is None  # nothing has run
    g.forward()
    assert g.first_not_finite is not None
    assert g.first_not_finite.op == "log"
    g.set(x=1.0)
    g.forward()
    assert g.first_not_finite is None
