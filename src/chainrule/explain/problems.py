"""What a gradient check looks at: a scalar function of arrays, its winners and its gradients.

A whole function and a single gate are the same kind of problem. Where the output is an array, it is
weighed by fixed random numbers and summed. Values come from the forward functions alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.autodiff.numeric import Sample
from chainrule.autodiff.reverse import backward
from chainrule.eager.tensor import ConstantTensor, Tensor, value_of
from chainrule.errors import GradientError, UsageError
from chainrule.graph.gate import Operators
from chainrule.graph.node import ancestors
from chainrule.graph.registry import ops
from chainrule.graph.trace import leaf_names
from chainrule.graph.tree import flatten, paths, unflatten

SEED = 20160104  # of the random weights and directions: the same in every check


class Problem:
    """A scalar function of `xs`, arrays of float64; `names` says what they are called."""

    names: list[str]
    xs: list[Any]

    def total(self, leaves: Sequence[Tensor]) -> tuple[Any, list[Any]]:
        """Return the scalar, and the gates it was computed by."""
        raise NotImplementedError

    def sample(self, xs: Sequence[Any]) -> Sample:
        """Return the value at other inputs, and which input won at each gate that chooses."""
        with np.errstate(all="ignore"):
            total, gates = self.total([Tensor(np.array(x)) for x in xs])
            return Sample(float(value_of(total)), winners(gates))

    def gradients(self) -> list[Any]:
        """Return the analytic gradient by each input, by the backward rules."""
        leaves = [Tensor(np.array(x)) for x in self.xs]
        with np.errstate(all="ignore"):
            total, _ = self.total(leaves)
            if not total.differentiable:
                return [np.zeros(x.shape) for x in leaves]
            found = backward(total, np.ones(()), value_of)
        return [found.get(x, np.zeros(x.shape)) for x in leaves]

    def second_gradients(self, along: Sequence[Any]) -> list[Any]:
        """Return the gradient, by each input, of the derivative in the direction `along`."""
        leaves = [Tensor(np.array(x)) for x in self.xs]
        zeros = [np.zeros(x.shape) for x in leaves]
        with np.errstate(all="ignore"):
            total, _ = self.total(leaves)
            if not total.differentiable:
                return zeros
            first = backward(total, Tensor(np.ones(())), lambda gate: gate)
            pairs = zip(leaves, along, strict=True)
            parts = [ops.sum(first[x] * d) for x, d in pairs if x in first]
            directed = sum(parts[1:], parts[0]) if parts else None
            if not (isinstance(directed, Tensor) and directed.differentiable):
                return zeros
            found = backward(directed, np.ones(()), value_of)
        return [found.get(x, np.zeros(x.shape)) for x in leaves]


class FunctionProblem(Problem):
    """A function of pytrees, as users write them."""

    def __init__(
        self, f: Callable[..., Any], args: Sequence[Any], named: Mapping[str, Any], title: str
    ) -> None:
        self.f = f
        self.title = title
        self.count = len(args)
        self.keys = list(named)
        self.rng = np.random.default_rng(SEED)
        self.weights: list[Any] = []
        found, self.tree = flatten((*args, *named.values()))
        self.given = [plain_value(x) for x in found]
        self.moving = [i for i, x in enumerate(self.given) if x.dtype.kind == "f"]
        known = leaf_names(f, tuple(args))
        known += [path for name, value in named.items() for path in paths(value, name)]
        self.names = [known[i] for i in self.moving]
        self.xs = [self.given[i].astype(np.float64) for i in self.moving]
        if not self.xs:
            raise GradientError(
                f"{title} has no argument to differentiate by: none holds floats",
                hint="pass floats, such as 2.0 or an array of them",
            )

    def total(self, leaves: Sequence[Tensor]) -> tuple[Any, list[Any]]:
        values = list(self.given)
        for i, x in zip(self.moving, leaves, strict=True):
            values[i] = x
        args = unflatten(self.tree, values)
        named = dict(zip(self.keys, args[self.count :], strict=True))
        found, _ = flatten(self.f(*args[: self.count], **named))
        outputs = [x if isinstance(x, Operators) else plain_value(x) for x in found]
        outputs = [x for x in outputs if x.dtype.kind == "f"]
        if not outputs:
            raise UsageError(f"{self.title} returned no floats to differentiate")
        self.weights += [None] * (len(outputs) - len(self.weights))
        terms = [self.weighed(i, x) for i, x in enumerate(outputs)]
        total = sum(terms[1:], terms[0])
        gates = [x for x in outputs if isinstance(x, Tensor)]
        return total if isinstance(total, Tensor) else ConstantTensor(total), ancestors(gates)

    def weighed(self, i: int, output: Any) -> Any:
        """Return the output itself, or the sum of its entries by their weights."""
        if not output.shape and len(self.weights) == 1:
            return output
        if self.weights[i] is None:
            self.weights[i] = self.rng.uniform(0.5, 1.5, output.shape)
        return ops.sum(output * self.weights[i])


class GateProblem(Problem):
    """One gate alone, at the operands that it had."""

    def __init__(self, gate: Any) -> None:
        self.gate = gate
        self.operands = [np.asarray(x.value) for x in gate.inputs]
        self.weak = [type(x.value) in (int, float) for x in gate.inputs]
        self.moving = [
            i
            for i, x in enumerate(self.operands)
            if x.dtype.kind == "f" and not self.weak[i] and gate.inputs[i].differentiable
        ]
        names = operand_names(gate)
        self.names = [names[i] for i in self.moving]
        self.xs = [self.operands[i].astype(np.float64) for i in self.moving]
        rng = np.random.default_rng(SEED)
        self.weights = rng.uniform(0.5, 1.5, gate.shape) if gate.shape else np.ones(())

    def total(self, leaves: Sequence[Tensor]) -> tuple[Any, list[Any]]:
        inputs: list[Any] = [x.value for x in self.gate.inputs]
        for i, x in zip(self.moving, leaves, strict=True):
            inputs[i] = x
        root = Tensor.record_gate(self.gate.op, inputs, self.gate.attrs)
        return ops.sum(root * self.weights) if root.shape else root, [root]

    def beside(self) -> "GateProblem":
        """Return the same gate a little beside its operands, where it has no kink."""
        other = object.__new__(GateProblem)
        other.__dict__.update(self.__dict__)
        rng = np.random.default_rng(SEED)
        signs = [np.where(rng.random(x.shape) < 0.5, -1, 1) for x in self.xs]
        pairs = zip(self.xs, signs, strict=True)
        other.xs = [x + s * rng.uniform(2e-2, 4e-2, x.shape) for x, s in pairs]
        return other


def operand_names(gate: Any) -> list[str]:
    """Return what the rule calls its operands: `x`, `y`; `xs[0]` where it takes any number."""
    names = gate.op.input_names
    if not gate.op.variadic:
        return list(names)
    single, several = names[:-1], names[-1]
    extra = range(len(gate.inputs) - len(single))
    return [*single, *(f"{several}[{i}]" for i in extra)]


def winners(gates: Sequence[Any]) -> bytes:
    """Return which inputs won at the gates that choose, as bytes to compare.

    These are the declared kinks, and all integers and booleans that take part, such as the
    condition of a `where`. Another circuit (an `if` that went the other way) differs, too.
    """
    parts = []
    for gate in gates:
        if gate.op is None:
            continue
        parts.append(gate.op.name.encode())
        values = [x.value for x in gate.inputs]
        if gate.op.kinks is not None:
            parts.append(np.asarray(gate.op.kinks(*values, **gate.attrs)).tobytes())
        whole = (np.asarray(v) for v in values)
        parts += [v.tobytes() for v in whole if v.dtype.kind in "biu" and v.size]
    return b"|".join(parts)


def plain_value(x: Any) -> Any:
    """Return the array behind a leaf; a Python number as float64, whole or not."""
    value = np.asarray(x.value if isinstance(x, Operators) else x)
    weak = isinstance(x, (int, float)) and not isinstance(x, bool)
    return value.astype(np.float64) if weak else value
