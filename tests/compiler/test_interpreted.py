"""Where LLVM is missing everything still runs; a note says what is slow."""

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler import executable
from chainrule.compiler.interpreted import Interpreted
from chainrule.errors import SlowNote, UsageError


@pytest.fixture
def no_llvm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executable, "is_there", lambda: False)


@pytest.mark.usefixtures("no_llvm")
def test_compiled_functions_run_in_the_interpreter() -> None:
    slope = cr.compile(cr.grad(lambda w, x: cr.sum(cr.tanh(x @ w))))
    with pytest.warns(SlowNote, match="llvmlite is not installed: everything runs in the interp"):
        found = slope(np.zeros(2), np.array([[1.0, 2.0]]))
    np.testing.assert_array_equal(found, [1.0, 2.0])
    (version,) = slope.versions.values()
    assert isinstance(version.code, Interpreted)
    with pytest.raises(UsageError, match="there is no plan without LLVM"):
        _ = version.code.plan


def trained() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 3)), rng.integers(0, 4, 12)
    net = cr.nn.MLP(3, 5, 4, activation="tanh", key=0, dtype=np.float64)
    trainer = cr.Trainer(net, loss="softmax_cross_entropy")
    losses = trainer.run(x, y, rng.integers(0, 12, (7, 4)))
    return [losses, *(np.asarray(p) for p in trainer.model.parameters())]


def test_training_comes_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    native = trained()
    monkeypatch.setattr(executable, "is_there", lambda: False)
    with pytest.warns(SlowNote):
        interpreted = trained()
    for a, b in zip(native, interpreted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


def test_ops_without_native_code_are_named() -> None:
    f = cr.compile(lambda x: cr.linalg.inv(x) * cr.gammaln(x))
    with pytest.warns(SlowNote) as notes:
        f(np.eye(2) + 0.5)
    said = {str(note.message).partition(" has no native code")[0] for note in notes}
    assert said == {"linalg.inv", "gammaln"}
