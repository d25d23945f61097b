"""A step of training in which gates are seen under their names, so that they can be measured."""

from collections.abc import Callable
from typing import Any

from chainrule.autodiff.reverse import backward
from chainrule.eager.call import Call, like
from chainrule.graph.mode import using
from chainrule.graph.node import Node
from chainrule.graph.tree import paths, unflatten
from chainrule.nn.names import gates_inside
from chainrule.optim.rule import Rule, parameters
from chainrule.train.record import Seen, Watch, probes

Measured = dict[tuple[str, str], Any]


def watched_update(
    loss_of: Callable[[Any], Any], rule: Rule, model: Any, state: Any, watch: Watch
) -> tuple[Any, Any, Any, Measured]:
    """Return the new model and state, the loss, and what was measured on the way.

    Args:
        loss_of: model -> (loss, model with its buffers brought up to date).
        rule: the update rule.
        model, state: before the step, made of symbolic gates.
        watch: what is measured.
    """
    new, new_state, root, seen = seen_update(loss_of, rule, model, state)
    return new, new_state, root, probes(watch, seen)


def seen_update(
    loss_of: Callable[[Any], Any], rule: Rule, model: Any, state: Any
) -> tuple[Any, Any, Any, dict[str, Seen]]:
    """Return the new model and state, the loss, and the step's gates by their names."""
    outputs: dict[str, Any] = {}
    with using(outputs=outputs):
        call = Call.of(loss_of, (model,), {}, 0, has_aux=True)
    root = call.scalar()
    gates = {path: y for path, y in outputs.items() if path and isinstance(y, Node)}
    ((tree, fresh),) = call.chosen
    gates |= gates_inside(model, outputs, born=max((x.age for x in fresh), default=0))
    inner = [gate for gate in gates.values() if gate.differentiable]
    found = backward(root, like(root, call.ones_like(root)), lambda x: x, [*call.leaves, *inner])
    gradients = unflatten(tree, [found.get(x) for x in fresh])
    new, new_state = rule.update(call.aux, gradients, state)
    seen = {name: Seen(gate, found.get(gate)) for name, gate in gates.items()}
    changed = parameters(new)
    leaves = dict(zip(paths(model), fresh, strict=True))
    for path in parameters(model):
        old = leaves[path]
        seen[path] = Seen(old, found.get(old), changed[path] - old)
    return new, new_state, root, seen
