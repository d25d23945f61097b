"""Models and update rules of ours as plain data and back: classes come from closed tables.

What is the user's own has no such form, and is None: whoever takes it up again must pass it.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from chainrule import optim
from chainrule.errors import FileError
from chainrule.nn import MLP, Dropout, Linear, Sequential
from chainrule.nn.activations import BY_FUNCTION, Activation

Plain = dict[str, Any]
RULES = {
    name: getattr(optim, name)
    for name in optim.__all__
    if isinstance(getattr(optim, name), type)
    and issubclass(getattr(optim, name), (optim.Rule, optim.Schedule))
}


def rule_data(rule: Any) -> Plain | None:
    """Return an update rule or a schedule as plain data.

    >>> rule_data(optim.SGD(rate=0.1))["class"]
    'SGD'
    """
    name = type(rule).__name__
    if RULES.get(name) is not type(rule):
        return None
    options = {}
    for field in fields(rule):
        value = getattr(rule, field.name)
        if not isinstance(value, (int, float, str, bool, type(None))):
            value = rule_data(value)
            if value is None:
                return None
        options[field.name] = value
    return {"class": name, **options}


def rule_from(data: Mapping[str, Any]) -> Any:
    """Return the update rule or the schedule that `rule_data` has described."""
    options = {k: rule_from(v) if isinstance(v, dict) else v for k, v in data.items()}
    name = options.pop("class", None)
    if name not in RULES:
        raise FileError(f"there is no update rule {name!r}", hint="upgrade chainrule")
    return RULES[name](**options)


def model_data(model: Any) -> list[Plain] | None:
    """Return a net of layers one after the other as plain data, without its weights.

    >>> model_data(MLP(2, 3, 1, key=0))[0]
    {'class': 'Linear', 'in': 2, 'out': 3, 'bias': True, 'dtype': 'float32'}
    """
    if type(model) not in (MLP, Sequential):
        return None
    found = [layer_data(layer) for layer in model]
    return None if None in found else [layer for layer in found if layer is not None]


def layer_data(layer: Any) -> Plain | None:
    """Return a linear layer, an activation without settings, or dropout as plain data."""
    if type(layer) is Linear:
        outputs, inputs = layer.weight.shape
        dtype, bias = layer.weight.dtype.name, layer.bias is not None
        return {"class": "Linear", "in": inputs, "out": outputs, "bias": bias, "dtype": dtype}
    if type(layer) is Dropout:
        return {"class": "Dropout", "p": float(layer.p)}
    function = getattr(layer, "function", None)
    if isinstance(layer, Activation) and BY_FUNCTION.get(str(function)) is type(layer):
        options = {f.name: getattr(layer, f.name) for f in fields(layer)}
        if all(isinstance(v, (int, float, bool, str)) for v in options.values()):
            return {"class": "Activation", "function": function, **options}
    return None


def model_from(data: list[Plain]) -> Sequential:
    """Return the net that `model_data` has described, with any weights."""
    return Sequential(*map(layer_from, data))


def layer_from(data: Mapping[str, Any]) -> Any:
    """Return a layer that `layer_data` has described."""
    options = dict(data)
    kind = options.pop("class", None)
    if kind == "Linear":
        sizes, dtype = (options["in"], options["out"]), options["dtype"]
        return Linear(*sizes, key=0, bias=options["bias"], dtype=dtype)
    if kind == "Dropout":
        return Dropout(**options)
    function = options.pop("function", None)
    if kind == "Activation" and function in BY_FUNCTION:
        return BY_FUNCTION[function](**options)
    raise FileError(f"there is no layer {kind!r}", hint="upgrade chainrule")
