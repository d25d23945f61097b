"""Update rules that look at the gradient alone.

In the equations w is the weight, g its gradient, a the rate, t the number of the update, from 1.
Divisions and roots are taken entry by entry. Powers and corrections such as 1 - beta^t are computed
in float64 and rounded once to the weight's dtype.
"""

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from chainrule.errors import UsageError
from chainrule.graph.registry import ops
from chainrule.optim.options import Fraction, Interval, NotNegative, Positive, Share
from chainrule.optim.rule import Rule, Slots, cast
from chainrule.optim.schedules import RateOption, real


@dataclass(frozen=True, kw_only=True)
class SGD(Rule):
    """Gradient descent: ``w <- w - a g``.

    Attributes:
        rate: default 0.01.

    >>> rule = SGD(rate=0.5)
    >>> model = {"w": np.array([1.0, 2.0])}
    >>> model, state = rule.update(model, {"w": np.array([1.0, -1.0])}, rule.init(model))
    >>> model["w"].tolist(), state["step"].item()
    ([0.5, 2.5], 1)

    Source: Robbins, Monro (1951), A Stochastic Approximation Method.
    """

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        return weight - cast(real(rate), weight) * gradient, {}


@dataclass(frozen=True, kw_only=True)
class Momentum(Rule):
    """Descent with a velocity that keeps going: ``v <- mu v - a g``, ``w <- w + v``.

    Attributes:
        rate: default 0.01.
        momentum: mu, in [0, 1), default 0.9. A steady gradient moves 1 / (1 - mu) times as far.

    >>> Momentum(rate=0.1).slots(np.zeros(2))
    {'v': array([0., 0.])}

    Source: Polyak (1964); LeCun, Bottou, Orr, Müller (1998), Efficient BackProp, section 4.7.
    """

    momentum: Share = 0.9

    def slots(self, weight: Any) -> Slots:
        return {"v": np.zeros(weight.shape, weight.dtype)}

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        v = self.momentum * slots["v"] - cast(real(rate), weight) * gradient
        return weight + v, {"v": v}


@dataclass(frozen=True, kw_only=True)
class Nesterov(Momentum):
    """Momentum that looks ahead: ``v <- mu v - a g``, ``w <- w + mu v - a g``.

    w stands for the point ahead, ``theta + mu v``, where Nesterov's rule takes the gradient; so no
    second evaluation is needed.

    Attributes:
        rate: default 0.01.
        momentum: mu, in [0, 1), default 0.9.

    >>> rule = Nesterov(rate=1.0, momentum=0.5)
    >>> w, slots = rule(np.zeros(1), np.ones(1), rule.slots(np.zeros(1)), 1, 1.0)
    >>> w.tolist(), slots["v"].tolist()
    ([-1.5], [-1.0])

    Source: Nesterov (1983); Sutskever, Martens, Dahl, Hinton (2013), On the importance of
    initialization and momentum in deep learning; the form of Bengio et al. (2013).
    """

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        step_down = cast(real(rate), weight) * gradient
        v = self.momentum * slots["v"] - step_down
        return weight + (self.momentum * v - step_down), {"v": v}


@dataclass(frozen=True, kw_only=True)
class Adagrad(Rule):
    """Smaller steps where gradients were large so far.

        s <- s + g^2
        w <- w - a g / (sqrt(s) + epsilon)

    Attributes:
        rate: default 0.01.
        epsilon: above 0, default 1e-8.

    >>> rule = Adagrad(rate=0.1)
    >>> w, slots = rule(np.zeros(1), np.full(1, 5.0), rule.slots(np.zeros(1)), 1, 0.1)
    >>> w.round(6).tolist(), slots["s"].tolist()
    ([-0.1], [25.0])

    Source: Duchi, Hazan, Singer (2011), Adaptive Subgradient Methods.
    """

    epsilon: Positive = 1e-8

    def slots(self, weight: Any) -> Slots:
        return {"s": np.zeros(weight.shape, weight.dtype)}

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        s = slots["s"] + ops.square(gradient)
        change = cast(real(rate), weight) * gradient / (ops.sqrt(s) + self.epsilon)
        return weight - change, {"s": s}


@dataclass(frozen=True, kw_only=True)
class RMSprop(Rule):
    """Gradients divided by their recent root mean square.

        s <- rho s + (1 - rho) g^2
        w <- w - a g / (sqrt(s) + epsilon)

    Attributes:
        rate: default 0.001.
        decay: rho, in [0, 1), default 0.9.
        epsilon: above 0, default 1e-8.

    >>> rule = RMSprop(rate=0.1)
    >>> w, slots = rule(np.zeros(1), np.full(1, 2.0), rule.slots(np.zeros(1)), 1, 0.1)
    >>> round(slots["s"].item(), 6), round(w.item(), 6)
    (0.4, -0.316228)

    Source: Tieleman, Hinton (2012), Neural Networks for Machine Learning, lecture 6.5.
    """

    rate: RateOption = 0.001
    decay: Share = 0.9
    epsilon: Positive = 1e-8

    def slots(self, weight: Any) -> Slots:
        return {"s": np.zeros(weight.shape, weight.dtype)}

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        s = self.decay * slots["s"] + (1 - self.decay) * ops.square(gradient)
        change = cast(real(rate), weight) * gradient / (ops.sqrt(s) + self.epsilon)
        return weight - change, {"s": s}


@dataclass(frozen=True, kw_only=True)
class Adam(Rule):
    """Momentum divided by the recent root mean square, both corrected for their start at 0.

        m <- beta1 m + (1 - beta1) g            m_hat = m / (1 - beta1^t)
        v <- beta2 v + (1 - beta2) g^2          v_hat = v / (1 - beta2^t)
        w <- w - a m_hat / (sqrt(v_hat) + epsilon)

    Attributes:
        rate: default 0.001.
        beta1, beta2: in [0, 1), default 0.9 and 0.999.
        epsilon: above 0, default 1e-8.

    >>> rule = Adam(rate=0.1)
    >>> w, _ = rule(np.zeros(1), np.full(1, 7.0), rule.slots(np.zeros(1)), 1, 0.1)
    >>> w.round(6).tolist()
    [-0.1]

    Source: Kingma, Ba (2015), Adam: A Method for Stochastic Optimization.
    """

    rate: RateOption = 0.001
    beta1: Share = 0.9
    beta2: Share = 0.999
    epsilon: Positive = 1e-8

    def slots(self, weight: Any) -> Slots:
        zeros = np.zeros(weight.shape, weight.dtype)
        return {"m": zeros, "v": zeros.copy()}

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        t = real(step)
        m = self.beta1 * slots["m"] + (1 - self.beta1) * gradient
        v = self.beta2 * slots["v"] + (1 - self.beta2) * ops.square(gradient)
        first = cast(real(rate) / (1 - self.beta1**t), weight)
        second = cast(1 / ops.sqrt(1 - self.beta2**t), weight)
        change = first * m / (second * ops.sqrt(v) + self.epsilon)
        return weight - change, {"m": m, "v": v}


@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam whose weights also shrink by themselves: ``w <- w - a decay w`` beside Adam's change.

    The decay does not pass through the moments. It holds for weights only, parameters with two or
    more axes: biases and gains stay free.

    Attributes:
        rate, beta1, beta2, epsilon: as for `Adam`.
        decay: 0 or more, default 0.01.

    >>> rule = AdamW(rate=0.1, decay=0.5)
    >>> w = np.ones((1, 1))
    >>> rule(w, np.zeros((1, 1)), rule.slots(w), 1, 0.1)[0].tolist()
    [[0.95]]

    Source: Loshchilov, Hutter (2019), Decoupled Weight Decay Regularization.
    """

    decay: NotNegative = 0.01

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        kept = weight
        if len(weight.shape) >= 2:
            kept = weight * cast(1 - real(rate) * self.decay, weight)
        return super().__call__(kept, gradient, slots, step, rate)


@dataclass(frozen=True, kw_only=True)
class Rprop(Rule):
    """Steps of their own for each weight; of the gradient only the sign counts. For full batches.

        d <- d increase   where g has the sign of the last g
        d <- d decrease   where the sign has changed; there g <- 0
        w <- w - sign(g) d

    Attributes:
        rate: the steps d to begin with, default 0.01; a number, since steps adapt by themselves.
        increase: above 1, default 1.2.
        decrease: in (0, 1), default 0.5.
        smallest, largest: limits of d, default 1e-6 and 50.

    >>> rule = Rprop(rate=0.1)
    >>> w, slots = rule(np.zeros(1), np.full(1, 9.0), rule.slots(np.zeros(1)), 1, 0.1)
    >>> w.tolist()
    [-0.1]
    >>> rule(w, np.full(1, 9.0), slots, 2, 0.1)[0].round(6).tolist()
    [-0.22]

    Source: Riedmiller, Braun (1993), A direct adaptive method for faster backpropagation learning;
    the variant without weight backtracking of Igel, Hüsken (2000), iRprop-.
    """

    increase: Annotated[float, Interval("(1, inf)")] = 1.2
    decrease: Fraction = 0.5
    smallest: Positive = 1e-6
    largest: Positive = 50.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if callable(self.rate):
            raise UsageError(
                "Rprop: rate must be a number, not a schedule",
                hint="each weight's step adapts by itself; the rate is where they begin",
            )
        if self.smallest > self.largest:
            raise UsageError(
                f"Rprop: smallest must not exceed largest, got {self.smallest!r} and "
                f"{self.largest!r}"
            )

    def slots(self, weight: Any) -> Slots:
        return {
            "d": np.full(weight.shape, self.rate, weight.dtype),
            "g": np.zeros(weight.shape, weight.dtype),
        }

    def __call__(
        self, weight: Any, gradient: Any, slots: Slots, step: Any, rate: Any
    ) -> tuple[Any, Slots]:
        agree = ops.sign(gradient) * ops.sign(slots["g"])
        grown = ops.where(ops.greater(agree, 0), slots["d"] * self.increase, slots["d"])
        d = ops.where(ops.less(agree, 0), slots["d"] * self.decrease, grown)
        d = ops.clip(d, self.smallest, self.largest)
        g = ops.where(ops.less(agree, 0), 0, gradient)
        return weight - ops.sign(g) * d, {"d": d, "g": g}
