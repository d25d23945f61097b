"""Words that look like options, and JSON."""

import json

import click
import pytest

from chainrule.cli.explain import explain
from chainrule.cli.options import print_json, require_no_options


def test_a_mistyped_option_is_no_expression() -> None:
    ctx = click.Context(explain)
    require_no_options(["-x^2", "x=-3", "--3"], ctx)
    with pytest.raises(click.NoSuchOption) as caught:
        require_no_options(["x", "--jsn"], ctx)
    assert caught.value.possibilities == ["--json"]


def test_json_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [1.5, "−"], "b": None})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {"a": [1.5, "−"], "b": None}
