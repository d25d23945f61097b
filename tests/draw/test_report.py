"""The check's tables: the last line says what to think of it."""

from typing import Any

import chainrule as cr
from chainrule.draw.report import brief, gates_line, text
from chainrule.draw.terminal import plain_text
from tests.explain import faulty


def last_lines(f: Any, *xs: Any) -> str:
    return text(cr.check_gradients(f, *xs)).split("\n\n")[-1].replace("\n", " ")


def test_last_words() -> None:
    assert last_lines("x*y", 1.0, 2.0) == "✓ the gradients are right"
    assert last_lines("relu(x)", 0.0) == (
        "✓ nothing is wrong; at x lies a kink (a tie of a max, a ReLU at 0), where no derivative "
        "exists"
    )
    assert last_lines("sqrt(x)", 0.0) == (
        "∧ not checked; by x nothing was compared: here or beside this point the function is not "
        "finite"
    )
    assert last_lines("x*y/y", 0.0, 0.0).startswith("∧ not checked; by x, y nothing was compared")
    assert last_lines("sqrt(x)+y", 0.0, 2.0).startswith("✓ nothing is wrong; by x nothing was")


def test_a_right_check_is_brief_and_a_wrong_one_is_not() -> None:
    right = plain_text(brief(cr.check_gradients("x*y", 1.0, 2.0)))
    assert "every gate's own rule" not in right
    wrong = plain_text(brief(cr.check_gradients(lambda x: faulty.halved(x), 2.0)))
    assert "every gate's own rule" in wrong
    assert "✗ the backward rule of halved is wrong" in wrong


def test_of_many_gates_only_those_that_need_a_look_are_listed() -> None:
    def f(x: Any) -> Any:
        for _ in range(30):
            x = x * 1.01
        return cr.relu(x - x)

    shown = text(cr.check_gradients(f, 1.0))
    assert "multiply" not in shown
    assert "relu" in shown
    assert "32 of 32 backward rules agree" in shown


def test_random_directions_and_second_derivatives_are_explained() -> None:
    shown = text(cr.check_gradients("sum(x^3)", x=[1.0] * 40, order=2))
    assert "x ~ " in shown
    assert "~ is a random direction through all entries of an array" in shown
    assert "x · y is the second derivative" in shown


def test_only_what_was_compared_is_said_to_agree() -> None:
    def said(f: str, **values: float) -> str:
        return gates_line(cr.check_gradients(f, **values))

    agree = "backward rules agree with differences by themselves"
    assert said("x*y", x=1.0, y=2.0) == f"1 of 1 {agree}"
    assert said("sqrt(x)*y", x=0.0, y=2.0) == f"1 of 2 {agree}; 1 cannot be compared here"
    assert said("x", x=1.0) == "no gates, so no backward rules"
