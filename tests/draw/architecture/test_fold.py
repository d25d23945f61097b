"""Which columns and units of a net are drawn."""

from chainrule.draw.architecture.fold import WIDEST, runs, units
from chainrule.explain.architecture import columns
from chainrule.nn.outline import outline
from tests.nn.architectures import residual_net


def test_large_columns_lose_their_middle() -> None:
    assert units(16) == list(range(16))
    assert units(17) == [0, 1, 2, 3, 4, 5, None, 15, 16]
    assert units(1) == [0]


def test_equal_columns_stand_once() -> None:
    found = runs(columns([64] * 50 + [10]))
    assert [(len(run.columns), run.times) for run in found] == [(1, 1), (1, 49), (1, 1)]
    assert list(found[1].columns[0].every) == list(range(1, 50))


def test_two_equal_columns_stand_twice() -> None:
    assert [run.times for run in runs(columns([4, 8, 8, 2]))] == [1, 1, 1, 1]


def test_patterns_of_several_columns_stand_once() -> None:
    found = runs(outline(residual_net(5)))
    assert [(len(run.columns), run.times) for run in found] == [
        (1, 1), (1, 1), (2, 4), (1, 1), (1, 1), (1, 1),
    ]  # fmt: skip
    assert [list(shown.every) for shown in found[2].columns] == [[2, 4, 6, 8], [3, 5, 7, 9]]


def test_every_column_is_accounted_for() -> None:
    for net in (columns([64] * 50 + [10]), columns([5, 3, 5, 3, 5, 3, 5, 3, 2])):
        every = [i for run in runs(net) for shown in run.columns for i in shown.every]
        assert sorted(every) == list(range(len(net.columns)))


def test_very_long_nets_lose_their_middle() -> None:
    found = runs(columns(list(range(1, 100))))
    assert len(found) == WIDEST
    kinds = [run.columns[0].link.kind for run in found if run.columns[0].link]
    assert kinds.count("75 more columns") == 1
