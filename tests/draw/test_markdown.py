"""Markdown: formula, gates, check and derivation, as stored and looked at."""

import re

import chainrule as cr
from chainrule.draw.markdown import MOST, entry, markdown
from chainrule.explain.derive import derive
from tests.golden.compare import matches
from tests.golden.graphs import fifty_layers, neuron, softmax_loss


def test_the_neuron() -> None:
    graph = neuron()
    text = markdown(graph.scene(check=False), [derive(graph, "w0", check=False)])
    assert matches("circuit-neuron.md", text)


def test_arrays() -> None:
    assert matches("circuit-softmax.md", markdown(softmax_loss().scene(check=False)))


def test_a_picture_comes_first() -> None:
    text = markdown(neuron().scene(), circuit="neuron.svg")
    assert text.split("\n\n")[1].endswith("](neuron.svg)")


def test_the_check_is_a_table() -> None:
    text = markdown(neuron().scene())
    rows = [line for line in text.splitlines() if line.endswith("✓ agrees |")]
    assert [row.split(" | ")[0] for row in rows] == ["| w0", "| x0", "| w1", "| x1", "| w2"]


def test_what_was_not_compared_is_blank() -> None:
    graph = cr.Graph("abs(x)", x=0.0)
    graph.forward()
    graph.backward()
    assert "| x | 0 | 0 |  |  | ∧ kink: no derivative |" in markdown(graph.scene())


def test_every_table_has_rows_of_one_length() -> None:
    for graph in (neuron(), softmax_loss()):
        tables = re.findall(r"(?:^\|.*\n)+", markdown(graph.scene()), re.MULTILINE)
        assert len(tables) == 2
        for table in tables:
            bare = [re.sub(r"\\\||\$[^$]*\$", "", line) for line in table.splitlines()]
            assert len({line.count("|") for line in bare}) == 1


def test_of_many_gates_it_shows_some() -> None:
    text = markdown(fifty_layers().scene(check=False))
    assert re.search(rf"^\| … \| {201 - MOST} more ", text, re.MULTILINE)


def test_entries() -> None:
    assert (entry(None), entry(-0.5)) == ("", "−0.5")
