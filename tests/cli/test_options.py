"""Words that look like options, and JSON."""

import json

import click
import pytest

from chainrule.cli.check import check
from chainrule.cli.explain import explain
from chainrule.cli.options import print_json, require_no_options


def test_a_mistyped_option_is_no_expression() -> None:
    ctx = click.Context(explain)
    require_no_options(["-x^2", "x=-3", "--3"], ctx)
    with pytest.raises(click.NoSuchOption) as caught:
        require_no_options(["x", "--jsn"], ctx)
    assert caught.value.possibilities == ["--json"]


@pytest.mark.parametrize("text", ["-log(x)", "-x*o", "-(-x)", "-cos(x)"])
@pytest.mark.parametrize("command", [explain, check])
def test_an_expression_that_begins_with_a_minus_is_no_option(
    command: click.Command, text: str
) -> None:
    found = command.make_context("it", [text, "x=1", "--digits", "3"]).params
    assert found["target"] == text
    assert found["values"] == ("x=1",)
    assert found["digits"] == 3


def test_short_options_and_their_files_stay_options() -> None:
    found = explain.make_context("it", ["-x", "x=1", "-o", "-a.svg", "-ob.svg"]).params
    assert found["output"] == ("-a.svg", "b.svg")
    with pytest.raises(click.BadParameter, match="-3 is not in the range"):
        explain.make_context("it", ["x", "--digits", "-3"])


def test_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [1.5, "−"], "b": None})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {"a": [1.5, "−"], "b": None}
