"""Expressions set in type: every sign has its place, and nothing overlaps."""

import inspect
import json
import sys
from itertools import combinations

import pytest

from chainrule.draw.mathml import mathml
from chainrule.draw.mathrun import Run, Runs, runs_of, svg_runs
from chainrule.draw.metrics import text_width
from chainrule.explain.scene.stored import read_expression
from chainrule.graph.formula import Expression, Number, Symbol, apply, maths
from tests.draw.test_mathml import CASES

m = maths
x, y = Symbol("x"), Symbol("y")
TREES = [read_expression(tree) for tree, _ in json.loads(CASES.read_text(encoding="utf-8"))]


def texts(found: Runs) -> list[str]:
    return [run.text for run in found.runs]


def test_a_line() -> None:
    found = svg_runs(x + 1, 20)
    assert texts(found) == ["x", "+", "1"]
    assert [run.italic for run in found.runs] == [True, False, False]
    assert all(run.y == 0 and run.size == 20 for run in found.runs)
    assert found.runs[0].width == text_width("x", 20, "italic")
    assert found.strokes == ()


def test_a_fraction_stands_around_its_bar() -> None:
    found = svg_runs((x + 1) / y, 10)
    (bar,) = found.strokes
    (left, height), (right, _) = bar.points
    above, below = found.runs[0], found.runs[-1]
    assert above.y < height < below.y
    assert 0 < left < below.x < below.x + below.width < right < found.width
    assert abs((left + right) / 2 - (below.x + below.width / 2)) < 1e-9


def test_powers_and_indices_are_smaller_and_off_the_line() -> None:
    base, power = svg_runs(x**2, 16).runs
    letter, index = svg_runs(Symbol("w0"), 16).runs
    assert power.size < base.size
    assert index.size < letter.size
    assert power.y < 0 < index.y


def test_powers_of_powers_do_not_vanish() -> None:
    sizes = [run.size for run in svg_runs(x**y**2, 20).runs]
    assert sizes == pytest.approx([20, 15.2, 11.55], abs=0.01)


def test_brackets_grow_with_what_they_hold() -> None:
    small, large = svg_runs((x + 1) ** 2, 10).runs[0], svg_runs((x / y + 1) ** 2, 10).runs[0]
    assert small.size == 10 < large.size


def test_a_root_covers_what_it_holds() -> None:
    found = svg_runs(m.sqrt(x / y), 10)
    root = max(found.strokes, key=lambda stroke: len(stroke.points))
    end, top = root.points[-1]
    assert end >= max(run.x + run.width for run in found.runs)
    assert top < min(run.y for run in found.runs) - 7


def test_cases_stand_in_columns() -> None:
    found = svg_runs(m.where(x < 0, 2 * x, y), 10)
    placed = {run.text: run for run in found.runs}
    assert placed["if"].x == placed["otherwise"].x
    assert placed["if"].y < 0 < placed["otherwise"].y
    assert placed["{"].size > 20


def test_a_minus_in_front_stands_close() -> None:
    sign, letter = svg_runs(-x, 10).runs
    assert letter.x == pytest.approx(sign.x + sign.width)
    _, minus, right = svg_runs(y - x, 10).runs
    assert right.x > minus.x + minus.width + 1


@pytest.mark.parametrize("expr", TREES, ids=str)
def test_every_form_lies_in_its_box_and_nothing_overlaps(expr: Expression) -> None:
    found = svg_runs(expr, 20)
    assert found.runs
    for run in found.runs:
        assert run.text.strip()
        assert run.x >= -1e-6
        assert run.x + run.width <= found.width + 1e-6
        assert -found.ascent - 1e-6 <= run.y - 0.7 * run.size
        assert run.y + 0.2 * run.size <= found.descent + 1e-6
    for a, b in combinations(found.runs, 2):
        assert not overlap(a, b), f"{a.text} and {b.text}"
    for stroke in found.strokes:
        assert all(0 <= p <= found.width and -found.ascent <= q for p, q in stroke.points)


def overlap(a: Run, b: Run) -> bool:
    """Tell whether two texts share some of their ink: accents lie over letters, so low ink only."""
    if {"^", "{"} & {a.text, b.text}:
        return False
    beside = a.x + a.width <= b.x + 0.5 or b.x + b.width <= a.x + 0.5
    apart = a.y - 0.5 * a.size >= b.y - 0.05 * b.size or b.y - 0.5 * b.size >= a.y - 0.05 * a.size
    return not (beside or apart)


def test_it_grows_with_the_size() -> None:
    small, large = svg_runs(x / y + m.sqrt(x), 10), svg_runs(x / y + m.sqrt(x), 25)
    assert large.width == pytest.approx(2.5 * small.width)
    assert large.strokes[0].thickness == pytest.approx(2.5 * small.strokes[0].thickness)


def test_what_pages_show_is_what_is_set() -> None:
    assert runs_of(mathml(x / 2)).scaled(20) == svg_runs(x / 2, 20)
    assert texts(svg_runs(Number(-1.5e-8), 10)) == ["−", "1.5", "·", "10", "−", "8"]


def test_deep_formulas_need_no_recursion() -> None:
    deep: Expression = x
    for _ in range(200):
        deep = apply("sqrt", deep)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        assert len(svg_runs(deep, 10).strokes) == 200
    finally:
        sys.setrecursionlimit(limit)
