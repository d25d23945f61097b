"""What each role means, as a test on the weights with which a gate hands the gradient back.

The weights are one matrix per input: a row for every entry of the output, a column for every entry
of the input.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.graph.registry import ROLES, Op
from tests.contract.calls import Call, is_elementwise, smooth_calls
from tests.contract.checks import gradients
from tests.contract.numeric import replaced

Weights = list[Any]


def weights(call: Call) -> Weights:
    """Return the weights of every input that can carry a gradient."""
    value = np.asarray(call.value())
    rows: list[list[Any]] = [[] for _ in call.floats]
    for upstream in np.eye(value.size):
        found = gradients(call, upstream.reshape(value.shape))
        for row, i in zip(rows, call.floats, strict=True):
            row.append(np.zeros(call.inputs[i].size) if found[i] is None else found[i].ravel())
    return [np.array(r) for r in rows]


def is_distributor(call: Call) -> bool:
    """Every input receives the upstream gradient, up to its sign."""
    value = np.asarray(call.value())
    alike = all(call.inputs[i].shape == value.shape for i in call.floats)
    return alike and all(np.array_equal(np.abs(w), np.eye(value.size)) for w in weights(call))


def is_router(call: Call) -> bool:
    """Each upstream entry goes, unchanged, to at most one entry of one input."""
    every = np.hstack(weights(call))
    return only(every, 0, 1) and bool(np.all(every.sum(axis=1) <= 1)) and bool(np.any(every))


def is_switcher(call: Call) -> bool:
    """What an input receives depends on the other inputs, or on its own other entries."""
    before = weights(call)
    rng = np.random.default_rng(3)
    if len(call.floats) == 1:
        i = call.floats[0]
        moved = redrawn(call, i, rng)
        moved.flat[0] = call.inputs[i].flat[0]
        after = weights(call.with_inputs(replaced(call.inputs, i, moved)))
        return not np.allclose(before[0][:, 0], after[0][:, 0])
    for place, i in enumerate(call.floats):
        others = [x if j == i or j not in call.floats else redrawn(call, j, rng)
                  for j, x in enumerate(call.inputs)]  # fmt: skip
        if np.allclose(before[place], weights(call.with_inputs(others))[place]):
            return False
    return True


def is_scaler(call: Call) -> bool:
    """An entry receives one upstream entry times a number that depends on this input alone."""
    if len(call.floats) != 1:
        return False
    (before,) = weights(call)
    single = np.all(np.count_nonzero(before, axis=0) <= 1) and np.any(before)
    return bool(single) and (not is_elementwise(call.op) or is_pointwise(call, before))


def is_pointwise(call: Call, before: Any) -> bool:
    """Tell whether the weight of an entry depends on this entry only."""
    (i,) = call.floats
    moved = redrawn(call, i, np.random.default_rng(4))
    moved.flat[0] = call.inputs[i].flat[0]
    (after,) = weights(call.with_inputs(replaced(call.inputs, i, moved)))
    return np.array_equal(before, np.diag(np.diag(before))) and before[0, 0] == after[0, 0]


def is_mover(call: Call) -> bool:
    """Each upstream entry goes, unchanged, to its own entry, whatever the values are."""
    every = np.hstack(weights(call))
    turned = [-x if i in call.floats else x for i, x in enumerate(call.inputs)]
    once = np.all(every.sum(axis=0) <= 1) and np.all(every.sum(axis=1) <= 1)
    fixed = np.array_equal(every, np.hstack(weights(call.with_inputs(turned))))
    return only(every, 0, 1) and bool(once) and fixed and bool(np.any(every))


def is_copier(call: Call) -> bool:
    """Each output entry is a copy of one input entry; some entry has several copies."""
    every = np.hstack(weights(call))
    rows, columns = every.sum(axis=1), every.sum(axis=0)
    return only(every, 0, 1) and bool(np.all(rows <= 1)) and bool(np.any(columns > 1))


def is_adder(call: Call) -> bool:
    """All that is added up receives the same share of the upstream gradient."""
    every = np.hstack(weights(call))
    shares = np.unique(np.round(every[every != 0], 12))
    once = np.all(np.count_nonzero(every, axis=0) <= 1)
    return len(shares) == 1 and bool(once) and bool(np.any(np.count_nonzero(every, axis=1) > 1))


def is_mixer(call: Call) -> bool:
    """Some entry receives a sum of several upstream entries, or a share that is not 0, 1 or -1."""
    every = np.hstack(weights(call))
    several = np.any(np.count_nonzero(every, axis=0) > 1)
    return bool(several) or not only(every, -1, 0, 1)


def is_wall(call: Call) -> bool:
    """No gradient at all."""
    return not any(np.any(w) for w in weights(call))


def only(matrix: Any, *allowed: int) -> bool:
    return bool(np.all(np.isin(matrix, allowed)))


def redrawn(call: Call, position: int, rng: np.random.Generator) -> Any:
    """Return other numbers for an input, near enough to stay in its domain."""
    x = call.inputs[position]
    return x * rng.uniform(0.95, 1.05, size=x.shape)


TESTS: dict[str, Callable[[Call], bool]] = {
    "distributor": is_distributor,
    "router": is_router,
    "switcher": is_switcher,
    "scaler": is_scaler,
    "mover": is_mover,
    "mixer": is_mixer,
    "copier": is_copier,
    "adder": is_adder,
    "wall": is_wall,
}


def check_role(op: Op) -> None:
    """The op does to gradients what its role says."""
    assert op.role in ROLES, f"{op.name} claims no role"
    found = smooth_calls(op)
    some = op.role in ("copier", "adder")  # not every index repeats an entry
    tried = found if some and not is_elementwise(op) else found[:1]
    fits = not tried or any(TESTS[op.role](call) for call in tried)
    assert fits, f"{op.name} is no {op.role}: {TESTS[op.role].__doc__}"
