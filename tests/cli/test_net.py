"""`chainrule explain --net`: architectures from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.attempt import attempt

Captured = pytest.CaptureFixture[str]


def test_a_net_is_printed(capsys: Captured) -> None:
    found = attempt(capsys, "explain", "--net", "64,128,10")
    assert (found.code, found.err) == (0, "")
    assert found.out == (
        "64 – 128 – 10  [9,610 parameters]\n"
        "  input    64\n"
        "            │  Θ⁽¹⁾  128×64, b⁽¹⁾  128\n"
        "  hidden  128\n"
        "            │  Θ⁽²⁾  10×128, b⁽²⁾  10\n"
        "  output   10\n"
    )


def test_a_net_is_drawn(capsys: Captured, tmp_path: Path) -> None:
    place = tmp_path / "net.svg"
    found = attempt(capsys, "explain", "--net", "2,2,1", "-o", str(place), "--theme", "dark")
    assert (found.code, found.out) == (0, "")
    assert found.err.startswith(f"wrote {place} (")
    assert "Θ⁽²⁾" in place.read_text()
    assert "#111317" in place.read_text()


def test_a_net_as_json(capsys: Captured) -> None:
    found = attempt(capsys, "explain", "--net", "3,2", "--json")
    assert json.loads(found.out) == {
        "parameters": 8,
        "columns": [{"name": "input", "units": 3}, {"name": "output", "units": 2}],
        "weights": [{"shape": [2, 3], "bias": [2]}],
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--net", "64,12a,10"],
            "error: '12a' is no number of units\n  64,12a,10\n       ^\n"
            "hint: write the columns as in 64,128,64,10\n",
        ),
        (["--net", "64"], "error: a net has two columns at least\n  64\n    ^\n"
                          "hint: write the output's, too: 64,1\n"),
        (["--net", "2,1", "x*y"], "error: --net shows a net by itself, but 'x*y' came as well\n"),
        (["--net", "2,1", "-o", "net.html"],
         "error: cannot write a net to 'net.html'\nhint: known endings: svg, png, pdf\n"),
        (["--net", "2,1", "--open"],
         "error: a net has no steps to be shown\nhint: draw it: -o net.svg\n"),
        ([], 'error: there is nothing to explain\nhint: give an expression, "(x+y)*z" x=-2 y=5 '
             "z=-4, file.py:function, or --net\n"),
    ],
)  # fmt: skip
def test_mistakes(capsys: Captured, words: list[str], said: str) -> None:
    found = attempt(capsys, "explain", *words)
    assert (found.code, found.out, found.err) == (2, "", said)
