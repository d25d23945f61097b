"""Names of a step's gates: of the net as `cr.names` has them, of backward rules and the update."""

from typing import Any

import numpy as np

import chainrule as cr
from chainrule import nn, optim
from chainrule.explain.blame.make import Label
from chainrule.graph.source import resolve
from chainrule.nn import losses
from chainrule.train.named import NamedStep
from chainrule.train.step import Objective, Stepper

X, Y = np.ones((5, 3), np.float32), np.ones((5, 1), np.float32)


class Net(nn.Module):
    inner: nn.Linear
    last: nn.Linear

    def __call__(self, x: Any) -> Any:
        h = cr.log(self.inner(x))
        return self.last(h)


def labels(model: Any, loss: Any = losses.squared_error, **options: Any) -> list[tuple[Any, Label]]:
    made = Stepper(Objective(loss, **options), optim.Adam(rate=0.1, clip_norm=1.0), 0)
    made.start(model)
    step = NamedStep.of(made, X, Y, np.arange(4))
    found = step.labels()
    missing = [gate for gate in step.found.gates if gate.op is not None and gate not in found]
    assert not missing
    return [(gate, found[gate]) for gate in step.found.gates if gate in found]


def of(found: list[tuple[Any, Label]], phase: str, op: str) -> list[str]:
    return [x.name for gate, x in found if x.phase == phase and gate.op and gate.op.name == op]


def test_a_net_of_layers() -> None:
    found = labels(nn.MLP(3, 4, 1, key=0), l2=0.1)
    assert of(found, "forward", "relu") == ["layers.1"]
    assert of(found, "forward", "matmul") == ["layers.0.matmul#0", "layers.2.matmul#0"]
    assert of(found, "forward", "getitem") == ["x", "y"]
    assert of(found, "forward", "mean") == ["loss.mean#0"]
    assert of(found, "forward", "add")[-1] == "loss"
    assert of(found, "backward", "where") == ["layers.1@grad"]
    assert "layers.2.matmul#0@grad" in of(found, "backward", "matmul")
    assert of(found, "update", "maximum") == ["optimizer@update"]
    assert "layers.0.weight@update" in of(found, "update", "sqrt")
    leaves = {x.name: x.kind for gate, x in found if gate.op is None}
    assert leaves["layers.0.weight"] == "weight"
    assert leaves["optimizer.slots.layers.0.weight.m"] == "state"
    assert (leaves["x"], leaves["y"]) == ("x", "y")


def test_variables_and_lines_of_the_users_own() -> None:
    def loss(z: Any, y: Any) -> Any:
        gap = z - y
        return cr.mean(gap**2)

    net = Net(inner=nn.Linear(3, 4, key=0), last=nn.Linear(4, 1, key=1))
    found = labels(net, loss)
    assert of(found, "forward", "log") == ["h#0"]
    assert of(found, "forward", "subtract") == ["loss.gap#0"]
    (rule,) = (x for gate, x in found if x.rule_of == "log")
    assert (rule.name, rule.phase) == ("h#0@grad", "backward")
    (place,) = (x.place for _, x in found if x.name == "h#0")
    assert rule.place == place is not None
    (source,) = (resolve(x.place) for _, x in found if x.name == "last")
    assert source is not None
    assert source.text == "return self.last(h)"
    assert {x.place for _, x in labels(nn.MLP(3, 4, 1, key=0))} == {None}


def test_a_net_without_layers() -> None:
    class Plain(nn.Module):
        w: Any

        def __call__(self, x: Any) -> Any:
            return cr.tanh(x @ self.w)

    found = labels(Plain(w=cr.tensor(np.ones((3, 1), np.float32))))
    assert of(found, "forward", "matmul") == ["matmul#0"]
    assert {"w", "w@update", "loss", "output@grad"} <= {x.name for _, x in found}
