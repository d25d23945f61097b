"""What native steps measure is what the interpreter computes; nothing is emitted for the rest."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.compiler.llvm import host
from chainrule.compiler.plan import plan
from chainrule.graph.run import run
from chainrule.nn import losses
from chainrule.nn.modes import as_key
from chainrule.train.record import FLAT, Watch
from chainrule.train.step import Objective, Stepper
from tests.train.test_record import bin_of

RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(11, 3)), RNG.integers(0, 4, 11)
ROWS = RNG.integers(0, 11, (9, 5))
ALL = ("*", "*@grad", "*@update", "*#*", "*#*@grad")
STATISTICS = {
    "norm": np.linalg.norm,
    "mean": np.mean,
    "std": np.std,
    "zeros": lambda x: np.mean(x == 0),
    "histogram": lambda x: np.bincount(
        [bin_of(v, np.finfo(np.float64).tiny) for v in x.ravel()], minlength=68
    ),
}


def layers(activation: Any, dtype: Any) -> nn.Sequential:
    return nn.Sequential(
        nn.BatchNorm(3, dtype=dtype),
        nn.Linear(3, 6, key=1, dtype=dtype),
        activation,
        nn.Dropout(p=0.3),
        nn.Linear(6, 4, key=2, dtype=dtype),
    )


class Block(nn.Module):
    inner: nn.Linear

    def __call__(self, x: Any) -> Any:
        h = cr.sigmoid(self.inner(x))
        return x + 2 * h


class Residual(nn.Module):
    blocks: list[Block]
    head: nn.Linear

    def __call__(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def residual() -> Residual:
    inner = nn.Linear(3, 3, key=1, dtype=np.float64)
    blocks = [Block(inner=inner), Block(inner=nn.Linear(3, 3, key=3, dtype=np.float64))]
    return Residual(blocks=[*blocks, Block(inner=inner)], head=nn.Linear(3, 4, key=2, dtype="f8"))


def stepper(model: Any, rule: Any, watch: Watch | None) -> Stepper:
    made = Stepper(Objective(losses.softmax_cross_entropy, l2=0.01), rule, as_key(3), watch)
    made.start(model)
    return made


def interpreted(made: Stepper, x: Any, rows: Any) -> list[dict[Any, Any]]:
    """Return what the interpreter measures in the same steps."""
    found = made._trace(x, Y, rows, watching=True)
    leaves, n, measured = made.snapshot(), len(made.leaves), []
    for some in rows:
        with np.errstate(all="ignore"):
            outputs = run(found.inputs, found.outputs, [*leaves, x, Y, some, made.key])
        leaves = [np.asarray(v) for v in outputs[:n]]
        measured.append(dict(zip(made._measured, outputs[n + 1 :], strict=True)))
    return measured


MODELS = {
    "relu": lambda: layers(nn.ReLU(), np.float64),
    "tanh": lambda: layers(nn.Tanh(), np.float64),
    "sigmoid": lambda: layers(nn.Sigmoid(), np.float64),
    "residual": residual,
}
RULES = (optim.SGD(rate=0.3), optim.Adam(rate=0.05, clip_norm=1.0), optim.RMSprop(rate=0.01))


def values_of(model: Any, rule: Any) -> tuple[Stepper, list[dict[Any, Any]]]:
    made = stepper(model, rule, Watch(ALL, stats="value"))
    return made, interpreted(made, X, ROWS)


def close(native: Any, wanted: Any) -> None:
    wanted = np.asarray(wanted, np.float64)
    scale = np.abs(wanted).max(initial=0)
    np.testing.assert_allclose(native, wanted, rtol=1e-7, atol=1e-10 * scale + 1e-12)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("name", MODELS)
def test_values_are_those_of_the_interpreter(name: str, rule: Any) -> None:
    made, wanted = values_of(MODELS[name](), rule)
    made.run(X, Y, ROWS)
    assert {(n, "value") for n in made.probes.names} == set(wanted[0])
    for kind in wanted[0]:
        for native, step in zip(made.probes[kind[0]]["value"], wanted, strict=True):
            close(native, step[kind])


@pytest.mark.parametrize("name", MODELS)
def test_statistics_are_those_of_numpy(name: str) -> None:
    _, wanted = values_of(MODELS[name](), RULES[0])
    made = stepper(MODELS[name](), RULES[0], Watch(ALL, stats=list(STATISTICS)))
    made.run(X, Y, ROWS)
    assert len(made.probes.names) == len(wanted[0]) > 20
    for watched in made.probes.names:
        for stat, statistic in STATISTICS.items():
            found = made.probes[watched][stat]
            for native, step in zip(found, wanted, strict=True):
                value = step[watched, "value"]
                if stat in ("histogram", "zeros") and close_to_a_border(value):
                    continue
                np.testing.assert_allclose(native, statistic(value), rtol=2e-6, atol=1e-12)


def close_to_a_border(x: Any) -> bool:
    """Return whether rounding could put an entry into another bin."""
    mantissa = np.abs(np.frexp(x)[0])
    return bool(np.any((np.abs(x) < 1e-12) | (mantissa < 0.5 + 1e-9) | (mantissa > 1 - 1e-9)))


def test_gradients_are_those_of_grad() -> None:
    model, rule = residual(), optim.SGD(rate=0.3)
    made = stepper(
        model,
        rule,
        Watch(["*.weight@grad", "*.weight@update", "*.bias@grad", "*.bias@update"], "value"),
    )
    made.run(X, Y, ROWS)

    def loss(net: Any, rows: Any) -> Any:
        penalty = sum(0.01 * cr.sum(p**2) for p in net.parameters() if p.ndim == 2)
        return losses.softmax_cross_entropy(net(X[rows]), Y[rows]) + penalty

    state = rule.init(model)
    for step, rows in enumerate(ROWS):
        gradients = cr.grad(loss)(model, rows)
        for path, p in gradients.named_parameters():
            close(made.probes[f"{path}@grad"]["value"][step], np.asarray(p))
        old = model
        model, state = rule.update(old, gradients, state)
        for (path, p), before in zip(model.named_parameters(), old.parameters(), strict=True):
            change = np.asarray(p) - np.asarray(before)
            close(made.probes[f"{path}@update"]["value"][step], change)


def test_saturation_and_ratio() -> None:
    for name in ("tanh", "sigmoid", "relu"):
        values = values_of(MODELS[name](), RULES[0])[1]
        model = MODELS[name]()
        state = model.state_dict()
        wild = model.load_state_dict({**state, "layers.1.weight": 10 * state["layers.1.weight"]})
        made = stepper(wild, RULES[0], Watch("layers.*", stats=["saturated", "ratio"]))
        made.run(X, Y, ROWS[:1])
        (step,) = interpreted(stepper(wild, RULES[0], Watch("layers.*", "value")), X, ROWS[:1])
        z = step["layers.2", "value"]
        slope = {"tanh": 1 - z**2, "sigmoid": z * (1 - z), "relu": z > 0}[name]
        want = np.mean(np.abs(slope) < FLAT)
        assert made.probes["layers.2"]["saturated"] == pytest.approx([want], rel=1e-6)
        assert 0 < want < 1
        made = stepper(MODELS[name](), RULES[0], Watch("*.weight", stats="ratio"))
        made.run(X, Y, ROWS)
        for path in ("layers.1.weight", "layers.4.weight"):
            sizes = [[np.linalg.norm(v[path + at, "value"]) for at in ("@update", "")]
                     for v in values]  # fmt: skip
            found = made.probes[path]["ratio"]
            np.testing.assert_allclose(found, [a / b for a, b in sizes], rtol=1e-7)


def test_float32() -> None:
    """The error against float64 is at most 4 times the interpreter's own, plus 1e-5."""
    small, watch = layers(nn.Tanh(), np.float32), Watch(ALL, stats=("value", "norm", "mean", "std"))
    wide = layers(nn.Tanh(), np.float64).load_state_dict(
        {k: np.asarray(v, np.float64) for k, v in small.state_dict().items()}
    )
    x, rule = X.astype(np.float32), optim.SGD(rate=0.3)
    made = stepper(small, rule, watch)
    plain = interpreted(made, x, ROWS)
    exact = interpreted(stepper(wide, rule, watch), x.astype(np.float64), ROWS)
    made.run(x, Y, ROWS)
    for name, stat in exact[0]:
        for step, native in enumerate(made.probes[name][stat]):
            want = exact[step][name, stat]
            if want.dtype.kind != "f":
                continue
            own = np.abs(plain[step][name, stat] - want).max()
            assert np.abs(native - want).max() <= 4 * own + 1e-5 * max(np.abs(want).max(), 1e-2)


def text(made: Stepper, watching: bool) -> str:
    code = made._code(X, Y, ROWS[:1], watching)
    return plan(code.circuit, host(), code.steps).text


def test_nothing_is_emitted_for_what_is_not_watched() -> None:
    usual = text(stepper(residual(), RULES[0], None), watching=False)
    made = stepper(residual(), RULES[0], Watch("*", every=3))
    assert text(made, watching=False) == usual
    assert len(text(made, watching=True)) > len(usual)
    few = stepper(residual(), RULES[0], Watch("head.weight@grad", stats="norm"))
    assert len(usual) < len(text(few, watching=True)) < len(text(made, watching=True))


@pytest.mark.parametrize("every", [1, 2, 4, 100])
def test_every(every: int) -> None:
    """Only the steps that are due run the code that measures, however the calls are cut."""
    want = stepper(residual(), RULES[1], Watch("*", stats="norm"))
    losses_of_all = want.run(X, Y, ROWS)
    made = stepper(residual(), RULES[1], Watch("*", stats="norm", every=every))
    used: list[tuple[bool, int]] = []
    advance = made._advance
    made._advance = lambda x, y, rows, watching: (  # type: ignore[method-assign]
        used.append((watching, len(rows))) or advance(x, y, rows, watching)  # type: ignore[func-returns-value]
    )
    parts = [made.run(X, Y, part) for part in (ROWS[:1], ROWS[1:1], ROWS[1:6], ROWS[6:])]
    np.testing.assert_allclose(np.concatenate(parts), losses_of_all, rtol=1e-12)
    due = [step for step in range(1, 10) if (step - 1) % every == 0]
    assert made.probes.steps.tolist() == due
    assert sum(n for watching, n in used if watching) == len(due)
    assert sum(n for _, n in used) == 9
    for name in want.probes.names:
        of_all = want.probes[name]["norm"]
        found = made.probes[name]["norm"]
        np.testing.assert_allclose(found, [of_all[step - 1] for step in due], rtol=1e-9)


def test_names_that_are_watched_are_those_that_are_listed() -> None:
    for make in (*MODELS.values(), lambda: nn.MLP(3, 5, 4, key=0, dtype=np.float64)):
        made = stepper(make(), RULES[0], Watch(["*", "*#*"], stats="norm"))
        made.run(X, Y, ROWS[:1])
        listed = cr.names(make(), X[:4])
        assert set(listed) == set(made.probes.names)
        assert len(listed) == len(set(listed))


def test_inner_gates_are_meant_by_their_sign_alone() -> None:
    made = stepper(residual(), RULES[0], Watch("blocks.*", stats="norm"))
    made.run(X, Y, ROWS[:1])
    assert not [name for name in made.probes.names if "#" in name]
    made = stepper(residual(), RULES[0], Watch("blocks.*.h#*", stats="norm"))
    made.run(X, Y, ROWS[:1])
    assert made.probes.names == ["blocks.0.h#0", "blocks.1.h#0", "blocks.2.h#0"]


def test_a_short_batch() -> None:
    made = stepper(residual(), RULES[0], Watch("head", stats=("value", "mean")))
    for rows in (ROWS[:2], ROWS[2:3, :2], ROWS[3:5]):
        made.run(X, Y, rows)
    assert [v.shape for v in made.probes["head"]["value"]] == [(5, 4)] * 2 + [(2, 4)] + [(5, 4)] * 2
    means = [v.mean() for v in made.probes["head"]["value"]]
    np.testing.assert_allclose(made.probes["head"]["mean"], means, rtol=1e-9)
