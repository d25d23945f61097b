"""A module in print: an indented tree of its inner modules with their shapes and settings."""

from dataclasses import fields
from typing import Any

from chainrule.nn.walk import around, is_module, own_parts, survey


def show(root: Any) -> str:
    """Return one line a module: path, class, settings, shapes; the first counts the parameters."""
    found = survey(root)
    sizes = [leaf for path, leaf in found.leaves.items() if path not in found.buffers]
    count = sum(_size(leaf) for leaf in sizes)
    lines = []
    depths: dict[str, int] = {}
    for path, module in found.modules.items():
        depths[path] = depths[around(path, found.modules)] + 1 if path else 0
        name = f"{'  ' * depths[path]}{path}  " if path else ""
        lines.append(f"{name}{title(module)}{arrays(module)}")
    lines[0] += f"  [{count:,} parameter{'s' * (count != 1)}]"
    return "\n".join(lines)


def title(module: Any) -> str:
    """Return the class and its settings: `Dropout(p=0.5)`."""
    names = {local.partition(".")[0] for local, _, _ in own_parts(module)}
    settings = [
        f"{f.name}={_setting(getattr(module, f.name))}"
        for f in fields(module)
        if f.name not in names and not _empty(getattr(module, f.name))
    ]
    return f"{type(module).__name__}({', '.join(settings)})" if settings else type(module).__name__


def arrays(module: Any) -> str:
    """Return the module's own arrays: `  weight (4, 2), bias (4,)`."""
    own = [
        f"{local} {tuple(getattr(value, 'shape', ()))}"
        for local, value, _ in own_parts(module)
        if not is_module(value)
    ]
    return f"  {', '.join(own)}" if own else ""


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, (tuple, list, dict)) and not value)


def _setting(value: Any) -> str:
    return getattr(value, "__name__", "") or repr(value)


def _size(leaf: Any) -> int:
    size = 1
    for n in getattr(leaf, "shape", ()):
        size *= n
    return size
