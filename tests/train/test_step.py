"""One step as one circuit equals the same step written out in NumPy."""

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn, optim
from chainrule.errors import UsageError
from chainrule.nn import losses
from chainrule.train import step
from chainrule.train.step import Objective, Stepper
from tests.train import reference

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3))
Y = RNG.integers(0, 4, 12)


def net(**options: object) -> nn.MLP:
    return nn.MLP(3, 5, 4, key=1, activation="tanh", dtype=np.float64, **options)  # type: ignore[arg-type]


def trainer(
    model: object, loss: object = losses.softmax_cross_entropy, **options: float
) -> Stepper:
    rate = options.pop("rate", 0.5)
    made = Stepper(Objective(loss, **options), optim.SGD(rate=rate), 7)  # type: ignore[arg-type]
    made.start(model)
    return made


def update(made: Stepper, x: object = X, y: object = Y) -> float:
    """Make one update on all rows; return the loss before it."""
    (loss,) = made.run(x, y, np.arange(len(x))[None])  # type: ignore[arg-type]
    return float(loss)


def arrays(model: nn.MLP) -> reference.Weights:
    return [np.array(p) for p in model.parameters()]


def test_one_step() -> None:
    model = net()
    made = trainer(model)
    outputs = made.outputs(X)
    loss = update(made)
    z, seen = reference.forward(arrays(model), X)
    want, dz = reference.softmax_loss(z, Y)
    grads = reference.backward(arrays(model), seen, dz)
    assert loss == pytest.approx(want, rel=1e-14)
    np.testing.assert_allclose(outputs, z, rtol=1e-13)
    new = reference.sgd(0.5)(arrays(model), grads)
    for ours, theirs in zip(arrays(made.current()[0]), new, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def test_fifty_steps_of_adam() -> None:
    model = net()
    made = Stepper(Objective(losses.softmax_cross_entropy), optim.Adam(rate=0.01), 7)
    made.start(model)
    weights, adam = arrays(model), reference.adam(0.01)
    for _ in range(50):
        loss = update(made)
        z, seen = reference.forward(weights, X)
        want, dz = reference.softmax_loss(z, Y)
        assert loss == pytest.approx(want, rel=1e-10)
        weights = adam(weights, reference.backward(weights, seen, dz))
    for ours, theirs in zip(arrays(made.current()[0]), weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_penalties_are_on_weights_alone() -> None:
    model = net()
    plain, penalised = trainer(model), trainer(model, l2=0.1, l1=0.01)
    one, two = update(plain), update(penalised)
    weights = [w for w in arrays(model) if w.ndim == 2]
    extra = sum(0.1 * (w**2).sum() + 0.01 * np.abs(w).sum() for w in weights)
    assert two - one == pytest.approx(extra, rel=1e-12)
    pairs = zip(
        arrays(model), arrays(plain.current()[0]), arrays(penalised.current()[0]), strict=True
    )
    for old, without, with_penalty in pairs:
        shift = 0.5 * (0.2 * old + 0.01 * np.sign(old)) if old.ndim == 2 else 0
        np.testing.assert_allclose(without - with_penalty, shift, atol=1e-14)


def test_the_model_that_came_in_stays() -> None:
    model = net()
    before = arrays(model)
    update(trainer(model))
    assert all(np.array_equal(a, b) for a, b in zip(before, arrays(model), strict=True))


def test_dropout_draws_anew_at_each_step() -> None:
    model = nn.Sequential(nn.Dropout(p=0.5), nn.Linear(3, 4, key=0, dtype=np.float64))
    made = trainer(model, rate=1e-300)  # the weights stay, the draws change
    first, second = update(made), update(made)
    again = trainer(model, rate=1e-300)
    assert first != second
    assert [update(again) for _ in range(2)] == [first, second]
    alone = made.run(X, Y, np.zeros((200, 1), np.int64))
    assert len(np.unique(alone.round(9))) == 8  # each of three inputs is there or not


def test_batch_norm_moves_its_buffers() -> None:
    model = nn.Sequential(
        nn.BatchNorm(3, dtype=np.float64), nn.Linear(3, 4, key=0, dtype=np.float64)
    )
    made = trainer(model)
    update(made)
    trained, _ = made.current()
    norm = trained.layers[0]
    np.testing.assert_allclose(norm.running_mean, 0.1 * X.mean(0), rtol=1e-13)
    np.testing.assert_allclose(norm.running_var, 0.9 + 0.1 * X.var(0, ddof=1), rtol=1e-13)
    np.testing.assert_allclose(made.outputs(X), np.asarray(trained(X)), rtol=1e-12, atol=1e-14)


def test_outputs_are_those_of_the_model_in_evaluation_mode() -> None:
    model = net(dropout=0.5)
    made = trainer(model)
    update(made)
    want = np.asarray(made.current()[0](X))
    np.testing.assert_allclose(made.outputs(X), want, rtol=1e-12, atol=1e-14)


def test_outputs_of_many_rows_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    made = trainer(net())
    whole = made.outputs(X)
    monkeypatch.setattr(step, "ROWS", 5)
    np.testing.assert_allclose(made.outputs(X), whole, rtol=1e-14)
    assert made.outputs(X[:0]).shape == (0, 4)


def test_many_updates_in_one_go_equal_one_after_the_other() -> None:
    rows = RNG.integers(0, 12, (7, 4))
    for model in (net(), net(dropout=0.4)):
        whole, split = trainer(model), trainer(model)
        losses = whole.run(X, Y, rows)
        parts = [split.run(X, Y, part) for part in (rows[:3], rows[3:4], rows[4:4], rows[4:])]
        np.testing.assert_array_equal(losses, np.concatenate(parts))
        for one, two in zip(whole.leaves, split.leaves, strict=True):
            np.testing.assert_array_equal(one, two)


def test_a_step_is_traced_once_for_each_shape() -> None:
    made = trainer(net())
    for n in (4, 4, 3, 4, 3):
        made.run(X, Y, np.arange(2 * n).reshape(2, n))
    assert len(made._codes) == 2


def test_a_snapshot_stays_and_gives_its_memory() -> None:
    made = trainer(net())
    kept = made.snapshot()
    before = [x.copy() for x in kept]
    update(made)
    assert all(np.array_equal(a, b) for a, b in zip(kept, before, strict=True))
    assert made.snapshot(into=kept) is kept
    assert all(np.array_equal(a, b) for a, b in zip(kept, made.leaves, strict=True))
    made.restore(before)
    update(made)
    assert all(np.array_equal(a, b) for a, b in zip(kept, made.leaves, strict=True))


def test_plateau_is_told_the_loss() -> None:
    made = Stepper(
        Objective(losses.softmax_cross_entropy),
        optim.SGD(rate=optim.Plateau(rate=1.0, factor=0.5, patience=0)),
        7,
    )
    made.start(net())
    rates = []
    for loss in (2.0, 1.0, 1.0, 3.0):
        made.observe(loss)
        rates.append(float(made.optimizer.rate_of(made.current()[1])))
    assert rates == [1.0, 1.0, 0.5, 0.25]


def test_is_finite_looks_at_the_model() -> None:
    made = trainer(net())
    assert made.is_finite()
    made.leaves[0][0, 0] = np.nan
    assert not made.is_finite()


def test_plain_arrays_are_a_model_too() -> None:
    made = Stepper(Objective(losses.softmax_cross_entropy), optim.SGD(rate=0.5), 0)
    made.start({"w": np.zeros((4, 3))})
    assert made.current()[0].keys() == {"w"}


@pytest.mark.parametrize("name", ["l1", "l2"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "x", None])
def test_factors(name: str, value: object) -> None:
    with pytest.raises(UsageError) as error:
        Objective(losses.squared_error, **{name: value})  # type: ignore[arg-type]
    assert str(error.value) == f"{name} must be a number of at least 0, got {value!r}"


@pytest.mark.parametrize(("rule", "name"), [("adam", "str"), (cr.optim.Adam, "Adam")])
def test_an_optimizer_is_a_rule(rule: object, name: str) -> None:
    with pytest.raises(UsageError) as error:
        Stepper(Objective(losses.squared_error), rule, 0)  # type: ignore[arg-type]
    want = f"an optimizer is an update rule, got {name}\nhint: make one: cr.optim.Adam(rate=1e-3)"
    assert str(error.value) == want
