"""`chainrule explain`: the lectures' circuits as people see them, and every mistake's sentence."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.attempt import attempt
from tests.explain.examples import CASES, NEURON, NEURON_BACK, SIGMOID, STAGED
from tests.golden.compare import matches

Captured = pytest.CaptureFixture[str]
MATRICES = ["sum((W@x)^2)", "W=[[0.1,0.5],[-0.3,0.8]]", "x=[0.2,0.4]"]


def words(leaves: dict[str, float]) -> list[str]:
    return [f"{name}={value:g}" for name, value in leaves.items()]


@pytest.mark.parametrize("name", CASES)
def test_the_lectures_circuits(capsys: Captured, name: str) -> None:
    expression, leaves, _, _ = CASES[name]
    found = attempt(capsys, "explain", expression, *words(leaves))
    assert (found.code, found.err) == (0, "")
    assert matches(f"explain-{name}.txt", found.out)
    assert max(map(len, found.out.split("\n"))) <= 80


def test_branches(capsys: Captured) -> None:
    found = attempt(capsys, "explain", STAGED, "x=3", "y=-4")
    assert matches("explain-branches.txt", found.out)


def test_arrays_at_80_columns(capsys: Captured) -> None:
    found = attempt(capsys, "explain", *MATRICES)
    assert matches("explain-arrays.txt", found.out)


def test_arrays_at_120_columns(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    found = attempt(capsys, "explain", *MATRICES)
    assert matches("explain-arrays-120.txt", found.out)


def test_narrow_windows_fold(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    found = attempt(capsys, "explain", SIGMOID, *words(NEURON))
    assert max(map(len, found.out.split("\n"))) <= 50
    assert "②─▸" in found.out
    found = attempt(capsys, "explain", SIGMOID, *words(NEURON), "--table")
    assert max(map(len, found.out.split("\n"))) <= 50
    assert "to w0  −1 × g = −0.1966" in found.out


def test_kinks(capsys: Captured) -> None:
    found = attempt(capsys, "explain", "relu(x)*y + abs(z)", "x=0", "y=2", "z=0")
    assert found.code == 0
    assert matches("explain-kinks.txt", found.out)


def test_digits(capsys: Captured) -> None:
    found = attempt(capsys, "explain", SIGMOID, *words(NEURON), "--digits", "9")
    assert "= 0.731058579" in found.out
    assert "−0.196611933" in found.out


def test_json_is_one_object_with_full_precision(capsys: Captured) -> None:
    found = attempt(capsys, "explain", SIGMOID, *words(NEURON), "--json")
    data = json.loads(found.out)
    gates = {gate["label"]: gate for gate in data["gates"]}
    assert data["value"] == pytest.approx(0.7310585786300049, rel=1e-15)
    back = [gates[label]["upstream"] for label in data["backward_order"]][:5]
    assert back == pytest.approx(NEURON_BACK, rel=1e-14)
    assert data["gradients"]["w0"] == pytest.approx(-0.19661193324148185, rel=1e-15)
    assert gates["f"]["inputs"] == [1.0, "v7"]
    assert gates["v1"]["source"] is None
    assert data["check"]["ok"] is True
    assert len(data["check"]["inputs"]) == 5


def test_json_has_words_for_what_is_not_finite(capsys: Captured) -> None:
    found = attempt(capsys, "explain", "log(x)/y", "x=0", "y=1", "--json")
    assert json.loads(found.out)["value"] == "-Infinity"
    found = attempt(capsys, "explain", "log(x)", "x=-1", "--json")
    assert json.loads(found.out)["value"] == "NaN"


def test_an_array_starts_from_ones(capsys: Captured) -> None:
    found = attempt(capsys, "explain", "W@x", "W=[[1,2],[3,4]]", "x=[1,2]")
    assert found.code == 0
    assert "∂f/∂x  =  [4, 6]" in found.out
    assert "f is an array: backward starts with 1 for each entry" in found.out
    assert "x[1]     6         6" in found.out


def test_an_expression_may_begin_with_a_minus(capsys: Captured) -> None:
    found = attempt(capsys, "explain", "-x^2", "x=3")
    assert found.out.startswith("f = −x² = −9\nat x = 3\n")


def test_functions_in_files(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, "explain", "net.py:neuron", "power=3", "w=1")
    assert found.code == 0
    assert found.out.startswith("f = σ(w × x + b)³ = ")
    assert "\nat w = 1, x = −1, b = −3\n" in found.out
    assert "h = σ(s)" in found.out
    assert attempt(capsys, "explain", "net.py:lists").out.startswith("f = sum(x × x) = 5\n")


def test_a_wrong_rule_is_named(capsys: Captured, folder: Path) -> None:
    found = attempt(capsys, "explain", "net.py:wrong")
    assert found.code == 1
    assert matches("explain-wrong.txt", found.out)


def test_large_circuits_are_not_checked(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.cli.explain.MOST_CHECKED", 7)
    found = attempt(capsys, "explain", SIGMOID, *words(NEURON))
    said = "not checked: differences of 8 gates take a while; see chainrule check"
    assert found.out.endswith(f"\n\n{said}\n")
    found = attempt(capsys, "explain", SIGMOID, *words(NEURON), "--json")
    assert json.loads(found.out)["check"] is None


def test_loops_fit_the_window(capsys: Captured, tmp_path: Path) -> None:
    (tmp_path / "loop.py").write_text(
        "import chainrule as cr\n"
        "def f(x=0.5, w=1.01):\n"
        "    for _ in range(150):\n"
        "        x = cr.sin(x * w)\n"
        "    return x\n"
    )
    found = attempt(capsys, "explain", f"{tmp_path / 'loop.py'}:f")
    assert found.code == 0
    assert max(map(len, found.out.split("\n"))) <= 80
    assert "▸{gates 1–8}──" in found.out
    assert "300 of 300 gates are inside of {boxes}" in found.out
    assert re.search("⋮ +260 more gates", found.out)
    assert len(found.out.split("\n")) < 230


MISTAKES = {
    ("x*(y+", "x=1"): (
        2,
        "error: a number or a name is missing after '+'\n  x*(y+\n       ^\n",
    ),
    ("x*y", "x=1"): (
        2,
        "error: no value for y\n  x*y\n    ^\nhint: give values after the expression: y=1\n",
    ),
    ("x*y", "x=a", "y=1"): (
        2,
        "error: 'a' is not a number\n  x=a\n    ^\n"
        "hint: write a number, as in x=1.5, or an array, as in x=[1,2,3]\n",
    ),
    ("sigmod(x)", "x=1"): (
        2,
        "error: unknown function 'sigmod'\n  sigmod(x)\n  ^\nhint: did you mean 'sigmoid'?\n",
    ),
    ("W@x", "W=[[1,2]]", "x=[1]"): (
        2,
        "error: matmul of (1, 2) and (1,): the inner sizes differ, 2 and 1\n  W@x\n   ^\n",
    ),
    ("x", "x=1", "--digit", "2"): (
        2,
        "error: No such option '--digit'. Did you mean '--digits'?\n"
        "hint: see chainrule explain --help\n",
    ),
    ("3", "x=1"): (
        2,
        "error: the expression has no x\n  x=1\n  ^\nhint: the expression has no variables\n",
    ),
    ("3*4",): (
        2,
        "error: 3*4 returned a constant: it depends on none of the arguments\n"
        "hint: compute with the arguments, by operators and cr functions such as cr.exp\n",
    ),
    ("net.py:neuon",): (
        2,
        "error: net.py has no function 'neuon'\nhint: did you mean 'neuron'?\n",
    ),
    ("nett.py:f",): (3, "error: there is no file nett.py\nhint: did you mean 'net.py'?\n"),
    ("net.py",): (
        2,
        "error: net.py defines 5 functions: say which one\n"
        "hint: write net.py:NAME; it has neuron, wrong, needs, stumbles, lists\n",
    ),
    ("net.py:needs", "x=1"): (
        2,
        "error: no value for y\nhint: give values after the function: y=1\n",
    ),
    ("net.py:needs", "x=1", "y=1", "x=2"): (
        2,
        "error: x has a value already\n  x=2\n  ^\n",
    ),
    ("net.py:needs", "x=1", "y=1", "z=2"): (
        2,
        "error: the function has no argument z\n  z=2\n  ^\nhint: known names: x, y\n",
    ),
    ("net.py:stumbles",): (
        2,
        "error: net.py, line 25 failed while it ran: NameError: name 'nothing' is not defined\n",
    ),
    ("broken.py:f",): (2, "error: broken.py, line 1: '(' was never closed\n"),
    ("raises.py:f",): (
        2,
        "error: raises.py, line 2 failed while it was loaded: "
        "ZeroDivisionError: division by zero\n",
    ),
}


@pytest.mark.parametrize("arguments", MISTAKES, ids=" ".join)
def test_mistakes_get_a_sentence(
    capsys: Captured, folder: Path, arguments: tuple[str, ...]
) -> None:
    found = attempt(capsys, "explain", *arguments)
    assert (found.code, found.err) == MISTAKES[arguments]
    assert found.out == ""


def test_debugging_shows_the_traceback(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_DEBUG", "1")
    found = attempt(capsys, "explain", "x*(")
    assert found.err.startswith("Traceback (most recent call last)")
    assert found.err.endswith("  x*(\n     ^\n")


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            "sh",
            "-c",
            f"'{sys.executable}' -c 'from chainrule.cli.main import main; main()' {command}",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "80", **environment},
    )


def test_pipes_get_no_colours_and_may_close() -> None:
    found = shell("explain x*y x=1 y=2 | head -1")
    assert (found.stdout, found.stderr) == ("f = x × y = 2\n", "")


def test_colours_where_they_are_wanted() -> None:
    coloured = shell("explain x*y x=1 y=2", FORCE_COLOR="1", COLORTERM="truecolor")
    assert "\x1b[38;2;0;135;94m2" in coloured.stdout
    plain = shell("explain x*y x=1 y=2", FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b[38" not in plain.stdout


def test_explaining_imports_nothing_of_training_and_pictures() -> None:
    program = (
        "import sys; from chainrule.cli.main import run; "
        "run(['explain', 'x*y', 'x=1', 'y=2']); "
        "heavy = {'llvmlite', 'polars', 'textual', 'chainrule.nn', 'chainrule.train', "
        "'chainrule.optim', 'chainrule.draw.page', 'chainrule.draw.slides', "
        "'chainrule.explain.derive'}; "
        "sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, "")
