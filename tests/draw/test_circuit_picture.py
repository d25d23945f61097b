"""The circuit as marks: two lanes and two numbers on a wire, and what a step has not computed."""

import pytest

from chainrule.draw import palette
from chainrule.draw.circuit_picture import FOCUS, THICK, THIN, Look, circuit
from chainrule.draw.layout.make import layout
from chainrule.draw.marks import Box, Group, Mark, Path, Words
from chainrule.explain.scene.fold import shown
from tests.draw.by_hand import LABELS, PLACES, product
from tests.golden.graphs import staged, two_layers

SCENE, LAYOUT = product()
FORWARD, GRADIENT, FAINT = (c.light for c in (palette.FORWARD, palette.GRADIENT, palette.FAINT))


def group(marks: list[Mark], name: str) -> tuple[Mark, ...]:
    (found,) = (mark.marks for mark in marks if isinstance(mark, Group) and mark.id == name)
    return found


def numbers(marks: list[Mark]) -> list[tuple[str, str]]:
    found = [mark for mark in marks if isinstance(mark, Words)]
    return [(w.text, "value" if w.colour == FORWARD else "gradient") for w in found]


def lanes(marks: list[Mark], wire: str) -> list[Path]:
    """Return the lane back and the lane forward; arrowheads aside."""
    return [mark for mark in group(marks, wire) if isinstance(mark, Path) and not mark.fill]


def test_values_stand_above_and_gradients_under() -> None:
    marks = circuit(Look(SCENE, LAYOUT))
    assert numbers(marks) == [
        ("−2.00", "value"), ("−4.00", "gradient"),
        ("5.00", "value"), ("−4.00", "gradient"),
        ("3.00", "value"), ("−4.00", "gradient"),
        ("−4.00", "value"), ("3.00", "gradient"),
        ("−12.00", "value"), ("1.00", "gradient"),
    ]  # fmt: skip
    value, gradient = [m for m in marks if isinstance(m, Words)][:2]
    assert value.y < LABELS["w0"].y < gradient.y
    assert value.x == gradient.x == LABELS["w0"].x


def test_the_value_runs_on_top_to_the_consumer() -> None:
    back, forth = lanes(circuit(Look(SCENE, LAYOUT)), "w4")
    assert (back.stroke, forth.stroke) == (GRADIENT, FORWARD)
    assert forth.commands[0].y < back.commands[0].y
    heads = [m for m in group(circuit(Look(SCENE, LAYOUT)), "w4") if isinstance(m, Path) and m.fill]
    tips = {head.fill: head.commands[0].x for head in heads}
    assert tips[FORWARD] == PLACES["out"].x - PLACES["out"].width / 2
    assert tips[GRADIENT] == pytest.approx(PLACES["n4"].x + 20, abs=0.2)


def test_lanes_meet_the_circle() -> None:
    _, forth = lanes(circuit(Look(SCENE, LAYOUT)), "w2")
    start = forth.commands[0]
    gate = PLACES["n3"]
    assert (start.x - gate.x) ** 2 + (start.y - gate.y) ** 2 == pytest.approx(400)


def test_before_the_first_step_leaves_have_values() -> None:
    marks = circuit(Look(SCENE, LAYOUT, "light", 0))
    assert numbers(marks) == [("−2.00", "value"), ("5.00", "value"), ("−4.00", "value")]
    back, forth = lanes(marks, "w4")
    assert (back.stroke, forth.stroke) == (FAINT, FAINT)


def test_a_step_shows_what_it_computes() -> None:
    marks = circuit(Look(SCENE, LAYOUT, "light", 4))  # forward +, ×; backward f, ×
    assert ("3.00", "gradient") in numbers(marks)
    assert numbers(marks).count(("−4.00", "gradient")) == 1
    back, forth = lanes(marks, "w2")
    assert (back.width, forth.width) == (THICK, THIN)
    (gate, *_) = group(marks, "n4")
    assert isinstance(gate, Box)
    assert (gate.stroke, gate.line, gate.fill) == (
        palette.LOCAL.light, FOCUS, palette.LOCAL_TINT.light,
    )  # fmt: skip


def test_the_last_step_shows_all() -> None:
    steps = len(SCENE.steps)
    assert numbers(circuit(Look(SCENE, LAYOUT, "light", steps))) == numbers(
        circuit(Look(SCENE, LAYOUT))
    )


def test_what_was_never_computed_is_blank() -> None:
    graph = staged()
    graph.set(x=1.0)
    scene = graph.scene()
    found = numbers(circuit(Look(scene, layout(scene))))
    assert {text for text, _ in found} >= {"1.00", "−4.00"}
    assert "gradient" not in {kind for _, kind in found}


def test_branches_have_shares_without_values() -> None:
    scene = staged().scene()
    marks = circuit(Look(scene, layout(scene)))
    small = [m for m in marks if isinstance(m, Words) and m.size == 12]
    assert sorted(m.text for m in small) == ["0.01", "0.51", "1.58", "1.58", "−0.04"]
    assert {m.colour for m in small} == {GRADIENT}


def test_boxes_open_and_closed() -> None:
    scene = two_layers().scene(check=False)
    boxes = [node.id for node in scene.nodes if node.kind == "module"]
    for opened in (set(), set(boxes[:1]), set(boxes)):
        view = shown(scene, opened)
        marks = circuit(Look(view, layout(scene, opened)))
        groups = {mark.id for mark in marks if isinstance(mark, Group)}
        assert groups == {n.id for n in view.nodes} | {w.id for w in view.wires}


def test_dark_colours_in_the_dark() -> None:
    marks = circuit(Look(SCENE, LAYOUT, "dark"))
    assert {m.colour for m in marks if isinstance(m, Words)} == {
        palette.FORWARD.dark, palette.GRADIENT.dark,
    }  # fmt: skip
