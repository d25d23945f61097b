"""From what a person hands over, a function or the text of an expression, to a circuit."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.errors import DtypeError, ExpressionError, GradientError, UsageError, nearest
from chainrule.explain.expression import Parsed, parse
from chainrule.graph.gate import Operators
from chainrule.graph.mode import using
from chainrule.graph.node import ConstantNode, Node, leaf
from chainrule.graph.registry import FUNCTIONS, Op
from chainrule.graph.source import Place
from chainrule.graph.trace import name_of
from chainrule.graph.tree import flatten, paths, unflatten

Function = Callable[..., Any]


@dataclass(frozen=True)
class Circuit:
    """A circuit with one output, and the values of its leaves.

    Attributes:
        leaves: name -> leaf, in the order of the arguments.
        values: name -> array, float64 unless the argument is an array of integers or booleans.
        root: the gate that computes the output.
        title: the text of the expression, or the name of the function.
        outside: the line that asked for the circuit; variables there name no gate.
        arrays: name -> `parameter` or `data`, for the leaves that modules hold.
        classes: path of a module -> the name of its class.
    """

    leaves: Mapping[str, Node]
    values: Mapping[str, Any]
    root: Node
    title: str
    outside: Place = None
    arrays: Mapping[str, str] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)


def parse_expression(text: str) -> Parsed:
    """Parse an expression whose functions are all ops and compositions, by their names."""
    arities = {
        name: f.arity if isinstance(f, Op) else -1
        for name, f in FUNCTIONS.items()
        if "." not in name
    }
    return parse(text, arities)


def as_function(f: Function | str) -> tuple[Function, str]:
    """Return a function that takes keyword arguments, and what to call it."""
    if not isinstance(f, str):
        require_callable(f)
        return f, name_of(f)
    parsed = parse_expression(f)

    def evaluate(**values: Any) -> Any:
        return parsed.evaluate(values, FUNCTIONS)

    parameters = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in parsed.names]
    evaluate.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    evaluate.parsed = parsed  # type: ignore[attr-defined]
    return evaluate, f.strip()


def circuit_of(f: Function | str, arguments: Mapping[str, Any], outside: Place) -> Circuit:
    """Call `f` with symbolic gates in place of its arguments."""
    function, title = as_function(f)
    require_arguments(function, title, arguments)
    if isinstance(f, str):
        require_numbers(arguments)
    leaves: dict[str, Node] = {}
    values: dict[str, Any] = {}
    given = {}
    for name, argument in arguments.items():
        given[name] = replaced(name, argument, leaves, values)
    with using(tracing=True, recording=True):
        found = function(**given)
    root = one_gate(found, title)
    arrays, classes = held_by_modules(arguments)
    return Circuit(leaves, values, root, title, outside, arrays, classes)


def held_by_modules(arguments: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the leaves of modules are, and the classes of the modules, by their paths."""
    arrays: dict[str, str] = {}
    classes: dict[str, str] = {}
    for name, module in arguments.items():
        if not hasattr(type(module), "named_modules"):
            continue
        arrays.update({f"{name}.{path}": "parameter" for path, _ in module.named_parameters()})
        arrays.update({f"{name}.{path}": "data" for path, _ in module.named_buffers()})
        classes.update({path: type(inner).__name__ for path, inner in module.named_modules()})
    return arrays, classes


def require_callable(f: Any) -> None:
    if not callable(f):
        raise UsageError(
            f"expected a function or the text of an expression, got {type(f).__name__}",
            hint='write lambda x: ..., or the text of it, as in "x*y"',
        )


def require_numbers(arguments: Mapping[str, Any]) -> None:
    """Raise where an argument of an expression is no number and no array."""
    for name, argument in arguments.items():
        found = as_array(argument)
        if isinstance(found, list):
            raise UsageError(f"{name} must be a number or an array, got a list with uneven rows")
        if found is None or isinstance(found, (str, dict, set)):
            raise UsageError(f"{name} must be a number or an array, got {type(found).__name__}")


def replaced(name: str, argument: Any, leaves: dict[str, Node], values: dict[str, Any]) -> Any:
    """Return the argument with symbolic leaves in place of its numbers and arrays."""
    if isinstance(argument, (bool, np.bool_)):
        return argument  # a switch, which decides how the circuit is built
    argument = as_array(argument)
    arrays, tree = flatten(argument)
    nodes = []
    for path, array in zip(paths(argument, name), arrays, strict=True):
        values[path] = as_value(array, path)
        leaves[path] = leaf(values[path].shape, values[path].dtype, name=path)
        nodes.append(leaves[path])
    return unflatten(tree, nodes)


def as_array(argument: Any) -> Any:
    """Return lists of nothing but numbers, nested or not, as the array they spell."""
    if not isinstance(argument, list):
        return argument
    waiting = list(argument)
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif not isinstance(item, (int, float)):
            return argument
    try:
        return np.asarray(argument)
    except ValueError:  # ragged: a list of lists, then
        return argument


def as_value(given: Any, name: str) -> Any:
    """Return a number or floats as float64; arrays of integers and booleans as they are."""
    if isinstance(given, Operators):
        given = getattr(given, "value", given)
    array = np.asarray(given)
    if array.dtype.kind not in "fiub":
        raise DtypeError(f"{name} must hold real numbers, got {array.dtype}")
    whole = array.dtype.kind in "iub" and array.shape
    return array if whole else array.astype(np.float64)


def one_gate(found: Any, title: str) -> Node:
    """Return the gate that a function returned, or say what it returned instead."""
    if isinstance(found, Node) and not isinstance(found, ConstantNode):
        return found
    if isinstance(found, (Operators, np.ndarray, np.generic, float, int)):
        raise GradientError(
            f"{title} returned a constant: it depends on none of the arguments",
            hint="compute with the arguments, by operators and cr functions such as cr.exp",
        )
    raise UsageError(
        f"{title} returned {type(found).__name__}, expected one number or array",
        hint="return the value whose gradient is wanted",
    )


def require_arguments(f: Function, title: str, arguments: Mapping[str, Any]) -> None:
    """Raise where arguments are missing or unknown."""
    try:
        parameters = inspect.signature(f).parameters
    except (TypeError, ValueError):
        return
    kinds = {p.kind for p in parameters.values()}
    named = [p for p in parameters.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    missing = [p.name for p in named if p.default is p.empty and p.name not in arguments]
    if missing:
        raise missing_arguments(missing, title, getattr(f, "parsed", None))
    known = [p.name for p in named]
    unknown = [name for name in arguments if name not in known]
    if unknown and inspect.Parameter.VAR_KEYWORD not in kinds:
        hint = nearest(unknown[0], known) or "it takes no arguments"
        raise UsageError(f"{title} has no argument {unknown[0]!r}", hint=hint)


def missing_arguments(missing: list[str], title: str, parsed: Parsed | None) -> UsageError:
    """Return an error that points to the first use in an expression, or names the function."""
    said = f"no value for {', '.join(missing)}"
    hint = "give one for each: " + ", ".join(f"{name}=1.0" for name in missing)
    if parsed is None:
        return UsageError(f"{said}, which {title} takes", hint=hint)
    first = parsed.first_use(missing[0])
    return ExpressionError(said, text=parsed.text, position=first, hint=hint)
