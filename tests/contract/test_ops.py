"""The contract of every op in the registry: whatever is declared is tested here."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.eager.tensor import Tensor
from chainrule.graph.registry import FUNCTIONS, NUMPY, OPS, Op
from tests.contract import calls, checks, roles

NAMES = calls.DECLARED
every_op = pytest.mark.parametrize("name", NAMES)


@every_op
def test_shapes(name: str) -> None:
    checks.check_shapes(OPS[name])


@every_op
def test_dtypes(name: str) -> None:
    checks.check_dtypes(OPS[name])


@every_op
def test_float32(name: str) -> None:
    checks.check_float32(OPS[name])


@pytest.mark.parametrize("name", [n for n in NAMES if OPS[n].formula is not None])
def test_formula(name: str) -> None:
    checks.check_formula(OPS[name])


@every_op
def test_first_derivative(name: str) -> None:
    checks.check_first_derivative(OPS[name])


@every_op
def test_second_derivative(name: str) -> None:
    checks.check_second_derivative(OPS[name])


@every_op
def test_role(name: str) -> None:
    roles.check_role(OPS[name])


@every_op
def test_bad_inputs(name: str) -> None:
    op = OPS[name]
    if op.arity != 1 or "axis" in op.defaults:
        assert op.bad, f"{name} takes several inputs or an axis: declare what it must refuse"
    checks.check_bad(op)


@every_op
def test_declaration_is_complete(name: str) -> None:
    op = OPS[name]
    assert op.__doc__, f"{name} has no docstring"
    assert op.role, f"{name} claims no role"
    named = op.role in ("mover", "copier", "wall")  # shown by its name
    assert op.tex or op.formula or named, f"{name} has neither a formula nor a TeX form"
    assert calls.cases(op), f"{name} has no example inputs"
    assert op.shape is not None, f"{name} has no shape rule"


@every_op
def test_public_face(name: str) -> None:
    op = OPS[name]
    found: object = cr
    for part in op.public.split("."):
        found = getattr(found, part)
    assert found is op
    if "." not in op.public:
        method = getattr(cr.tensor([1.0]), op.public)
        assert callable(method) or op.public in dir(Tensor)


@every_op
def test_plain_arrays_in_plain_arrays_out(name: str) -> None:
    for call in calls.calls(OPS[name]):
        made = OPS[name](*call.args, **call.given)
        assert isinstance(made, (np.ndarray, np.generic)), f"{name} gives {type(made).__name__}"


@every_op
def test_stands_in_for_numpy(name: str) -> None:
    op = OPS[name]
    twin = numpy_twin(op)
    if twin is None:
        return
    assert NUMPY.get(twin) == op.public, (
        f"np.{name} on a tensor does not lead to {name}: same_as=np.{name}"
    )
    for call in calls.calls(op):
        live = [cr.tensor(x) if calls.is_float(x) else x for x in call.args]
        wanted = apply(twin, op, call.args, call.given)
        made = apply(twin, op, live, call.given)
        if call.floats:
            assert isinstance(made, Tensor), f"np.{name} of a tensor left the graph"
        np.testing.assert_allclose(cr.tensor(made).numpy(), wanted, rtol=1e-13)


def numpy_twin(op: Op) -> Any:
    """Return NumPy's function of the op's public name, if there is one."""
    found: object = np
    for part in op.public.split("."):
        found = getattr(found, part, None)
    dispatches = isinstance(found, np.ufunc) or hasattr(found, "_implementation")
    return found if dispatches else None


def apply(function: Any, op: Op, args: Sequence[Any], given: dict[str, Any]) -> Any:
    """Call a NumPy function: one that takes any number of arrays takes them in a list.

    Einstein's summation is the exception: subscripts first, then the arrays one by one.
    """
    listed = op.variadic and not isinstance(args[0], str)
    return function(list(args), **given) if listed else function(*args, **given)


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {OPS[n].public for n in OPS}))
def test_compositions(name: str) -> None:
    """Functions made of ops are found, explained, and reached from NumPy, as ops are."""
    function = FUNCTIONS[name]
    found: Any = cr
    twin: Any = np
    for part in name.split("."):
        found, twin = getattr(found, part), getattr(twin, part, None)
    assert found is function
    assert function.__doc__, f"{name} has no docstring"
    if hasattr(twin, "_implementation"):
        assert NUMPY.get(twin) == name, f"np.{name} does not lead to it: same_as=np.{name}"
