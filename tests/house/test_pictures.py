"""The README's picture is what the command prints now."""

import importlib.util

from tests.house.rules import ROOT


def test_the_terminal_picture_is_true() -> None:
    place = ROOT / "docs" / "terminal_picture.py"
    spec = importlib.util.spec_from_file_location("terminal_picture", place)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    stored = (ROOT / "docs" / "images" / "explain.svg").read_text("utf-8")
    assert script.as_svg(script.NEURON) == stored, "run: python docs/terminal_picture.py"
