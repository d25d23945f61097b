"""A gate knows the user's line, the variable it was stored in, and nothing of chainrule's own."""

import numpy as np

import chainrule as cr
from chainrule.graph.source import caller, resolve
from tests.house.rules import ROOT


def line_of(text: str) -> int:
    lines = (ROOT / "tests" / "graph" / "test_source.py").read_text().splitlines()
    return next(i for i, line in enumerate(lines, 1) if line.strip() == text)


def test_operators_functions_and_methods() -> None:
    x = cr.tensor([1.0, 2.0])
    by_operator = x * 2
    by_function = cr.exp(x)
    by_method = x.sum()
    by_numpy = np.sin(x)
    by_composition = cr.diag(x)
    for y in (by_operator, by_function, by_method, by_numpy):
        assert y.source is not None
        assert y.source.file == __file__
        assert f"{y.source.variable} = " in y.source.text
        assert y.source.line == line_of(y.source.text)
    assert by_composition.source.variable == "by_composition"


def test_no_variable() -> None:
    x = cr.tensor(1.0)
    assert [x * 2][0].source.variable == ""
    assert (x * 2 + 1).inputs[0].source.variable == ""


def test_code_without_a_module() -> None:
    names = {"x": cr.tensor(1.0)}
    exec("y = x + 1", names, names)
    del names["__builtins__"]
    source = names["y"].source
    assert source is not None
    assert (source.file, source.line, source.variable) == ("<string>", 1, "y")


def test_the_users_frame_may_be_named_alike() -> None:
    names = {"x": cr.tensor(1.0), "__name__": "chainrule_of_mine"}
    exec("y = x + 1", names)
    assert names["y"].source.variable == "y"


def test_nothing_to_tell() -> None:
    assert resolve(None) is None
    assert caller() is not None
