"""`cr.show_plan` takes what can be compiled and prints what becomes of it."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import compiled
from chainrule.errors import GradientError, UsageError
from chainrule.plans import plan_of

X = np.ones((3, 4))


def shown(capsys: pytest.CaptureFixture[str], *args: Any, **kwargs: Any) -> str:
    cr.show_plan(*args, **kwargs)
    return capsys.readouterr().out


def affine(x: Any, *, scale: float = 2.0, n: int = 1) -> dict[str, Any]:
    for _ in range(n):
        x = x * scale
    return {"y": x, "total": cr.sum(x)}


def test_functions_and_compiled_functions(capsys: pytest.CaptureFixture[str]) -> None:
    plain = shown(capsys, affine, X)
    assert plain.startswith("affine(x)\n")
    assert "writes result.y[3×4], result.total\n" in plain
    assert shown(capsys, cr.compile(affine), X) == plain


def test_static_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    f = cr.compile(affine, static="n")
    assert "2 multiply, x = multiply, sum" in shown(capsys, f, X, n=3)
    assert f.versions == {}


def test_versions_that_are_there_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    f = cr.compile(affine)
    f(X)
    assert shown(capsys, f, X) == shown(capsys, affine, X)
    assert len(f.versions) == 1


def test_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert "define internal void @chainrule_0(" in shown(capsys, affine, X, ir=0)
    assert "@chainrule_run(" in shown(capsys, affine, X, ir=True)
    assert "In the processor's" in shown(capsys, affine, X, assembly="chainrule_0")
    with pytest.raises(UsageError, match="there is no kernel 7\nhint: known names: "):
        cr.show_plan(affine, X, ir=7)


def test_native_code_and_what_has_some() -> None:
    found = cr.trace(affine, X)
    code = compiled(Circuit(found.inputs, found.outputs))

    class Trainer:
        def executable(self, rows: Any) -> Any:
            return code

    assert plan_of(code).title == "native code"
    assert plan_of(Trainer(), X).title == "a step of Trainer"
    assert plan_of(Trainer(), X).tasks == plan_of(code).tasks


def test_the_step_of_a_trainer(capsys: pytest.CaptureFixture[str]) -> None:
    trainer = cr.Trainer(cr.nn.MLP(4, 5, 1, key=0), loss="squared_error")
    rows = np.zeros((10, 3), np.int64)
    out = shown(capsys, trainer, X, np.ones(3), rows)
    assert out.startswith("a step of Trainer\n")
    assert "model.layers.0.weight[5×4] in place" in out
    assert "layers.0.weight@update: " in out
    assert int(trainer.state["step"]) == 0


def test_what_cannot_be_shown() -> None:
    with pytest.raises(UsageError) as caught:
        cr.show_plan(X)
    assert str(caught.value) == (
        "show_plan takes a function, got ndarray\n"
        "hint: pass the function and what it would be called with: cr.show_plan(f, x)"
    )
    with pytest.raises(GradientError, match="has no value while the function is traced"):
        cr.show_plan(lambda x: x if x > 0 else -x, 1.0)
