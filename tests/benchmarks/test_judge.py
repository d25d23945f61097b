"""The judge's two ways agree, and it notices another loss."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import judge
from benchmarks.cases import CASES, Net
from benchmarks.problem import make
from benchmarks.rivals import chainrule, numpy
from benchmarks.steps import state_of, step_of, targets_of


@pytest.mark.parametrize("name", ["xor", "digits32", "regression", "mnist_momentum", "depth_5"])
def test_numpy_by_hand_is_the_interpreted_loss(name: str) -> None:
    case = CASES[name]
    assert isinstance(case, Net)
    problem = make(replace(case, rows=min(case.rows, 200))).astype(np.float64)
    rows = problem.rows(4)
    step, state = step_of(problem, chainrule.LIBRARY), state_of(problem)
    wanted = []
    for batch in rows:
        state, loss = step(state, problem.x[batch], targets_of(problem)[batch])
        wanted.append(float(loss))
    found = numpy.build(problem)(rows)()
    np.testing.assert_allclose(found, wanted, rtol=1e-9)


@pytest.mark.parametrize("name", ["moons", "rnn20", "second_derivatives", "jacobian", "hvp"])
def test_functions_make_progress(name: str) -> None:
    losses = judge.losses(name)
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


def test_another_loss_is_noticed() -> None:
    right = judge.losses("xor").tolist()
    assert judge.complaint("xor", right) == ""
    assert judge.complaint("xor", float(np.mean(right))) == ""
    assert "at step 3" in judge.complaint("xor", [*right[:3], right[3] * 1.01, *right[4:]])
    assert "shape" in judge.complaint("xor", right[:5])
    assert "computes something else" in judge.complaint("xor", float("nan"))
