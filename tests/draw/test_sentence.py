"""What a step says: the same numbers as the engine's, in words, symbols and numbers."""

import pytest

import chainrule as cr
from chainrule.draw import palette
from chainrule.draw.formula_picture import Block
from chainrule.draw.marks import Words
from chainrule.draw.sentence import Sentence, factor, filled
from chainrule.explain.scene.fold import shown
from chainrule.explain.scene.records import Scene
from chainrule.graph.formula import Symbol
from tests.golden.graphs import neuron, residual, staged, two_layers


def scene_of(graph: cr.Graph) -> Scene:
    return graph.scene(check=False)


def said(scene: Scene, step: int) -> list[str]:
    return [text(b) for b in Sentence(scene, 20, "light").equations(scene.steps[step - 1])]


def text(block: Block) -> str:
    """Return what a block reads from left to right."""
    words = [mark for mark in block.marks if isinstance(mark, Words)]
    return " ".join("".join(w.text for w in sorted(words, key=lambda w: w.x)).split())


def test_forward() -> None:
    assert said(scene_of(neuron()), 1) == ["v1=w0x0=2.00 × (−1.00)=−2.00"]


def test_backward() -> None:
    scene = scene_of(neuron())
    first = next(i for i, s in enumerate(scene.steps, 1) if s.direction == "backward")
    assert said(scene, first) == ["∂f/∂f=1.00"]
    assert said(scene, first + 3) == ["∂f/∂v5=0.37·(−0.53)=−0.20"]
    assert said(scene, len(scene.steps)) == [
        "∂f/∂w0=(−1.00)·0.20=−0.20",
        "∂f/∂x0=2.00·0.20=0.39",
    ]


def test_at_a_branch() -> None:
    scene = scene_of(staged())
    last = [i for i, step in enumerate(scene.steps, 1) if step.node == "b0"]
    assert (
        said(scene, last[-1])
        == [
            "Gradients add at the branch: ",
            "∂f/∂x=0.51+(−0.04)+1.58=2.06",
        ]
        or said(scene, last[-1])[1].count("+") == 2
    )


def test_arrays_have_rules_and_norms() -> None:
    scene = scene_of(two_layers())
    everything = [line for i in range(1, len(scene.steps) + 1) for line in said(scene, i)]
    assert "∂f/∂W2=gT(1×3, norm 1.09)" in everything
    assert "∂f/∂v3=(1−v42)∘∂f/∂v4(4×3, norm 0.19)" in everything
    assert "∂f/∂b1= Σ1∘∂f/∂v3(3, norm 0.32)" in everything  # one bias for four examples
    assert "∂f/∂v2=1∘∂f/∂v3(4×3, norm 0.19)" in everything
    assert not any("None" in line for line in everything)


def test_a_closed_box() -> None:
    scene = shown(scene_of(residual()), ())
    boxes = [i for i, s in enumerate(scene.steps, 1) if scene.by_id[s.node].kind == "module"]
    assert "gates" in said(scene, boxes[0])[0]


def test_colours_say_what_is_what() -> None:
    scene = scene_of(neuron())
    block = Sentence(scene, 20, "dark").equations(scene.steps[-1])[0]
    colours = {m.text: m.colour for m in block.marks if isinstance(m, Words)}
    assert colours["(−1.00)"] == palette.LOCAL.dark
    assert colours["0.20"] == colours["−0.20"] == palette.GRADIENT.dark


def test_numbers_in_place_of_symbols() -> None:
    tree = filled(Symbol("x") * Symbol("y"), {"x": -2.0})
    assert repr(tree) == "multiply((−2.00), y)"
    assert (factor(0.5), factor(-0.5)) == ("0.50", "(−0.50)")


@pytest.mark.parametrize("make", [neuron, staged, two_layers, residual])
def test_every_step_says_something(make: object) -> None:
    scene = scene_of(make())  # type: ignore[operator]
    assert all(said(scene, i) for i in range(1, len(scene.steps) + 1))
