"""A step of training whose gates bear names: of the net forward, backward and in the update."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.autodiff.reverse import backward
from chainrule.eager.call import Call, like
from chainrule.explain.blame.make import Label
from chainrule.explain.naming import stored_in
from chainrule.graph.mode import using
from chainrule.graph.node import AGES, Node
from chainrule.graph.source import Place, caller
from chainrule.graph.trace import Trace, trace
from chainrule.graph.tree import unflatten
from chainrule.nn.names import gates_inside
from chainrule.nn.walk import join
from chainrule.train.step import Stepper


@dataclass
class NamedStep:
    """The circuit of one update, traced anew.

    Attributes:
        found: the circuit: its inputs are the leaves of model and optimizer state, x, y, the rows
            and the key; its outputs the leaves after the update, and the loss.
        forward: name -> gate of the net.
        born, backward_from, update_from: the age from which gates belong to the net's own call,
            the backward pass and the update.
        owners: (age, gate forward): the gate whose backward rule made what is younger.
        outside: the place from which training was called.
    """

    found: Trace = field(init=False)
    forward: dict[str, Node] = field(default_factory=dict)
    backward_from: int = 0
    update_from: int = 0
    owners: list[tuple[int, Node]] = field(default_factory=list)
    outside: Place = None

    @classmethod
    def of(cls, stepper: Stepper, x: Any, y: Any, rows: Any) -> "NamedStep":
        """Trace an update of the stepper's net on these rows."""
        step = cls(outside=caller())
        model, state = stepper.parts

        def update(model: Any, state: Any, x: Any, y: Any, rows: Any, key: Any) -> Any:
            return step.update(stepper, model, state, (x, y, rows, key))

        step.found = trace(update, model, state, x, y, rows, stepper.key)
        return step

    def update(
        self, stepper: Stepper, model: Any, state: Any, batch: tuple[Any, Any, Any, Any]
    ) -> Any:
        """Make the update out of symbolic gates, noting which pass they belong to."""
        outputs: dict[str, Any] = {}
        loss_of = stepper.loss_of(*batch, step=state["step"])
        with using(outputs=outputs):
            call = Call.of(loss_of, (model,), {}, 0, has_aux=True)
        root = call.scalar()
        self._note_forward(model, outputs, call)
        self.forward["loss"] = root
        self.backward_from = next(AGES)
        grads = self._backward(root, call)
        self.update_from = next(AGES)
        new, new_state = stepper.optimizer.update(call.aux, grads, state)
        return new, new_state, root

    def _note_forward(self, model: Any, outputs: dict[str, Any], call: Call) -> None:
        ((_, fresh),) = call.chosen
        born = max((x.age for x in fresh if isinstance(x, Node)), default=0)
        returned = {p: z for p, z in outputs.items() if isinstance(z, Node) and z.op is not None}
        self.forward = {path or "output": z for path, z in returned.items()}
        self.forward |= gates_inside(model, outputs, born)

    def _backward(self, root: Any, call: Call) -> Any:
        fresh_gate = True

        def value(x: Node) -> Node:
            nonlocal fresh_gate
            if fresh_gate:  # the first that is asked for is the gate itself, then its inputs
                self.owners.append((next(AGES), x))
                fresh_gate = False
            return x

        def done(gate: Node, upstream: Any, local: Any) -> None:
            nonlocal fresh_gate
            fresh_gate = True

        ones = like(root, call.ones_like(root))
        found = backward(root, ones, value, wrt=call.leaves, watch=done)
        ((tree, fresh),) = call.chosen
        return unflatten(tree, [gradient(x, found) for x in fresh])

    def labels(self) -> dict[Node, Label]:
        """Return what each node of the circuit is called."""
        named = {node: name for name, node in reversed(self.forward.items())}
        labels = {node: leaf_label(node.name) for node in self.found.inputs}
        counts: Counter[str] = Counter()
        for gate in self.found.gates:
            if gate.op is None or gate in labels:
                continue
            if gate.age > self.update_from:
                name = gate.scope if "@" in gate.scope else "optimizer@update"
                labels[gate] = Label(name, phase="update", place=self._place(gate))
            elif gate.age > self.backward_from:
                labels[gate] = self._of_rule(gate, labels)
            else:
                name = named.get(gate) or self._forward_name(gate, labels, counts)
                labels[gate] = Label(name, phase="forward", place=self._place(gate))
        return labels

    def _of_rule(self, gate: Node, labels: Mapping[Node, Label]) -> Label:
        """Return the label of a gate in the backward pass: that of the gate whose rule made it."""
        at = bisect_right(self.owners, gate.age, key=lambda pair: pair[0]) - 1
        owner = self.owners[max(at, 0)][1]
        assert owner.op is not None
        known = labels.get(owner) or Label("loss")
        place = self._place(owner)
        return Label(f"{known.name}@grad", "gate", "backward", owner.op.name, place)

    def _place(self, gate: Node) -> Place:
        """Return the user's line that made a gate; the call of the training is none."""
        return None if gate.place == self.outside else gate.place

    def _forward_name(self, gate: Node, labels: Mapping[Node, Label], counts: Counter[str]) -> str:
        """Return the name of a gate outside of the net: in the loss, or where rows are taken."""
        assert gate.op is not None
        if gate.op.name in ("getitem", "positive") and gate.inputs[0] in self.found.inputs:
            return labels[gate.inputs[0]].name
        variable = stored_in(gate, self.outside)
        name = join(gate.scope or "loss", variable or gate.op.name)
        counts[name] += 1
        return f"{name}#{counts[name] - 1}"


def gradient(x: Any, found: Mapping[Any, Any]) -> Any:
    """Return a leaf's gradient: 0 where none reaches it, None for what carries none."""
    if not isinstance(x, Node) or not x.differentiable:
        return None
    return found[x] if x in found else np.zeros(x.shape, x.dtype)


def leaf_label(name: str) -> Label:
    """Return the label of an input of the step's circuit."""
    first, _, rest = name.partition(".")
    if first == "model":
        return Label(rest or "model", "weight")
    if first == "state":
        return Label(f"optimizer.{rest}", "state")
    return Label(name, name)
