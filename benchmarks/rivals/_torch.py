"""What the rivals on torch share: the library of functions, nets, optimizers and the loop."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.cases import BETA1, BETA2, EPSILON, MOMENTUM
from benchmarks.library import Library
from benchmarks.problem import Problem

Run = Callable[[], Any]
Ready = Callable[[Any], Run]


def value_and_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    both = torch.func.grad_and_value(f)
    return lambda *args: both(*args)[::-1]


LIBRARY = Library(
    m=torch,
    relu=torch.relu,
    softplus=functional.softplus,
    logsumexp=lambda z: torch.logsumexp(z, 1),
    grad=torch.func.grad,
    value_and_grad=value_and_grad,
    hvp=lambda f, w, v: torch.func.jvp(torch.func.grad(f), (w,), (v,))[1],
    jacobian=torch.func.jacrev,
)


def tracked(w: Any) -> Any:
    """Return leaves to differentiate by, in the structure of `w`."""
    return torch.utils._pytree.tree_map(lambda p: p.detach().requires_grad_(), w)


def derivative(value: Any, w: Any, **options: Any) -> Any:
    leaves, tree = torch.utils._pytree.tree_flatten(w)
    found = torch.autograd.grad(value, leaves, **options)
    return torch.utils._pytree.tree_unflatten(list(found), tree)


def eager_value_and_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    def both(w: Any, *args: Any) -> Any:
        w = tracked(w)
        value = f(w, *args)
        return value.detach(), derivative(value, w)

    return both


def eager_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return the gradient, itself to be differentiated."""

    def gradient(x: Any) -> Any:
        x = x if x.requires_grad else tracked(x)
        return derivative(f(x), x, create_graph=True)

    return gradient


def eager_hvp(f: Callable[..., Any], w: Any, v: Any) -> Any:
    w = tracked(w)
    slope = derivative(f(w), w, create_graph=True)
    along = sum(torch.sum(slope[name] * v[name]) for name in v)
    return derivative(along, w)


EAGER = replace(  # about twice as fast as torch.func where nothing is compiled
    LIBRARY, grad=eager_grad, value_and_grad=eager_value_and_grad, hvp=eager_hvp
)


def settle(problem: Problem) -> None:
    """Set threads, and drop denormal numbers as the others do."""
    torch.set_num_threads(problem.threads)
    torch.set_flush_denormal(True)


def net_of(problem: Problem) -> Any:
    """Return the case's net with the problem's weights."""
    case: Any = problem.case
    made = []
    for w, b in problem.layers:
        layer = nn.Linear(*w.shape[::-1])
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(w))
            layer.bias.copy_(torch.from_numpy(b))
        made.append([layer, nn.ReLU() if case.activation == "relu" else nn.Tanh()])
    return nn.Sequential(*list(chain(*made))[:-1])


LOSSES = {
    "softmax_cross_entropy": functional.cross_entropy,
    "binary_cross_entropy": functional.binary_cross_entropy_with_logits,
    "squared_error": functional.mse_loss,
}


def optimizer_of(problem: Problem, net: Any, **options: Any) -> Any:
    case: Any = problem.case
    if case.optimizer == "adam":
        betas = (BETA1, BETA2)
        return torch.optim.Adam(net.parameters(), lr=case.rate, betas=betas, eps=EPSILON, **options)
    momentum = MOMENTUM if case.optimizer == "momentum" else 0.0
    return torch.optim.SGD(net.parameters(), lr=case.rate, momentum=momentum, **options)


def train_net(problem: Problem, **options: Any) -> Ready:
    """Return the usual loop: zero_grad, loss, backward, step."""
    settle(problem)
    net = net_of(problem)
    optimizer = optimizer_of(problem, net, **options)
    loss_of = LOSSES[problem.case.loss]  # type: ignore[attr-defined]

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        loss = loss_of(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return loop(step, problem, torch.from_numpy(problem.y))


def loop(step: Callable[[Any, Any], Any], problem: Problem, y: Any) -> Ready:
    """Return a rival that makes a step from each batch of rows."""
    x = torch.from_numpy(problem.x)
    full = problem.case.batch == len(problem.x)

    def ready(rows: Any) -> Run:
        batches = list(torch.from_numpy(rows))

        def run() -> Any:
            if full:
                losses = [step(x, y) for _ in batches]
            else:
                losses = [step(x[batch], y[batch]) for batch in batches]
            return torch.stack(losses).numpy()

        return run

    return ready


def step_functions(step: Callable[..., Any], state: Any, problem: Problem, targets: Any) -> Ready:
    """Return a rival that applies ``step(state, x, y) -> (state, loss)``."""
    state = torch.utils._pytree.tree_map(lambda a: torch.from_numpy(a.copy()), state)

    def update(x: Any, y: Any) -> Any:
        nonlocal state
        state, loss = step(state, x, y)
        return loss

    return loop(update, problem, torch.from_numpy(targets))
