"""Nets as plain text."""

from chainrule.draw.architecture.fold import runs
from chainrule.draw.architecture.words import heading, name, shortened, text, theta
from chainrule.explain.architecture import columns
from chainrule.nn.outline import outline
from tests.golden.compare import matches
from tests.nn.architectures import Joined, linear, residual_net, two_heads


def test_text_of_nets() -> None:
    nets = [
        columns([64, 128, 64, 10]),
        columns([64] * 50 + [10]),
        outline(residual_net()),
        outline(Joined(a=linear(3, 4), b=linear(7, 2))),
        outline(two_heads()),
    ]
    matches("architectures.txt", "\n\n".join(map(text, nets)))


def test_names_of_matrices() -> None:
    assert theta("Θ", [12]) == "Θ⁽¹²⁾"
    assert theta("Θ", [1, 2, 3]) == "Θ⁽¹⁾ … Θ⁽³⁾"
    assert theta("b", [2, 4, 6]) == "b⁽²⁾, b⁽⁴⁾ … b⁽⁶⁾"


def test_names_of_columns() -> None:
    net = columns([64] * 50 + [10])
    assert [name(net, run.columns[0]) for run in runs(net)] == ["input", "hidden 1…49", "output"]
    assert shortened("encoder.blocks.0.inner.layers.0") == "…blocks.0.inner.layers.0"


def test_headings() -> None:
    assert heading(columns([1000, 10])) == "1,000 – 10"
    assert heading(columns([2] * 20)) == "20 columns"
