"""Rules about the way of signals and gradients through the layers."""

import numpy as np

from chainrule.explain.doctor.finding import Finding, figure
from chainrule.explain.doctor.record import Record, Series

LOST = 1e-3  # of a signal or a gradient from one end of the net to the other
GROWN = 30.0  # the other way: beside the last layer, or the first activation
EARLY = (0.0, 0.1)  # shares of the run: what the initial weights do is seen at its beginning
HALF = (0.0, 0.5)


def vanishing(record: Record) -> list[Finding]:
    """Gradients, or the signal itself, that are lost on the way through the layers."""
    found = weakest_gradient(record)
    if found is not None:
        name, last, share, step = found
        text = (
            f"The gradient of {name} is {figure(share)} times that of {last}: "
            f"a factor of {figure(1 / share)} is lost over {len(record.matrices)} layers."
            if share
            else f"The gradient of {name} is 0, although one reaches {last}."
        )
        return [_vanishing(name, step, share, text)]
    spreads = signal(record)
    if not spreads or not min(spreads)[0] < LOST:
        return []
    share, first, path, step = min(spreads)
    text = (
        f"The outputs of {path} spread {figure(share)} times as wide as those of {first}: the "
        f"signal is lost on its way forward, and with it the gradients of all weights."
    )
    return [_vanishing(path, step, share, text)]


def _vanishing(where: str, step: int, number: float, text: str) -> Finding:
    return Finding(
        "vanishing gradient",
        where,
        step,
        number,
        LOST,
        text,
        "Glorot, Bengio (2010), Understanding the difficulty of training deep feedforward neural "
        "networks, 4.2; Hochreiter (1991)",
        "Draw weights with the variance that suits the activation (He's for relu, LeCun's for "
        "tanh), and use relu or tanh instead of sigmoid; add BatchNorm if the net stays this deep.",
    )


def weakest_gradient(record: Record) -> tuple[str, str, float, int] | None:
    """Return (weights, last weights, share, step) where a gradient is lost, the worst of them."""
    sizes = {name: record.gradient(name) for name in record.matrices}
    sizes = {name: series for name, series in sizes.items() if len(series)}
    if len(sizes) < 2:
        return None
    *others, last = sizes
    found = []
    for name in others:
        shares = relative(sizes[name], sizes[last])
        share = min(shares.typical(*EARLY), shares.typical(*HALF))
        if share < LOST:
            found.append((share, name, shares.when(lambda x: x < LOST)))
    if not found:
        return None
    share, name, step = min(found)
    return name, last, share, step


def relative(one: Series, other: Series) -> Series:
    """Return one series by another, at the steps that both have and where the other is not 0."""
    steps, i, j = np.intersect1d(one.steps, other.steps, return_indices=True)
    known = other.values[j] != 0
    with np.errstate(all="ignore"):
        return Series(steps[known], one.values[i][known] / other.values[j][known])


def signal(record: Record) -> list[tuple[float, str, str, int]]:
    """Return (factor, first, path, step): how activations spread beside the first, at first sight.

    Later the biases of the layers above speak where nothing comes from below.
    """
    spreads = {path: record.of(path, "std") for path in record.activations()}
    spreads = {path: series for path, series in spreads.items() if len(series)}
    found = []
    for path, series in [*spreads.items()][1:]:
        first = next(iter(spreads))
        factors = relative(series, spreads[first])
        if len(factors) and not np.isnan(factors.values[0]):
            found.append((float(factors.values[0]), first, path, int(factors.steps[0])))
    return found


def exploding(record: Record) -> list[Finding]:
    """Gradients, or the signal itself, that grow on the way through the layers."""
    for found in (overflow(record), strongest_gradient(record), swollen(record)):
        if found is not None:
            return [found]
    return []


def overflow(record: Record) -> Finding | None:
    """Return the first gradient that was not finite."""
    found = []
    for name in record.matrices:
        step = record.gradient(name).when(lambda x: ~np.isfinite(x))
        if step:
            found.append((step, name))
    if not found:
        return None
    step, name = min(found)
    text = f"The gradient of {name} is no longer finite at step {step}."
    return _exploding(name, step, float("inf"), text)


def strongest_gradient(record: Record) -> Finding | None:
    """Return the gradient that is largest beside that of the last layer, if it is too large."""
    sizes = {name: record.gradient(name) for name in record.matrices}
    sizes = {name: series for name, series in sizes.items() if len(series)}
    if len(sizes) < 2:
        return None
    *others, last = sizes
    grown = {name: relative(sizes[name], sizes[last]).typical(*EARLY) for name in others}
    name = max(grown, key=lambda n: np.nan_to_num(grown[n], nan=-1))
    if not grown[name] > GROWN:
        return None
    text = (
        f"The gradient of {name} is {figure(grown[name])} times that of {last}: it grows on its "
        f"way back through {len(record.matrices)} layers."
    )
    return _exploding(name, int(sizes[name].steps[0]), grown[name], text)


def swollen(record: Record) -> Finding | None:
    """Return the growth of the signal from the first activation to the last, if it is too much."""
    spreads = signal(record)
    if not spreads or not max(spreads)[0] > GROWN:
        return None
    factor, first, path, step = max(spreads)
    text = (
        f"The outputs of {path} spread {figure(factor)} times as wide as those of {first}: the "
        f"signal grows on its way forward, and the gradients with it."
    )
    return _exploding(path, step, factor, text)


def _exploding(where: str, step: int, number: float, text: str) -> Finding:
    return Finding(
        "exploding gradient",
        where,
        step,
        number,
        GROWN,
        text,
        "Pascanu, Mikolov, Bengio (2013), On the difficulty of training recurrent neural "
        "networks, 2.1; He, Zhang, Ren, Sun (2015), Delving Deep into Rectifiers, 2.2",
        "Draw the weights with variance 2 / fan-in under relu, 1 / fan-in under tanh "
        "(init='he_normal', 'lecun_normal'); clip_norm=1.0 in the optimizer bounds what is left.",
    )
