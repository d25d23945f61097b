"""The check and the counts as tables."""

import dataclasses

from chainrule.draw.derivation.costs import check_section, cost_section
from chainrule.draw.derivation.pieces import Grid, Sentence
from tests.draw.derivation.examples import deep, net, neuron


def test_counts_stand_beside_each_other() -> None:
    cost = neuron().evaluations
    assert cost is not None
    sentence, grid, note = cost_section(cost).parts
    assert isinstance(grid, Grid)
    assert [row[1:] for row in grid.rows] == [("8", "12"), ("48", "0"), ("65", "33")]
    assert sentence == Sentence(
        ("To find the gradients of all 5 inputs (8 gates, 5 paths) is computed:",)
    )
    assert note == Sentence(("All of it was carried out and counted.",))


def test_what_was_not_carried_out_has_a_mark() -> None:
    cost = deep(300).evaluations
    assert cost is not None
    sentence, grid, note = cost_section(cost).parts
    assert isinstance(grid, Grid)
    assert grid.rows[0][1:] == ("300", "300")
    assert grid.rows[2][1:] == ("44,850*", "300*")
    assert sentence == Sentence(
        ("To find the gradient of one input (300 gates, 1 path) is computed:",)
    )
    assert note == Sentence(("* too many to be carried out: counted from the circuit.",))


def test_a_check_says_how_it_was_made() -> None:
    grid, sentence = check_section(net()).parts
    assert isinstance(grid, Grid)
    assert len(grid.rows) == 6
    assert grid.rows[0][0] == "W1 ~"
    assert "random direction" in str(sentence)
    assert "random direction" not in str(check_section(neuron()))


def test_what_was_not_compared_is_blank() -> None:
    found = neuron()
    assert found.check is not None
    row = dataclasses.replace(
        found.check[0], difference=float("nan"), error=float("nan"), verdict="kink"
    )
    grid = check_section(dataclasses.replace(found, check=(row,))).parts[0]
    assert isinstance(grid, Grid)
    assert grid.rows[0][2:] == ("", "", "∧ kink: no derivative")
