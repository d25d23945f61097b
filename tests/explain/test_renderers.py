"""The link upward: each renderer exists."""

from importlib import import_module

import pytest

import chainrule as cr
from chainrule.explain.renderers import BUNDLES, RENDERERS, bundle, render


@pytest.mark.parametrize("place", [*RENDERERS.values(), *BUNDLES.values()])
def test_renderers_are_there(place: str) -> None:
    module, _, function = place.partition(":")
    assert callable(getattr(import_module(module), function))


def test_rendering() -> None:
    assert render("graph", cr.Graph("x+1", x=1.0)).startswith("f = x + 1\nat x = 1\n")


def test_what_cannot_be_drawn_is_text() -> None:
    def broken() -> None:
        raise ValueError("no such thing\nat all")

    found = bundle("graph", broken, lambda: "a graph")
    assert found == {"text/plain": "a graph\n(no drawing: ValueError: no such thing)"}
