"""What is shown: numbers of the wires that have one, and the gate that is lit."""

from chainrule.draw.wires.drawing import writer
from chainrule.draw.wires.ink import Shown, rows
from chainrule.draw.wires.order import columns
from chainrule.draw.wires.plan import plan
from tests.draw.wires.circuits import as_scene

WRITE = writer(2)


def test_hidden_numbers_leave_everything_in_its_place() -> None:
    scene = as_scene({"g0": ["x", "y"]})
    made = plan(scene, columns(scene), WRITE)
    full = list(rows(made, Shown({"w0", "w1", "w2"}, {"w0", "w1", "w2"}), WRITE))
    some = list(rows(made, Shown({"w0"}, {"w2"}, {"g0"}), WRITE))
    assert ("1.00", "forward") in [(t.strip(), s) for t, s in full[0]]
    assert ("├▸", "faint") in some[2]
    shown = [(text.strip(), style) for row in some for text, style in row]
    assert [run for run in shown if run[1] in ("forward", "gradient", "lit")] == [
        ("1.00", "forward"), ("(g0)", "lit"), ("−3.00", "gradient")
    ]  # fmt: skip
