"""Terms: which factors a use of a value contributes."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explain.derivation.records import Term


def terms(f: Any, wrt: str, **values: Any) -> tuple[Term, ...]:
    return cr.derive(f, wrt=wrt, check=False, **values).lines[-1].terms


def written(term: Term) -> list[str]:
    return [repr(part.expression) for part in term.parts]


def test_a_scalar_gate_is_upstream_times_local() -> None:
    (term,) = terms("x*y", "x", x=2.0, y=3.0)
    assert (written(term), term.sign, term.then) == (["partial(f, f)", "y"], "·", "")
    assert (term.of, term.by, term.operand) == ("f", "x", 0)
    assert (term.number, term.upstream, term.downstream) == (3.0, 1.0, 3.0)


def test_entries_are_multiplied_one_by_one() -> None:
    (term,) = terms("sum(exp(x))", "x", x=[1.0, 2.0])
    assert (written(term), term.sign) == (["partial(f, v1)", "v1"], "∘")
    assert [part.shape for part in term.parts] == [(2,), (2,)]


def test_a_bias_adds_up_what_reaches_its_copies() -> None:
    (term,) = terms("sum((W + b)^2)", "b", W=np.ones((3, 2)), b=[1.0, 2.0])
    assert (written(term), term.then) == (["partial(f, v1)"], "sum")


def test_a_sum_hands_its_gradient_to_each_entry() -> None:
    (term,) = terms("sum(x)*2", "x", x=[1.0, 2.0, 3.0])
    assert (written(term), term.then) == (["partial(f, v1)"], "spread")
    (term,) = terms("mean(x)", "x", x=[1.0, 2.0, 3.0, 4.0])
    assert (written(term), term.then) == (["partial(f, f)", "divide(1, 4)"], "spread")


def test_a_value_called_g_is_not_taken_for_the_upstream_gradient() -> None:
    (term,) = terms("sum(g @ x)", "x", g=np.ones((2, 3)), x=np.ones((3, 2)))
    assert written(term) == ["transpose(g)", "partial(f, v1)"]
    assert [part.upstream for part in term.parts] == [False, True]


def test_a_rule_on_plain_arrays_has_a_number_and_a_name() -> None:
    @cr.op(numpy=np.cbrt)
    def cube_root(g: Any, z: Any, x: Any) -> Any:
        return (g * np.asarray(1 / (3 * np.square(z))),)

    (term,) = terms(lambda x: cube_root(x), "x", x=8.0)
    assert term.number == pytest.approx(1 / 12)
    assert written(term)[0] == "partial(f, f)"
