"""One call on fresh leaves: which leaves are made, what stays on the graph, what is refused."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.eager.call import (
    Call,
    as_scalar,
    fresh_leaf,
    is_variable,
    leaf_in_place_of,
    like,
    linked,
    must_keep_history,
    shape_of,
    without_history,
)
from chainrule.eager.tensor import ConstantTensor, Tensor
from chainrule.errors import DtypeError, GradientError, ShapeError, UsageError
from chainrule.graph.mode import using
from chainrule.graph.node import Node, leaf

X = np.array([1.0, 2.0])


def product(x: Any, y: Any, scale: Any = 1.0) -> Any:
    return cr.sum(x * y) * scale


def call(f: Any, *args: Any, argnums: Any = 0, has_aux: bool = False) -> Call:
    return Call.of(f, args, {}, argnums, has_aux)


def test_only_the_chosen_arguments_become_leaves() -> None:
    seen: list[Any] = []
    made = call(lambda *args: seen.append(args) or cr.sum(args[1]), X, X, 3.0, argnums=(1, -1))
    ((first, second, third),) = seen
    assert first is X
    assert [second, third] == made.leaves
    assert all(type(x) is Tensor for x in made.leaves)


def test_gradients_come_in_the_structure_of_the_arguments() -> None:
    made = call(lambda p, s: cr.sum(p["w"] * p["b"][0]) * s, {"w": X, "b": [3.0]}, 2.0)
    (found,) = made.pull([(made.roots[0], np.float64(1.0))])
    np.testing.assert_array_equal(found["w"], [6.0, 6.0])
    assert found["b"] == [6.0]
    assert isinstance(found["b"][0], float)


def test_several_arguments_give_a_tuple() -> None:
    made = call(product, X, 2 * X, argnums=(1,))
    (found,) = made.pull([(made.scalar(), 1.0)])
    assert type(found) is tuple
    np.testing.assert_array_equal(found[0], X)


def test_gradients_of_several_roots_add_up() -> None:
    made = call(lambda x: (x * 2, x * x), 3.0)
    (found,) = made.pull(list(zip(made.roots, [1.0, 10.0], strict=True)))
    assert found == 62.0


def test_keyword_arguments_are_handed_on() -> None:
    made = Call.of(product, (X, X), {"scale": 3.0}, 0, False)
    assert made.plain(made.scalar()) == 15.0


@pytest.mark.parametrize(
    ("argnums", "says"),
    [
        (2, "argnums=2, but product was called with 2 positional arguments"),
        ((0, -3), "argnums=-3, but product was called with 2 positional arguments"),
        ((0, 0), "argnums=(0, 0) names an argument of product twice"),
        ((1, -1), "argnums=(1, -1) names an argument of product twice"),
    ],
)
def test_arguments_that_are_not_there(argnums: Any, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        call(product, X, X, argnums=argnums)
    assert str(caught.value) == says


def test_auxiliary_data_loses_its_history() -> None:
    made = call(lambda x: (cr.sum(x), {"seen": x * 2, "kept": "text"}), X, has_aux=True)
    assert type(made.aux["seen"]) is np.ndarray
    assert made.aux["kept"] == "text"


def test_auxiliary_data_comes_in_a_pair() -> None:
    with pytest.raises(UsageError) as caught:
        call(cr.sum, X, has_aux=True)
    assert str(caught.value) == "has_aux=True, but sum returned Tensor, no pair (value, aux)"


def test_a_scalar_is_needed() -> None:
    with pytest.raises(GradientError) as caught:
        call(lambda x: (x, x[0]), X).scalar()
    assert str(caught.value) == (
        "grad needs a scalar, but <lambda> returned (2,), ()\n"
        "hint: reduce it with cr.sum or cr.mean, or use cr.jacobian or cr.vjp"
    )
    with pytest.raises(GradientError, match="but <lambda> returned nothing"):
        call(lambda x: None, X).scalar()
    with pytest.raises(DtypeError, match=r"^<lambda> returned bool, expected floats$"):
        call(lambda x: x > 0, 1.0).scalar()
    assert call(lambda x: x[:1], X).scalar().shape == (1,)


def test_the_gradient_has_the_shape_of_the_output() -> None:
    made = call(lambda x: x * 2, X)
    with pytest.raises(ShapeError) as caught:
        made.pull([(made.roots[0], np.ones(3))])
    assert str(caught.value) == "the gradient has shape (3,), the output (2,)"


def test_only_floats_are_differentiated_by() -> None:
    with pytest.raises(DtypeError) as caught:
        leaf_in_place_of(3, 3)
    assert str(caught.value) == (
        "cannot differentiate by int64 values\n"
        "hint: pass floats, 3.0 instead of 3, or leave the argument out of argnums"
    )


def test_leaves_in_place_of_gates() -> None:
    x, n = cr.tensor(2.0), leaf(differentiable=False)
    assert leaf_in_place_of(x, x).inputs == (x,)
    assert leaf_in_place_of(n, n).inputs == (n,)
    fresh = leaf_in_place_of(ConstantTensor(X), X)
    assert (type(fresh), fresh.inputs) == (Tensor, ())
    assert is_variable(leaf_in_place_of(n, n))


def test_the_leaves_of_a_module_are_on_their_own() -> None:
    net = cr.nn.MLP(2, 3, 1, key=0)
    weight = net.layers[0].weight
    assert leaf_in_place_of(weight, net).inputs == ()
    assert leaf_in_place_of(X, net) is X
    with using(nesting=1):
        assert leaf_in_place_of(weight, net).inputs == (weight,)


def test_a_fresh_leaf_is_symbolic_while_tracing() -> None:
    assert type(fresh_leaf(X)) is Tensor
    with using(tracing=True):
        made = fresh_leaf(X)
    assert isinstance(made, Node)
    assert made.differentiable


def test_a_link_that_cannot_be_recorded_is_a_fresh_leaf() -> None:
    x = cr.tensor(2.0)
    assert linked(x).inputs == (x,)
    with cr.no_grad():
        made = linked(x)
    assert (type(made), made.inputs, float(made)) == (Tensor, (), 2.0)


def test_history_is_kept_for_tensors_of_others() -> None:
    outer, own = cr.tensor(2.0), fresh_leaf(np.float64(3.0))
    assert must_keep_history([own * outer], [own])
    assert not must_keep_history([own * own], [own])
    assert not must_keep_history([own * outer.detach()], [own])
    assert must_keep_history([leaf()], [])
    again = linked(outer)
    assert must_keep_history([again * own], [again])


def test_values_as_the_caller_wants_them() -> None:
    w = cr.tensor(3.0)
    kept = call(lambda x: w * x, 2.0)
    assert kept.plain(kept.roots[0]) is kept.roots[0]
    plain = call(lambda x: 3 * x, 2.0)
    assert (plain.plain(plain.roots[0]), type(plain.plain(plain.roots[0]))) == (6.0, float)


def test_without_history() -> None:
    x = cr.tensor(X)
    found = without_history({"y": x * 2, "z": 3.5, "k": 3, "n": leaf()})
    assert type(found["y"]) is np.ndarray
    assert (found["z"], found["k"]) == (3.5, 3)
    assert isinstance(found["n"], Node)
    net = cr.nn.MLP(2, 3, 1, key=0)
    settled = without_history(net)
    assert settled.layers[0].weight is not net.layers[0].weight
    assert type(settled.layers[0].weight) is Tensor


def test_small_conversions() -> None:
    assert (as_scalar(np.float64(2)), type(as_scalar(np.array(2.0)))) == (2.0, float)
    assert type(as_scalar(np.float32(2))) is np.float32
    assert as_scalar(X) is X
    assert [shape_of(v) for v in (2.0, X, leaf((3,)))] == [(), (2,), (3,)]
    single = cr.tensor(np.float32(1))
    assert like(single, 2).dtype == np.float32
    assert type(like(single, 2)) is ConstantTensor
    assert isinstance(like(leaf(), 2), Node)
    assert like(single, single) is single
