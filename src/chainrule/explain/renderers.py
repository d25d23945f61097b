"""The one link upward: who draws what, looked up when something is first shown.

Nothing here may raise while something is shown in a notebook: what cannot be drawn is text.
"""

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any

RENDERERS = {
    "blame": "chainrule.draw.blame:text",
    "graph": "chainrule.draw.circuit:text",
    "check": "chainrule.draw.report:text",
    "diagnosis": "chainrule.draw.diagnosis:text",
    "latex": "chainrule.draw.maths:latex",
    "mathml": "chainrule.draw.mathml:mathml",
    "typed": "chainrule.draw.maths:typed",
    "unicode": "chainrule.draw.maths:unicode",
    "derivation": "chainrule.draw.derivation:text",
    "sanity": "chainrule.draw.sanity:text",
}
BUNDLES = {  # the same in a notebook: MIME type -> text
    "architecture": "chainrule.draw.notebook:architecture_bundle",
    "check": "chainrule.draw.notebook:check_bundle",
    "derivation": "chainrule.draw.notebook:derivation_bundle",
    "graph": "chainrule.draw.notebook:graph_bundle",
    "tensor": "chainrule.draw.notebook:tensor_bundle",
}


SAVE = "chainrule.draw.save:save"
SAVE_DERIVATION = "chainrule.draw.derivation.save:save"


def render(kind: str, thing: Any) -> str:
    """Return `thing` as plain text."""
    drawn: str = found(RENDERERS[kind])(thing)
    return drawn


def save(circuit: Any, path: Any, theme: str) -> None:
    """Write a circuit to a file, of the kind that the ending of its name says."""
    found(SAVE)(circuit, path, theme=theme)


def save_derivation(derivation: Any, path: Any, circuit: Any) -> None:
    """Write a derivation to a file, of the kind that the ending of its name says."""
    found(SAVE_DERIVATION)(derivation, path, circuit=circuit)


def bundle(
    kind: str,
    thing: Callable[[], Any],
    plain: Callable[[], str],
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> dict[str, str]:
    """Return how a thing shows itself in a notebook; its text alone where it cannot be drawn.

    Args:
        kind: one of `BUNDLES`.
        thing: what gives the thing to be drawn, or raises.
        plain: what gives its text, if the drawing has none.
        include, exclude: MIME types that are wanted, and that are not.
    """
    try:
        made = {"text/plain": plain(), **found(BUNDLES[kind])(thing())}
    except Exception as error:  # whatever it is: a notebook shows the text, and why
        said = str(error).strip().partition("\n")[0]
        made = {"text/plain": f"{plain()}\n(no drawing: {type(error).__name__}: {said})"}
    return {
        mime: text
        for mime, text in made.items()
        if (not include or mime in include) and (not exclude or mime not in exclude)
    }


def found(place: str) -> Callable[..., Any]:
    """Return the function at a place, written as module:function."""
    module, _, function = place.partition(":")
    drawer: Callable[..., Any] = getattr(import_module(module), function)
    return drawer
