"""A scene as JSON and back, to the last bit.

A number is a number; what JSON has not is `"NaN"`, `"Infinity"`, `"-Infinity"`. An expression is a
number, a text (a symbol), or a list of an op and its operands: `["multiply", "w0", "x0"]`; numbers
that JSON has not stand as `["number", "Infinity"]`. What is None or empty is left out.
"""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from typing import Any

from chainrule.errors import FileError
from chainrule.explain.scene.records import SCHEMA, Scene
from chainrule.graph.formula import Apply, Expression, Number, Symbol, fold

WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def scene_data(scene: Scene) -> dict[str, Any]:
    """Return the scene as JSON has it: dicts, lists, texts and numbers."""
    return {"schema": SCHEMA, **record_data(scene)}


def scene_text(scene: Scene) -> str:
    """Return the scene as one line of JSON."""
    return json.dumps(scene_data(scene), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_scene(text: str) -> Scene:
    """Return the scene that `scene_text` wrote.

    Raises:
        FileError: this is no scene, or one of another version.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise FileError(f"this is no scene: {error}") from error
    found = data.get("schema") if isinstance(data, dict) else None
    if found != SCHEMA:
        raise FileError(f"expected a scene of schema {SCHEMA}, got {found}")
    try:
        scene: Scene = read_record(Scene, data)
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(f"this scene is damaged: {type(error).__name__}: {error}") from error
    return scene


def record_data(record: Any) -> dict[str, Any]:
    """Return the fields that say something, by their names."""
    found = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if value is None or value != value or value != field.default:
            found[field.name] = plain(value)
    return {name: value for name, value in found.items() if value is not None}


def plain(value: Any) -> Any:
    if isinstance(value, Expression):
        return expression_data(value)
    if dataclasses.is_dataclass(value):
        return record_data(value)
    if isinstance(value, Mapping):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    return number_data(value) if isinstance(value, float) else value


def number_data(value: float) -> float | str:
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def expression_data(tree: Expression) -> Any:
    """Return an expression tree as nested lists."""

    def visit(node: Expression, args: list[Any]) -> Any:
        if isinstance(node, Apply):
            return [node.op, *args]
        if isinstance(node, Symbol):
            return node.name
        assert isinstance(node, Number)
        whole = isinstance(node.value, int)
        value = int(node.value) if whole else number_data(float(node.value))
        return ["number", value] if isinstance(value, str) else value

    return fold(tree, visit)


def read_expression(data: Any) -> Expression:
    """Return the tree that `expression_data` wrote; deep trees need no recursion."""
    done: list[Expression] = []
    waiting: list[tuple[Any, bool]] = [(data, False)]
    while waiting:
        item, ready = waiting.pop()
        if isinstance(item, str):
            done.append(Symbol(item))
        elif not isinstance(item, list):
            done.append(Number(item))
        elif item[0] == "number":
            done.append(Number(WORDS[item[1]]))
        elif ready:
            count = len(item) - 1
            args = tuple(done[len(done) - count :])
            del done[len(done) - count :]
            done.append(Apply(item[0], args))
        else:
            waiting.append((item, True))
            waiting.extend((x, False) for x in reversed(item[1:]))
    return done[0]


def read_record(kind: Any, data: Mapping[str, Any]) -> Any:
    """Return a record of this kind; what was left out is None, or its default."""
    hints = typing.get_type_hints(kind)
    given = {}
    for field in dataclasses.fields(kind):
        if field.name in data:
            given[field.name] = read(hints[field.name], data[field.name])
        elif field.default is dataclasses.MISSING:
            given[field.name] = None
    return kind(**given)


def read(hint: Any, data: Any) -> Any:
    """Return what `data` means where `hint` is expected."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return read(next(h for h in typing.get_args(hint) if fits(h, data)), data)
    if hint is Expression:
        return read_expression(data)
    if dataclasses.is_dataclass(hint):
        return read_record(hint, data)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return tuple(read(inner[0], x) for x in data)
    if origin is Mapping:
        return {key: read(inner[1], x) for key, x in data.items()}
    return WORDS[data] if hint is float and isinstance(data, str) else data


def fits(hint: Any, data: Any) -> bool:
    """Tell whether `data` is meant as one of this kind, out of several that a field may hold."""
    if hint is type(None):
        return data is None
    if dataclasses.is_dataclass(hint):
        return isinstance(data, dict)
    return hint is not float or not isinstance(data, dict)
