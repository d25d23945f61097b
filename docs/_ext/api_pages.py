"""The API reference, from signatures and docstrings."""

import inspect
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import docstrings
from generated import write_pages
from sphinx.application import Sphinx

import chainrule as cr
from chainrule.graph.registry import FUNCTIONS, Op

# page -> title, and the names of `chainrule` on it; public names that stand nowhere go on the last
CORE = {
    "tensors": (
        "Tensors and derivatives",
        ["tensor", "Tensor", "no_grad", "grad", "value_and_grad", "vjp", "jvp", "hvp", "jacobian",
         "hessian"],
    ),
    "training": (
        "Training",
        ["fit", "Fit", "Trainer", "Watch", "load", "diagnose", "sanity_check"],
    ),
    "circuits": ("Circuits and checks", ["Graph", "derivative", "check_gradients", "op", "trace"]),
}  # fmt: skip
# shown elsewhere
FACES = {"ChainruleError", "data", "linalg", "losses", "nn", "optim", "random", "testing"}
MODULES = {
    "nn": ("chainrule.nn", "Layers"),
    "losses": ("chainrule.nn.losses", "Losses"),
    "initial": ("chainrule.nn.initial", "Initial weights"),
    "optim": ("chainrule.optim", "Update rules and schedules"),
    "data": ("chainrule.data", "Data"),
    "testing": ("chainrule.testing", "For tests of your own"),
    "errors": ("chainrule.errors", "Errors"),
}


def pages() -> dict[str, str]:
    """Return file name -> Markdown."""
    found = {
        name: page(title, "", [(f"chainrule.{n}", getattr(cr, n)) for n in names])
        for name, (title, names) in placed().items()
    }
    for name, (home, title) in MODULES.items():
        module = import_module(home)
        things = [(f"{home}.{n}", getattr(module, n)) for n in public_names(module)]
        things = [(n, x) for n, x in things if not inspect.ismodule(x)]
        found[name] = page(title, docstrings.summary(module), things)
    found["compositions"] = page(
        "Functions made of gates",
        "They have no backward rule of their own: their gradient is that of the gates inside.",
        [(f"chainrule.{n}", f) for n, f in sorted(FUNCTIONS.items()) if is_composition(f)],
    )
    toctree = "\n".join(["# API", "", "```{toctree}", ":maxdepth: 1", "", *found, "```", ""])
    return {"index.md": toctree, **{f"{name}.md": text for name, text in found.items()}}


def placed() -> dict[str, tuple[str, list[str]]]:
    """Return `CORE` with the public names that it leaves out on its last page."""
    listed = {n for _, names in CORE.values() for n in names}
    rest = [n for n in cr.__all__ if n not in listed | FACES]
    *first, (last, (title, names)) = CORE.items()
    return {**dict(first), last: (title, [*names, *rest])}


def public_names(module: Any) -> Iterable[str]:
    """Return `__all__`, or what the module defines itself, in its order."""
    if hasattr(module, "__all__"):
        return sorted(module.__all__, key=str.lower)
    own = [n for n, x in vars(module).items() if getattr(x, "__module__", "") == module.__name__]
    return [n for n in own if not n.startswith("_")]


def is_composition(function: Any) -> bool:
    return not isinstance(function, Op) and function.__module__.startswith("chainrule.")


def page(title: str, lead: str, things: list[tuple[str, Any]]) -> str:
    parts = [f"# {title}", lead, *(entry(name, thing) for name, thing in things)]
    return "\n\n".join(p for p in parts if p) + "\n"


def entry(name: str, thing: Any) -> str:
    if inspect.isclass(thing):
        return class_entry(name, thing)
    if callable(thing):
        return directive("function", name + signature(thing), docstrings.markdown(thing))
    return directive("data", name, f"`{thing!r}`")


def class_entry(name: str, thing: Any) -> str:
    kind = "exception" if issubclass(thing, BaseException) else "class"
    parts = [docstrings.markdown(thing)]
    parts += [member(n, x) for n, x in vars(thing).items() if is_shown(x) and not n.startswith("_")]
    shown = "" if kind == "exception" else signature(thing)
    return directive(kind, name + shown, "\n\n".join(parts), fence="::::")


def is_shown(x: Any) -> bool:
    x = x.fget if isinstance(x, property) else getattr(x, "__func__", x)
    return inspect.isfunction(x) and bool(x.__doc__)


def member(name: str, x: Any) -> str:
    if isinstance(x, property):
        return directive("property", name, docstrings.markdown(x))
    return directive("method", name + signature(getattr(x, "__func__", x)), docstrings.markdown(x))


def signature(thing: Any) -> str:
    """Return the parameters with their defaults, without types: the text names those."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return "()"
    parameters = [
        p.replace(annotation=p.empty) for p in found.parameters.values() if p.name != "self"
    ]
    plain = found.replace(parameters=parameters, return_annotation=found.empty)
    return str(plain)


def directive(kind: str, argument: str, body: str, fence: str = ":::") -> str:
    return f"{fence}{{py:{kind}}} {argument}\n\n{body}\n\n{fence}"


def write(app: Sphinx) -> None:
    write_pages(Path(app.srcdir) / "reference" / "api", pages())


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
