import pytest

from benchmarks.drawing import Limit, dense, gates, in_view, limits, loop

MARGIN = {"s": 5.0, "MB": 5.0, "bytes": 1.0}  # a busy machine is slow, its files are not longer


def test_drawings_keep_their_limits():
    missed = [row for row in limits(1) if row.found > MARGIN[row.unit] * row.limit]
    assert not missed


def test_a_dense_net_has_two_gates_a_weight():
    assert gates(dense(3, 2)) == f"{2 * (2 * 9) + 5} gates"


def test_what_is_large_is_measured_as_it_is_shown():
    assert len(in_view(loop(200)).nodes) < 100


@pytest.mark.parametrize(("found", "kept"), [(1.0, True), (1.01, False)])
def test_a_limit_is_kept_up_to_itself(found, kept):
    assert Limit("x", found, 1.0, "s").kept is kept
