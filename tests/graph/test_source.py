"""A gate knows the user's line, the variable it was stored in, and nothing of chainrule's own."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph.node import leaf
from chainrule.graph.source import Source, caller, resolve
from tests.house.rules import ROOT

AT_THE_TOP = cr.tensor(2.0) * 3


def line_of(text: str) -> int:
    lines = (ROOT / "tests" / "graph" / "test_source.py").read_text("utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if line.strip() == text)


def variable(gate: Any) -> str:
    assert gate.source is not None
    return str(gate.source.variable)


@pytest.mark.parametrize("x", [cr.tensor([1.0, 2.0]), leaf((2,))])
def test_operators_functions_and_methods(x: Any) -> None:
    by_operator = x * 2
    by_function = cr.exp(x)
    by_method = x.sum()
    by_numpy = np.sin(x)
    by_reflection = 2 - x
    for y in (by_operator, by_function, by_method, by_numpy, by_reflection):
        assert y.source is not None
        assert y.source.file == __file__
        assert f"{y.source.variable} = " in y.source.text
        assert y.source.line == line_of(y.source.text)
        assert str(y.source) == f"{__file__}:{y.source.line}"
    by_composition = cr.diag(x)
    assert variable(by_composition) == "by_composition"


def test_a_leaf_knows_where_it_was_made() -> None:
    weight = cr.tensor(1.0)
    assert weight.source is not None
    assert (weight.source.variable, weight.source.text) == ("weight", "weight = cr.tensor(1.0)")


def test_the_top_of_a_module() -> None:
    assert AT_THE_TOP.source is not None
    assert AT_THE_TOP.source.variable == "AT_THE_TOP"
    assert AT_THE_TOP.source.text == "AT_THE_TOP = cr.tensor(2.0) * 3"


def test_places_that_are_no_variables() -> None:
    x = cr.tensor(1.0)
    box: Any = Source("", 0, "", "")
    boxes: dict[str, Any] = {}
    object.__setattr__(box, "text", x * 2)
    boxes["key"] = x * 2
    pair = x * 2, x * 3
    for gate in (box.text, boxes["key"], *pair, [x * 2][0], (x * 2 + 1).inputs[0]):
        assert variable(gate) == ""


def test_attributes_and_entries_are_no_variables() -> None:
    class Box:
        held: Any

    x, box = cr.tensor(1.0), Box()
    box.held = x * 2
    assert variable(box.held) == ""
    assert box.held.source.text == "box.held = x * 2"


def test_variables_of_other_scopes() -> None:
    x = cr.tensor(1.0)
    kept = x * 2

    def outer() -> Any:
        nonlocal kept
        kept = x * 3
        return kept

    assert variable(outer()) == "kept"
    kept += 1
    assert variable(kept) == "kept"


def test_a_call_over_several_lines() -> None:
    x = cr.tensor([1.0, 2.0])
    total = cr.sum(
        x,
        axis=0,
    )
    longer = (
        x
        * 2
    )  # fmt: skip
    assert total.source is not None
    assert (total.source.variable, total.source.text) == ("total", "total = cr.sum(")
    assert longer.source is not None
    assert variable(longer) == "longer"
    assert longer.source.text in ("x", "* 2")


def test_a_lambda_is_its_own_line() -> None:
    x = cr.tensor(1.0)
    double = lambda v: v * 2  # noqa: E731
    doubled = double(x)
    assert doubled.source is not None
    assert doubled.source.text == "double = lambda v: v * 2  # noqa: E731"
    assert variable(doubled) == ""


def test_code_without_a_file() -> None:
    names = {"x": cr.tensor(1.0)}
    exec("\ny = x + 1", names)
    assert names["y"].source == Source("<string>", 2, "", "y")


def test_code_without_a_module() -> None:
    names = {"x": cr.tensor(1.0)}
    exec("y = x + 1", names, names)
    del names["__builtins__"]
    assert names["y"].source == Source("<string>", 1, "", "y")


def test_the_users_frame_may_be_named_alike() -> None:
    names = {"x": cr.tensor(1.0), "__name__": "chainrule_of_mine"}
    exec("y = x + 1", names)
    assert variable(names["y"]) == "y"


def test_code_with_many_names() -> None:
    names: dict[str, Any] = {"x": cr.tensor(1.0)}
    exec("\n".join(f"v{i} = 0" for i in range(300)) + "\ny = x * 2", names)
    assert names["y"].source == Source("<string>", 301, "", "y")


def test_nothing_to_tell() -> None:
    assert resolve(None) is None
    assert caller() is not None
