"""The one link upward: who draws what, looked up when something is first shown."""

from importlib import import_module
from typing import Any

RENDERERS = {
    "graph": "chainrule.draw.circuit:text",
    "check": "chainrule.draw.report:text",
    "derivation": "chainrule.draw.derivation:text",
}


def render(kind: str, thing: Any) -> str:
    """Return `thing` as plain text."""
    module, _, function = RENDERERS[kind].partition(":")
    drawn: str = getattr(import_module(module), function)(thing)
    return drawn
