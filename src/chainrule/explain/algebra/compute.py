"""Trees as functions: on numbers and arrays they give values, on gates circuits."""

from ast import literal_eval
from collections.abc import Mapping, Sequence
from typing import Any

from chainrule.graph.formula import Apply, Expression, Number, Symbol, fold, lookup
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
            return Setting(node.name) if "=" in node.name else lookup(values, node.name, "value")
        assert isinstance(node, Apply)
        return called(node.op, inputs)

    return fold(expr, visit)


class Setting(str):
    """A setting of an op, such as `axis=0`."""


def called(op: str, inputs: Sequence[Any]) -> Any:
    """Call an op on its operands; settings among them go by their names."""
    settings = dict(x.split("=", 1) for x in inputs if isinstance(x, Setting))
    operands = [x for x in inputs if not isinstance(x, Setting)]
    if op == "array":
        return operands
    function = OPS[op] if op in OPS else lookup(FUNCTIONS, op, "function")
    return function(*operands, **{name: setting(text) for name, text in settings.items()})


def setting(text: str) -> Any:
    try:
        return literal_eval(text)
    except (ValueError, SyntaxError):
        return text
