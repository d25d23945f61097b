"""Losses: how far predictions are from their targets, as one number to differentiate.

Every loss takes gates or plain arrays, wants predictions and targets of one shape, `(n, ...)`, and
never broadcasts one against the other. `reduction` is "mean" (over all single losses), "sum", or
"none", which returns the single losses. Targets out of range are an error where their values are
known; while a function is traced they are not.
"""

from typing import Any

import numpy as np

from chainrule.errors import ShapeError, UsageError
from chainrule.graph.registry import ops
from chainrule.graph.tree import flatten
from chainrule.nn import checks


def binary_cross_entropy(probabilities: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """Compare probabilities with targets from 0 to 1: ``-(y log p + (1 - y) log(1 - p))``.

    Below the smallest normal number of their dtype, p and 1 - p count as that number: the loss of
    a certain error is 87 in float32 and 708 in float64, and flat there. Behind a sigmoid prefer
    `binary_cross_entropy_with_logits`, which has no such limit.

    Args:
        probabilities: any shape, from 0 to 1.
        targets: the same shape, from 0 to 1.

    Raises:
        ShapeError: the shapes differ.
        UsageError: a probability or a target is outside [0, 1].

    >>> import numpy as np
    >>> round(float(binary_cross_entropy(np.array([0.8, 0.4]), np.array([1, 0]))), 4)
    0.367

    Source: Bishop (2006), Pattern Recognition and Machine Learning, (4.90).
    """
    p, y = checks.pair("binary_cross_entropy", probabilities, targets)
    checks.within("binary_cross_entropy", y, 0, 1)
    _probabilities(p)
    least = float(np.finfo(p.dtype).tiny)
    hit = y * ops.log(ops.maximum(p, least))
    miss = (1 - y) * ops.log(ops.maximum(1 - p, least))
    return checks.reduce(-(hit + miss), reduction)


def _probabilities(p: Any) -> None:
    """Raise when a probability lies outside [0, 1]; NaN passes, to be found where it began."""
    values = checks.known(p)
    if values is not None and np.any((values < 0) | (values > 1)):
        raise UsageError(
            "binary_cross_entropy: probabilities must be from 0 to 1",
            hint="for scores without a sigmoid use binary_cross_entropy_with_logits",
        )


def binary_cross_entropy_with_logits(logits: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """Compare the probabilities ``sigmoid(z)`` with targets from 0 to 1, from the logits z.

    The same as `binary_cross_entropy(sigmoid(z), y)`, in the form ``softplus(z) - y z``, which is
    exact for logits of any size. With a mean over N entries, ``dJ/dz = (sigmoid(z) - y) / N``.

    Args:
        logits: any shape.
        targets: the same shape, from 0 to 1.

    Raises:
        ShapeError: the shapes differ.
        UsageError: a target is outside [0, 1].

    >>> import numpy as np
    >>> binary_cross_entropy_with_logits(np.array([1e4, -1e4]), np.array([1, 1])).item()
    5000.0
    """
    z, y = checks.pair("binary_cross_entropy_with_logits", logits, targets)
    checks.within("binary_cross_entropy_with_logits", y, 0, 1)
    return checks.reduce(ops.softplus(z) - y * z, reduction)


def logistic_cost(logits: Any, targets: Any, weights: Any = (), *, decay: float = 0.0) -> Any:
    """Return the cost of K logistic outputs over m examples, with an L2 term on the weights.

        J = -1/m sum_i sum_k [ y log h + (1 - y) log(1 - h) ] + decay / (2 m) sum theta^2

    where h = sigmoid(logits). It sums over outputs and averages over examples. Biases are not
    penalised: only parameters with two or more axes count.

    Args:
        logits: (m, K), before the sigmoid.
        targets: (m, K), from 0 to 1.
        weights: the model, or any arrays to penalise.
        decay: the factor called lambda in the equation, 0 or more.

    Raises:
        ShapeError: the shapes differ, or are not (m, K).
        UsageError: a target is outside [0, 1], or `decay` is negative.

    >>> import numpy as np
    >>> z, y = np.zeros((2, 3)), np.eye(3)[:2]
    >>> round(logistic_cost(z, y).item(), 4), round(logistic_cost(z, y, y, decay=2.0).item(), 4)
    (2.0794, 3.0794)

    Source: Ng (2011), Machine Learning, Neural Networks: Learning.
    """
    z, y = checks.pair("logistic_cost", logits, targets)
    if len(z.shape) != 2:
        raise ShapeError(f"logistic_cost takes logits of shape (m, K), got {tuple(z.shape)}")
    if decay < 0:
        raise UsageError(f"logistic_cost: decay must be 0 or more, got {decay!r}")
    m = z.shape[0]
    data = binary_cross_entropy_with_logits(z, y, reduction="sum") / m
    return data if decay == 0 else data + decay / (2 * m) * l2(weights)


def softmax_cross_entropy(
    logits: Any,
    targets: Any,
    *,
    label_smoothing: float = 0.0,
    class_weights: Any = None,
    reduction: str = "mean",
) -> Any:
    """Compare the distribution ``softmax(z)`` over K classes with the right class.

        loss = -sum_k q_k log softmax(z)_k,    q = (1 - s) y + s / K

    where y is the one-hot target and s the label smoothing. With class weights each example counts
    with the weight of its class, and the mean is the weighted mean. With a plain mean over N
    examples, ``dJ/dz = (softmax(z) - q) / N``.

    Args:
        logits: (..., K).
        targets: class numbers, integers of shape (...), or distributions of shape (..., K).
        label_smoothing: s, from 0 to 1.
        class_weights: (K,), one factor a class, or None.

    Raises:
        ShapeError: targets fit neither as class numbers nor as distributions.
        DtypeError: class numbers are no integers.
        UsageError: a class number or a distribution is out of range.

    >>> import numpy as np
    >>> round(softmax_cross_entropy(np.zeros((5, 10)), np.arange(5)).item(), 4)
    2.3026

    Source: Bishop (2006), (4.108); Szegedy et al. (2016), Rethinking the Inception Architecture.
    """
    z, t = checks.real(checks.array(logits)), checks.array(targets)
    dense = _check_classes(z, t)
    if not 0 <= label_smoothing <= 1:
        raise UsageError(
            f"softmax_cross_entropy: label_smoothing must be from 0 to 1, got {label_smoothing!r}"
        )
    t = ops.astype(t, z.dtype.name) if dense and t.dtype != z.dtype else t
    log_p = ops.log_softmax(z, axis=-1)
    each = -ops.sum(t * log_p, axis=-1) if dense else -_pick(log_p, t)
    if label_smoothing:
        even = -ops.mean(log_p, axis=-1)
        each = (1 - label_smoothing) * each + label_smoothing * even
    if class_weights is None:
        return checks.reduce(each, reduction)
    counts = _example_weights(class_weights, z, t, dense)
    total = checks.reduce(counts * each, "sum" if reduction == "mean" else reduction)
    return total / ops.sum(counts) if reduction == "mean" else total


def _check_classes(z: Any, t: Any) -> bool:
    """Return whether the targets are distributions, not class numbers; raise when neither."""
    shape = tuple(z.shape)
    if shape and tuple(t.shape) == shape:
        checks.distributions("softmax_cross_entropy", t)
        return True
    if not shape or tuple(t.shape) != shape[:-1]:
        raise ShapeError(
            f"softmax_cross_entropy: logits have shape {shape}, targets {tuple(t.shape)}",
            hint=f"give class numbers of shape {shape[:-1]} or distributions of shape {shape}",
        )
    checks.class_numbers("softmax_cross_entropy", t, shape[-1])
    return False


def _pick(rows: Any, numbers: Any) -> Any:
    """Return from each row the entry with that number."""
    shape = tuple(numbers.shape)
    index = ops.reshape(ops.astype(numbers, "int64"), (*shape, 1))
    return ops.reshape(ops.take_along_axis(rows, index, axis=-1), shape)


def _example_weights(class_weights: Any, z: Any, t: Any, dense: bool) -> Any:
    weights = checks.array(class_weights)
    if tuple(weights.shape) != (z.shape[-1],):
        raise ShapeError(
            f"softmax_cross_entropy: class_weights have shape {tuple(weights.shape)}, "
            f"needed ({z.shape[-1]},)"
        )
    checks.within("softmax_cross_entropy class_weights", weights, 0, np.inf)
    weights = ops.astype(weights, z.dtype.name)
    if dense:
        return ops.sum(t * weights, axis=-1)
    return ops.take(weights, ops.astype(t, "int64"), axis=0)


def squared_error(predictions: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """Return ``(x - y)^2``. With a mean over N entries, ``dJ/dx = 2 (x - y) / N``.

    Raises `ShapeError` unless both have the same shape.

    >>> import numpy as np
    >>> squared_error(np.array([1.0, 2.0]), np.array([0.0, 4.0])).item()
    2.5
    """
    x, y = checks.pair("squared_error", predictions, targets)
    return checks.reduce(ops.square(x - y), reduction)


def absolute_error(predictions: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """Return ``|x - y|``; the slope at 0 is 0.

    Raises `ShapeError` unless both have the same shape.

    >>> import numpy as np
    >>> absolute_error(np.array([1.0, 2.0]), np.array([0.0, 4.0])).item()
    1.5
    """
    x, y = checks.pair("absolute_error", predictions, targets)
    return checks.reduce(ops.abs(x - y), reduction)


def huber(predictions: Any, targets: Any, *, delta: float = 1.0, reduction: str = "mean") -> Any:
    """Return a squared error near 0 and an absolute one beyond `delta`.

        e = x - y;   e^2 / 2 where |e| <= delta,   delta (|e| - delta / 2) beyond

    Its slope is e, cut off at -delta and delta, so that outliers pull no harder than that.

    Raises:
        ShapeError: the shapes differ.
        UsageError: `delta` is not positive.

    >>> import numpy as np
    >>> huber(np.array([0.5, 3.0]), np.array([0.0, 0.0]), reduction="none").tolist()
    [0.125, 2.5]

    Source: Huber (1964), Robust Estimation of a Location Parameter.
    """
    checks.positive("huber", "delta", delta)
    x, y = checks.pair("huber", predictions, targets)
    error = ops.abs(x - y)
    near = ops.minimum(error, delta)
    return checks.reduce(near * (error - 0.5 * near), reduction)


def hinge(scores: Any, targets: Any, *, reduction: str = "mean") -> Any:
    """Return ``max(0, 1 - y s)`` for targets y of -1 and 1: the margin of a support vector machine.

    The slope at the margin itself is 0.

    Raises:
        ShapeError: the shapes differ.
        UsageError: a target is neither -1 nor 1.

    >>> import numpy as np
    >>> hinge(np.array([2.0, 0.5, -1.0]), np.array([1, 1, 1]), reduction="none").tolist()
    [0.0, 0.5, 2.0]

    Source: Cortes, Vapnik (1995), Support-Vector Networks.
    """
    s, y = checks.pair("hinge", scores, targets)
    checks.one_of("hinge", y, (-1, 1))
    return checks.reduce(ops.relu(1 - y * s), reduction)


def poisson(log_rates: Any, counts: Any, *, reduction: str = "mean") -> Any:
    """Return ``exp(z) - y z``: how unlikely counts y are at the rates exp(z).

    It is the negative log likelihood without its constant ``log y!``. ``dJ/dz = (exp(z) - y) / N``.

    Raises:
        ShapeError: the shapes differ.
        UsageError: a count is negative.

    >>> import numpy as np
    >>> poisson(np.array([0.0, 0.0]), np.array([1, 3])).item()
    1.0
    """
    z, y = checks.pair("poisson", log_rates, counts)
    checks.within("poisson", y, 0, np.inf)
    return checks.reduce(ops.exp(z) - y * z, reduction)


def l2(model: Any) -> Any:
    """Return the sum of the squared weights; scale it and add it to a loss.

    Weights are the parameters with two or more axes: biases and gains stay free. `model` may also
    be an array, or arrays in lists, tuples and dicts. With ``strength / 2 * l2(model)`` a weight's
    gradient grows by ``strength * w``.

    >>> import numpy as np
    >>> l2({"w": np.array([[1.0, 2.0]]), "b": np.array([5.0])}).item()
    5.0
    """
    return _total([ops.sum(ops.square(w)) for w in weights_of(model)])


def l1(model: Any) -> Any:
    """Return the sum of the absolute weights, without biases; see `l2`.

    >>> import numpy as np
    >>> l1({"w": np.array([[1.0, -2.0]]), "b": np.array([5.0])}).item()
    3.0
    """
    return _total([ops.sum(ops.abs(w)) for w in weights_of(model)])


def weights_of(model: Any) -> list[Any]:
    """Return the parameters with two or more axes."""
    parameters = model.parameters() if hasattr(type(model), "parameters") else flatten(model)[0]
    return [p for p in parameters if len(np.shape(p) if _number(p) else p.shape) >= 2]


def _number(x: Any) -> bool:
    return isinstance(x, (float, int))


def _total(terms: list[Any]) -> Any:
    total: Any = np.float64(0.0) if not terms else terms[0]
    for term in terms[1:]:
        total = total + term
    return total
