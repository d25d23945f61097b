"""Rounds are timed in processes of their own; what goes wrong is said and not dropped."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from benchmarks import race as races
from benchmarks.__main__ import main
from benchmarks.cases import CASES
from benchmarks.race import Entry, race, ratios

KEYS = {"case", "implementation", "threads", "seconds_per_step", "best", "loss", "rounds"}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(races, "ROUND", 0.002)


@pytest.mark.usefixtures("quick")
def test_entries_hold_figures() -> None:
    (entry,) = race(CASES["xor"], ["numpy"], rounds=3)
    assert entry.error == ""
    assert entry.rounds == 3
    assert entry.seconds_per_step is not None
    assert entry.best is not None
    assert 0 < entry.best <= entry.seconds_per_step < 1


@pytest.mark.usefixtures("quick")
def test_who_differs_gets_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(races.judge, "complaint", lambda name, losses: "computes something else")
    (entry,) = race(CASES["xor"], ["numpy"], rounds=2)
    assert entry.error == "computes something else"
    assert entry.seconds_per_step is None
    assert entry.record()["error"] == entry.error


@pytest.mark.usefixtures("quick")
def test_a_child_that_breaks_down_says_why() -> None:
    (entry,) = race(CASES["xor"], ["nobody"], rounds=1)
    assert "benchmarks.rivals.nobody" in entry.error


@pytest.mark.usefixtures("quick")
def test_json_lines() -> None:
    done = CliRunner().invoke(
        main, ["run", "--case", "eager", "--rivals", "numpy", "--rounds", "1", "--json"]
    )
    assert "numpy runs no gate by itself" in done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["implementation"] for line in lines] == ["chainrule"]
    assert lines[0].keys() >= KEYS
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--case", "digits23"], "there is no case 'digits23': did you mean 'digits32'?"),
        (["--rivals", "torch_egaer"], "there is no rival 'torch_egaer': did you mean"),
        (["--case", "xor", "--threads", "100000"], "measure nothing"),
    ],
)
def test_mistakes_are_named(words: list[str], hint: str) -> None:
    done = CliRunner().invoke(main, ["run", *words])
    assert done.exit_code == 2
    assert hint in " ".join(done.stderr.split())


def test_ratios_are_multiples_of_our_time() -> None:
    entries = [Entry("xor", "chainrule", 1, 2.0), Entry("xor", "numpy", 1, 6.0)]
    assert ratios(entries) == {"numpy": 3.0}
    assert ratios(entries[1:]) == {}


def test_missing_rivals_are_told_from_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(error: str, unavailable: bool) -> Callable[..., list[Entry]]:
        return lambda *_, **__: [Entry("xor", "numpy", 1, error=error, unavailable=unavailable)]

    def code(*words: str) -> int:
        return CliRunner().invoke(main, ["run", "--case", "xor", *words]).exit_code

    monkeypatch.setattr("benchmarks.__main__.race", found("is not there", True))
    assert code() == 0
    assert code("--rivals", "numpy") == 1
    monkeypatch.setattr("benchmarks.__main__.race", found("computes something else", False))
    assert code() == 1
