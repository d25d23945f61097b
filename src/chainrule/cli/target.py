"""What a command works on: an expression, or `module.py:function`, and the values it gets."""

import functools
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from chainrule.errors import ChainruleError, ExpressionError, FileError, UsageError, nearest
from chainrule.explain.circuit import parse_expression
from chainrule.explain.values import bind_values, read_name, read_value

FILE = re.compile(r"(?P<path>.+\.py)(?::(?P<name>.*))?")
SETTINGS = (int, bool, str, "int", "bool", "str")  # so annotated, an argument is no leaf


@dataclass(frozen=True)
class Target:
    """A function or the text of an expression, and the values of its arguments."""

    what: Callable[..., Any] | str
    values: Mapping[str, Any]
    file: str = ""


def find_target(text: str, assignments: Sequence[str]) -> Target:
    """Read what stands on the command line.

    Raises:
        ExpressionError: the expression or a value is not understood; points at the character.
        FileError: there is no such file.
        UsageError: the file does not run, or has no such function.
    """
    found = FILE.fullmatch(text)
    if found is None:
        require_no_file(text)
        return Target(text, bind_values(assignments, parse_expression(text)))
    path = Path(found["path"])
    f = function_in(load(path), path, found["name"])
    values, settings = bind_arguments(f, assignments)
    return Target(with_settings(f, settings, str(path)), values, str(path))


def function_of(text: str) -> Callable[..., Any]:
    """Return the function that FILE.py:FUNCTION names."""
    found = FILE.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} names no function", hint="write FILE.py:FUNCTION")
    path = Path(found["path"])
    return function_in(load(path), path, found["name"])


def called(text: str) -> Any:
    """Return what the function that FILE.py:FUNCTION names returns."""
    function, path = function_of(text), text.rpartition(":")[0] or text
    with blamed(path, "when it was called"):
        return function()


def require_no_file(text: str) -> None:
    """Raise where a file was meant that was written without its ending: `neuron:f`, `neuron.f`."""
    found = re.fullmatch(r"(.+)[.:]([^\W\d]\w*)", text)
    if found is not None and Path(f"{found[1]}.py").is_file():
        raise UsageError(
            f"{text!r} is no expression, and no file",
            hint=f"for a function in a file write {found[1]}.py:{found[2]}",
        )


def load(path: Path) -> ModuleType:
    """Run a Python file as a module of its own; its folder can be imported from meanwhile."""
    if not path.is_file():
        raise FileError(f"there is no file {path}", hint=nearest_file(path))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        with blamed(path, "while it was loaded"):
            spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


def nearest_file(path: Path) -> str:
    names = [found.name for found in path.parent.glob("*.py")] if path.parent.is_dir() else []
    return nearest(path.name, names) if names else f"{path.parent} holds no Python file"


@contextmanager
def blamed(path: str | Path, when: str) -> Iterator[None]:
    """Turn whatever the user's code raises into a sentence with its line."""
    try:
        yield
    except ChainruleError as error:
        error.message += used_at(error, path)
        raise
    except SyntaxError as error:
        raise UsageError(f"{path}, line {error.lineno}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        frames = frames_in(error, path)
        where = f"{path}, line {frames[-1].lineno}" if frames else str(path)
        message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise UsageError(f"{where} failed {when}: {message}") from error


def frames_in(error: BaseException, path: str | Path) -> list[traceback.FrameSummary]:
    """Return where in a file an error came about, innermost last."""
    there = Path(path).resolve()
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if Path(frame.filename).resolve() == there]


def used_at(error: ChainruleError, path: str | Path) -> str:
    """Return the user's line for an error of ours, unless the error tells it already."""
    frames = frames_in(error, path)
    if not frames or f"{Path(path).name}:" in error.message:
        return ""
    return f"\n  {path}:{frames[-1].lineno}: {frames[-1].line}"


def function_in(module: ModuleType, path: Path, name: str | None) -> Callable[..., Any]:
    """Return the function of that name, or the only one that the file defines."""
    own = {
        key: value
        for key, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
    }
    public = [key for key in own if not key.startswith("_")]
    if not name:
        if len(public) == 1:
            return own[public[0]]
        listed = ", ".join(public) or "none"
        raise UsageError(
            f"{path} defines {len(public)} functions: say which one",
            hint=f"write {path}:NAME; it has {listed}",
        )
    found = getattr(module, name, None)
    if not callable(found):
        raise UsageError(f"{path} has no function {name!r}", hint=nearest(name, public))
    function: Callable[..., Any] = found
    return function


def bind_arguments(
    f: Callable[..., Any], assignments: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the leaves' values, from name=value or else from defaults; and the settings given.

    An argument is a setting, no leaf, where it is annotated as int, bool or str.
    """
    parameters = named_parameters(f)
    given = read_arguments(assignments, parameters)
    required = [p.name for p in parameters.values() if p.default is p.empty]
    missing = [name for name in required if name not in given]
    if missing:
        raise UsageError(
            f"no value for {', '.join(missing)}",
            hint="give values after the function: " + " ".join(f"{n}=1" for n in missing),
        )
    values = {}
    for name, parameter in parameters.items():
        if name not in given and is_leaf(parameter):
            values[name] = parameter.default
        elif name in given and parameter.annotation not in SETTINGS:
            values[name] = given[name]
    settings = {name: value for name, value in given.items() if name not in values}
    return values, settings


def named_parameters(f: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the parameters that can be given by their names.

    Raises:
        UsageError: `f` takes `*xs` or `**xs`, whose names nobody can know.
    """
    parameters = dict(inspect.signature(f).parameters)
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise UsageError(
                f"the arguments of the function have no names: it takes {parameter}",
                hint=f"write a function that takes them one by one, or as a list {name}",
            )
    return parameters


def read_arguments(
    assignments: Sequence[str], parameters: Mapping[str, inspect.Parameter]
) -> dict[str, Any]:
    """Read one `name=value` for each argument that is given."""
    given: dict[str, Any] = {}
    for text in assignments:
        name, start = read_name(text)
        if name not in parameters:
            hint = nearest(name, parameters) or "the function takes no arguments"
            raise ExpressionError(
                f"the function has no argument {name}", text=text, position=0, hint=hint
            )
        if name in given:
            raise ExpressionError(f"{name} has a value already", text=text, position=0)
        given[name] = as_annotated(text, start, parameters[name].annotation)
    return given


def as_annotated(text: str, start: int, annotation: Any) -> Any:
    """Read a value; a setting as the text, the switch or the whole number that it is."""
    if annotation in (str, "str"):
        return text[start:]
    if annotation in (bool, "bool") and text[start:].lower() in ("true", "false"):
        return text[start:].lower() == "true"
    value = read_value(text, start)
    if annotation not in SETTINGS:
        return value
    if not (isinstance(value, float) and value.is_integer()):
        message = (
            f"this argument is a whole number: it is annotated as {annotation_name(annotation)}"
        )
        raise ExpressionError(message, text=text, position=start)
    return int(value)


def annotation_name(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else str(annotation.__name__)


def is_leaf(parameter: inspect.Parameter) -> bool:
    """Tell whether a default takes part as a leaf: numbers, arrays and containers of them."""
    default = parameter.default
    kinds = (float, int, np.ndarray, np.generic, list, tuple, dict)
    setting = parameter.annotation in SETTINGS or isinstance(default, bool)
    return isinstance(default, kinds) and not setting


def with_settings(f: Callable[..., Any], settings: Mapping[str, Any], file: str) -> Any:
    """Return the function with its settings filled in; what it raises names its line."""

    @functools.wraps(f)
    def call(*args: Any, **values: Any) -> Any:
        with blamed(file, "while it ran"):
            return f(*args, **settings, **values)

    signature = inspect.signature(f)
    left = [p for name, p in signature.parameters.items() if name not in settings]
    call.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
    return call
