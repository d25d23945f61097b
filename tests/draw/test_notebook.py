"""What things hand to a notebook: interactive HTML, an image for those who keep no script, text."""

import base64
import json
import re
import sys
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import chainrule as cr
from chainrule.draw import notebook
from chainrule.draw.notebook import ENTRIES, arrays_of, carries_script, image, lighter
from chainrule.draw.page import shared_script

FORMS = {"text/plain", "image/svg+xml", "text/html"}


def neuron() -> cr.Graph:
    g = cr.Graph("1/(1+exp(-(w*x+b)))", w=2.0, x=-1.0, b=3.0)
    g.forward()
    g.backward()
    return g


def documents(html: str) -> dict[str, Any]:
    found = re.findall(
        r'<script type="application/json" data-chainrule="(\w+)">(.*?)</script>', html
    )
    return {name: json.loads(text) for name, text in found}


def still_of(html: str) -> str:
    (packed,) = re.findall(r' src="data:image/svg\+xml;base64,([^"]+)"', html)
    return base64.b64decode(packed).decode()


def test_a_graph_shows_itself_three_times() -> None:
    found = neuron()._repr_mimebundle_()
    assert set(found) == FORMS
    assert found["text/plain"] == repr(neuron())
    assert "\x1b" not in found["text/plain"]
    ElementTree.fromstring(found["image/svg+xml"])
    assert still_of(found["text/html"]) == found["image/svg+xml"]
    assert documents(found["text/html"])["scene"]["schema"] == "chainrule.scene/1"


def test_what_was_not_computed_is_blank() -> None:
    w, x = cr.tensor(2.0, name="w"), cr.tensor(-1.0, name="x")
    loss = cr.exp(w * x)
    before = documents(loss._repr_mimebundle_()["text/html"])["scene"]
    assert not any("grad" in wire for wire in before["wires"])
    loss.backward()
    after = documents(loss._repr_mimebundle_()["text/html"])["scene"]
    assert all("grad" in wire for wire in after["wires"])


def test_a_leaf_is_a_line_of_text() -> None:
    for leaf in (cr.tensor(2.0), cr.tensor(np.zeros((1000, 1000))), cr.tensor([1, 2])):
        assert leaf._repr_mimebundle_() == {"text/plain": repr(leaf)}
        assert "\n" not in repr(leaf)


def test_a_computed_tensor_shows_its_circuit() -> None:
    x = cr.tensor([1.0, 2.0])
    small = cr.sum(x * x)
    found = small._repr_mimebundle_()
    assert set(found) == FORMS
    assert found["text/plain"].startswith(f"{small!r}\n\n")
    many = x
    for _ in range(20):
        many = cr.tanh(many)
    assert many._repr_mimebundle_()["text/plain"] == repr(many)


def test_a_module_shows_its_architecture() -> None:
    model = cr.nn.MLP(2, 3, 1, key=0)
    found = model._repr_mimebundle_()
    assert set(found) == FORMS
    assert found["text/plain"] == repr(model)
    assert still_of(found["text/html"]) == found["image/svg+xml"]
    assert "Θ⁽¹⁾" in found["image/svg+xml"]
    (dark,) = re.findall(r'srcset="data:image/svg\+xml;base64,([^"]+)"', found["text/html"])
    assert 'fill="#111317"' in base64.b64decode(dark).decode()


def test_a_derivation_and_a_check() -> None:
    found = cr.derive("x*y", wrt="x", x=2.0, y=3.0)._repr_mimebundle_()
    assert set(found) == {"text/plain", "text/markdown"}
    assert r"\frac{\partial f}{\partial x}" in found["text/markdown"]
    report = cr.check_gradients("x*y", x=2.0, y=3.0)
    found = report._repr_mimebundle_()
    assert set(found) == {"text/plain", "text/html"}
    assert found["text/plain"] == str(report)


def test_kinds_are_chosen() -> None:
    assert set(neuron()._repr_mimebundle_(include={"text/plain"})) == {"text/plain"}
    assert set(neuron()._repr_mimebundle_(exclude={"text/html"})) == FORMS - {"text/html"}


def test_nothing_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("no ink\nat all")

    monkeypatch.setattr(notebook, "layout", broken)
    graph = neuron()
    assert graph._repr_mimebundle_() == {
        "text/plain": f"{graph!r}\n(no drawing: RuntimeError: no ink)"
    }
    monkeypatch.setattr(notebook, "architecture_svg", broken)
    model = cr.nn.MLP(2, 3, 1, key=0)
    assert model._repr_mimebundle_() == {
        "text/plain": f"{model!r}\n(no drawing: RuntimeError: no ink)"
    }


def test_large_circuits_are_seen_from_far_away() -> None:
    model = cr.nn.MLP(*[4] * 121, key=0)
    loss = cr.sum(model(np.ones((2, 4), np.float32)))
    scene = documents(loss._repr_mimebundle_()["text/html"])["scene"]
    assert scene["gates"] > 300
    boxes = [node for node in scene["nodes"] if node["kind"] == "module"]
    assert 10 < len(boxes) <= 200
    assert not any(node.get("whole", True) for node in boxes)


def test_notebooks_keep_few_entries() -> None:
    x = cr.tensor(np.ones((40, 50)))
    y = cr.tensor(np.ones((3, 1)))
    scene = cr.Graph.of(cr.sum(cr.tanh(cr.exp(x))) + cr.sum(y)).scene()
    before = [a for a in arrays_of(scene) if a.data is not None]
    after = [a for a in arrays_of(lighter(scene)) if a.data is not None]
    assert sum(len(a.data or ()) for a in before) > ENTRIES
    assert 0 < sum(len(a.data or ()) for a in after) <= ENTRIES
    assert {a.shape for a in after} == {(3, 1)}
    assert [a.norm for a in arrays_of(lighter(scene))] == [a.norm for a in arrays_of(scene)]


def test_the_image_says_what_it_shows() -> None:
    assert 'alt="Circuit of f = a &lt; b"' in image(
        "<svg><title id='t'>Circuit of f = a &lt; b</title></svg>"
    )


def shell(count: int, cell: str | None = None) -> SimpleNamespace:
    header = {"metadata": {"cellId": cell}} if cell else {}
    return SimpleNamespace(execution_count=count, parent_header=header)


def test_one_output_of_a_notebook_holds_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    here = shell(1, "a")
    monkeypatch.setattr(notebook, "running_shell", lambda: here)
    assert carries_script()
    assert not carries_script()  # a second drawing of the same cell
    here.__dict__.update(vars(shell(2, "b")))
    assert not carries_script()
    here.__dict__.update(vars(shell(3, "a")))
    assert carries_script()  # the cell runs again, and its old output is gone
    assert not carries_script()


def test_notebooks_without_names_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    here = shell(1)
    monkeypatch.setattr(notebook, "running_shell", lambda: here)
    first, second = neuron()._repr_mimebundle_(), neuron()._repr_mimebundle_()
    assert shared_script() in first["text/html"]
    assert shared_script() not in second["text/html"]
    here.execution_count = 2
    assert not carries_script()


def test_without_a_notebook_every_fragment_is_complete() -> None:
    assert notebook.running_shell() is None
    assert carries_script()
    assert carries_script()


def test_outputs_in_frames_of_their_own_hold_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "running_shell", lambda: shell(1, "a"))
    monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())  # type: ignore[arg-type]
    assert carries_script()
    assert carries_script()
