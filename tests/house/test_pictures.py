"""The README's pictures are what is drawn and printed now."""

import importlib.util
from types import ModuleType

import pytest

from tests.house.rules import ROOT

IMAGES = ROOT / "docs" / "images"


def script(name: str) -> ModuleType:
    """Return a script of the documentation as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_terminal_picture_is_true() -> None:
    made = script("terminal_picture")
    stored = (IMAGES / "explain.svg").read_text("utf-8")
    assert made.as_svg(made.NEURON) == stored, "run: python docs/terminal_picture.py"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_circuit_is_drawn_as_it_is_shown(theme: str) -> None:
    stored = (IMAGES / f"circuit-{theme}.svg").read_text("utf-8")
    assert script("circuit_picture").drawn(theme) == stored, "run: python docs/circuit_picture.py"
