"""The link upward: each renderer exists."""

from importlib import import_module

import pytest

import chainrule as cr
from chainrule.explain.renderers import RENDERERS, render


@pytest.mark.parametrize("kind", RENDERERS)
def test_renderers_are_there(kind: str) -> None:
    module, _, function = RENDERERS[kind].partition(":")
    assert callable(getattr(import_module(module), function))


def test_rendering() -> None:
    assert render("graph", cr.Graph("x+1", x=1.0)).startswith("f = x + 1\nat x = 1\n")
