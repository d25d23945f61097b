"""Steps and gates in words: what the engine computed, in the lectures' terms."""

import pytest

from chainrule.draw.stepping.state import Walk
from chainrule.draw.stepping.words import check_words, panel, sentence
from chainrule.draw.terminal import line
from chainrule.explain.scene.records import MODULE
from tests.golden.graphs import dead_relu, fifty_layers, neuron, staged, two_layers


def told(walk: Walk, number: int) -> list[str]:
    return [line(*row).plain for row in sentence(walk.scene, number)]


def test_the_sigmoid_neuron_forward_and_back() -> None:
    walk = Walk(neuron())
    assert told(walk, 0) == [
        "start   blank: nothing has been computed yet, only the leaves have values"
    ]
    assert told(walk, 1) == [
        "forward 1 of 8   multiply gate   v1 = w0 × x0 = 2.00 × (−1.00) = −2.00"
    ]
    assert told(walk, 9) == ["backward 1 of 9   output   ∂f/∂f = 1.00"]
    assert told(walk, 12) == [
        "backward 4 of 9   exp gate   ∂f/∂v5 = 0.37 local × −0.53 upstream = −0.20"
    ]
    assert told(walk, 17) == [
        "backward 9 of 9   multiply gate   ∂f/∂w0 = −1.00 local × 0.20 upstream = −0.20",
        "                                  ∂f/∂x0 = 2.00 local × 0.20 upstream = 0.39",
    ]


def test_gradients_add_at_branches() -> None:
    walk = Walk(staged())
    said = [row for number in range(1, len(walk.scene.steps) + 1) for row in told(walk, number)]
    assert any(
        row.endswith("branch   ∂f/∂x = 0.51 + (−0.04) + 1.58 = 2.06   gradients add")
        for row in said
    )


def test_arrays_show_the_rule() -> None:
    walk = Walk(two_layers())
    said = [row for number in range(len(walk.scene.steps) + 1) for row in told(walk, number)]
    assert any("matmul gate   ∂f/∂v4 = g @ v5ᵀ = ‖" in row for row in said)


def test_closed_boxes_are_told_as_one() -> None:
    walk = Walk(fifty_layers())
    last = next(n for n in reversed(walk.scene.nodes) if n.kind == MODULE)
    number = next(i for i, step in enumerate(walk.scene.steps, 1) if step.node == last.id)
    assert told(walk, number)[0].endswith("   {layers.98}   all of its 3 gates")


def test_the_check_is_one_mark() -> None:
    assert line(*check_words(Walk(neuron()).scene)).plain.startswith("check ✓ ")
    assert check_words(Walk(fifty_layers()).scene) == []


@pytest.mark.parametrize(
    ("label", "wanted"),
    [
        (
            "v1",
            [
                "multiply gate   switcher",
                "Each input receives the upstream gradient times the other input.",
                "v1 = w0 × x0 = 2.00 × (−1.00) = −2.00",
                "to w0      x0 × ∂f/∂v1 = ∂f/∂w0",
                "        −1.00 ×   0.20 =  −0.20",
                "to x0     w0 × ∂f/∂v1 = ∂f/∂x0",
                "        2.00 ×   0.20 =   0.39",
            ],
        ),
        ("f", ["output", "∂f/∂f = 1.00"]),
    ],
)
def test_the_panel_of_a_gate(label: str, wanted: list[str]) -> None:
    scene = Walk(neuron()).scene
    node = next(n for n in reversed(scene.nodes) if n.label == label)
    assert [line(*row).plain for row in panel(scene, node)] == wanted


def test_the_panel_of_a_branch() -> None:
    scene = Walk(dead_relu()).scene
    rows = [line(*row).plain for row in panel(scene, scene.by_id["b2"])]
    assert rows[0] == "branch"
    assert rows[2] == "∂f/∂x = 0.00 + (−1.50) = −1.50   gradients add"
