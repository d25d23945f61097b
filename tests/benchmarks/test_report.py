"""The page says what the result files say."""

from xml.etree import ElementTree

from benchmarks import plot, report
from benchmarks.cases import CASES
from benchmarks.results import load


def found() -> dict:
    def entry(name: str, seconds: float) -> dict:
        return {"implementation": name, "seconds_per_step": seconds, "version": "1"}

    machine = {"processor": "P", "cores": 2, "system": "S", "python": "3"}
    entries = [entry("chainrule", 1e-5), entry("jax_scan", 2.5e-5), entry("torch_eager", 1e-4)]
    return {
        name: {"machine": machine, "threads": 1, "entries": entries}
        for name in ("digits32", "moons", "batch_4", "batch_64")
    }


def test_tables() -> None:
    text = report.body(found())
    about = CASES["digits32"].about
    assert f"| `digits32`: {about} | **10 µs** | 100 µs (10 ×) | 25 µs (2.5 ×) |" in text
    assert "| `digits32` | `jax_scan` | 2.2 × | 2.50 × | reached |" in text
    assert "| `digits32` | `torch_eager` | 20 × | 10.00 × | **not reached** |" in text
    assert "P, 2 cores, S, Python 3, 1 thread." in text


def test_words_around_the_results_stay() -> None:
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    once = report.page(text, found())
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert report.page(once, found()) == once


def test_plots_are_well_formed() -> None:
    for picture in (plot.dots(found()), plot.sweeps(found()), plot.dots({}), plot.sweeps({})):
        ElementTree.fromstring(picture)
    assert "torch_eager" in plot.dots(found())


def test_page_and_plots_are_those_of_the_results() -> None:
    text = report.PAGE.read_text("utf-8")
    assert report.page(text, load()) == text, "run: python -m benchmarks report"
    assert report.with_drawings(text, report.drawn()) == text, "run: python -m benchmarks report"
    assert (report.IMAGES / "benchmarks.svg").read_text("utf-8") == plot.dots(load())
    assert (report.IMAGES / "benchmark-sweeps.svg").read_text("utf-8") == plot.sweeps(load())
