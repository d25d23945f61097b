"""Trees as functions: on numbers and arrays they give values, on gates circuits."""

from ast import literal_eval
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.graph.formula import ARITY, Apply, Expression, Number, Symbol, fold, lookup
from chainrule.graph.registry import FUNCTIONS, OPS


def computed(expr: Expression, values: Mapping[str, Any]) -> Any:
    """Return the value of a tree from the values of its symbols; any op may stand in it.

    Raises:
        UsageError: a symbol has no value, or an op no function.
    """

    def visit(node: Expression, inputs: list[Any]) -> Any:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Symbol):
            known = node.name in values or node.name.isidentifier()
            return lookup(values, node.name, "value") if known else Setting(node.name)
        assert isinstance(node, Apply)
        return called(node.op, inputs)

    return fold(expr, visit)


class Setting(str):
    """What stands among operands and is none: `axis=0`, or an index."""


def called(op: str, inputs: Sequence[Any]) -> Any:
    """Call an op on its operands; settings among them go by their names."""
    operands = [x for x in inputs if not isinstance(x, Setting)]
    settings = [x for x in inputs if isinstance(x, Setting)]
    if op in ARITY:
        operands = [float(x) if type(x) is int else x for x in operands]  # 2^-1 is a half
    if op == "array":
        return np.asarray(operands)
    if op == "getitem" and settings and "=" not in settings[0]:
        return operands[0][index(settings[0])]
    op = "multiply" if op == "hadamard" else op
    function = OPS[op] if op in OPS else lookup(FUNCTIONS, op, "function")
    return function(*operands, **dict(map(setting, settings)))


def setting(text: str) -> tuple[str, Any]:
    """Return name and value of a setting."""
    name, _, written = text.partition("=")
    if written.lstrip("-") in ("inf", "nan"):
        return name, float(written)
    try:
        return name, literal_eval(written)
    except (ValueError, SyntaxError):
        return name, written


def index(text: str) -> tuple[Any, ...]:
    """Return an index from how it stands between the brackets: `0, 1:`."""
    return tuple(part(word.strip()) for word in text.split(","))


def part(word: str) -> Any:
    if ":" not in word:
        return literal_eval(word)
    return slice(*(int(end) if end else None for end in word.split(":")))
