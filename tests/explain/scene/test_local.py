import numpy as np

import chainrule as cr
from chainrule.draw.maths import text
from tests.golden.graphs import both_passes


def test_local_times_upstream_is_downstream():
    scene = both_passes("sigmoid(x) * exp(y) - x / y", x=0.3, y=-1.2).scene()
    assert len(scene.locals) == 8
    for local in scene.locals:
        assert np.isclose(local.value * local.upstream, local.downstream, rtol=1e-15)


def test_a_gate_that_mixes_entries_has_a_rule_with_shapes():
    values = {"W": [[0.1, 0.5], [-0.3, 0.8]], "x": [0.2, 0.4]}
    scene = both_passes(lambda W, x: cr.sum((W @ x) ** 2), **values).scene()
    by_w, by_x = [local for local in scene.locals if local.node == "n2"]
    assert by_x.shapes["W"] == (2, 2)
    assert text(by_x.rule) in ("transpose(W) @ g", "g @ W")
    assert by_w.value is by_x.value is None
    assert np.allclose(by_x.jacobian, values["W"])
    expected = np.kron(np.eye(2), values["x"])
    assert np.allclose(by_w.jacobian, expected)


def test_elementwise_gates_keep_the_diagonal_and_no_jacobian():
    (local, _) = both_passes(lambda x: cr.sum(cr.exp(x)), x=[0.0, 1.0]).scene().locals
    assert local.jacobian is None
    assert local.value.data == (1.0, float(np.exp(1.0)))


def test_large_jacobians_are_not_formed():
    x = np.ones((30, 30))
    assert all(local.jacobian is None for local in both_passes(cr.sum, x=x).scene().locals)


def test_operands_without_gradient_have_no_local():
    scene = both_passes(lambda x: cr.where(x > 0, x, -x), x=-2.0).scene()
    chosen = [local for local in scene.locals if scene.by_id[local.node].op == "where"]
    assert [local.operand for local in chosen] == [1, 2]
