"""Everyone gets the same weights, tables and batches."""

import numpy as np
import pytest

from benchmarks.cases import CASES, Net, chosen
from benchmarks.problem import make

SMALL = [n for n, c in CASES.items() if n != "wide" and c.group in ("nets", "functions", "eager")]


@pytest.mark.parametrize("name", SMALL)
def test_problem_is_the_same_for_all(name: str) -> None:
    one, other = make(CASES[name]), make(CASES[name])
    assert list(one.state) == list(other.state)
    for a, b in [(one.x, other.x), (one.y, other.y), *pairs(one.state, other.state)]:
        np.testing.assert_array_equal(a, b)
        assert a.dtype in (np.float32, np.int64)
    np.testing.assert_array_equal(one.rows(7), other.rows(7))


def pairs(one: dict, other: dict) -> list:
    return list(zip(one.values(), other.values(), strict=True))


def test_longer_rounds_begin_like_shorter_ones() -> None:
    problem = make(CASES["digits32"])
    rows = problem.rows(200)
    assert rows.shape == (200, 32)
    np.testing.assert_array_equal(problem.rows(10), rows[:10])
    np.testing.assert_array_equal(np.sort(rows.ravel()[:1797]), np.arange(1797))


def test_a_batch_may_be_larger_than_the_table() -> None:
    problem = make(CASES["batch_4096"])
    assert problem.rows(3).shape == (3, 4096)
    np.testing.assert_array_equal(problem.rows(1), problem.rows(3)[:1])


def test_full_batches_are_in_order() -> None:
    assert make(CASES["xor"]).rows(2).tolist() == [[0, 1, 2, 3]] * 2


def test_weights_are_named_as_in_the_net() -> None:
    import chainrule as cr

    case = CASES["digits32"]
    assert isinstance(case, Net)
    problem = make(case)
    net = cr.nn.MLP(*case.sizes, key=0).load_state_dict(problem.state)
    np.testing.assert_array_equal(net.state_dict()["layers.2.weight"], problem.layers[1][0])


def test_groups_are_spelt_out() -> None:
    assert [c.name for c in chosen(("depth", "xor"))][-2:] == ["depth_200", "xor"]
    assert len(chosen(("all",))) == len(CASES)
