"""Check gradients: each gate's own backward rule, then the whole, against differences.

The numeric side is made of forward values alone. Relative errors |a - n| / max(|a|, |n|) are judged
by the rules of the Stanford notes: at most 1e-7 agrees, at most 1e-4 is close enough for functions
with kinks, more than 1e-2 is wrong. Where a winner changes however small the step is (a max, a ReLU
at 0), there is no derivative to compare with: the check says "kink", not "wrong".

Source: CS231n, notes on neural networks 3, gradient checks.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from chainrule.eager.tensor import Tensor
from chainrule.errors import ChainruleError, UsageError
from chainrule.explain.circuit import as_array, as_function, require_arguments
from chainrule.explain.judge import Row, compare, compare_second
from chainrule.explain.naming import gate_names, short_labels
from chainrule.explain.problems import FunctionProblem, GateProblem, Problem
from chainrule.explain.verdicts import CheckReport, GateCheck, rule_place
from chainrule.graph.source import Place, Source, caller, resolve

Function = Callable[..., Any]
ENTRIES_OF_A_GATE = 6


def check_gradients(
    f: Function | str,
    *xs: Any,
    order: int = 1,
    entries: int = 24,
    gates: int = 400,
    **named: Any,
) -> CheckReport:
    """Compare the gradients of `f` with differences, and each gate's backward rule by itself.

    Args:
        f: a function of arrays, or the text of an expression; an array result is weighed by random
            numbers and summed.
        xs: its arguments: numbers, arrays, or dicts, lists, tuples and dataclasses of them.
            Python numbers and floats are checked in float64; arrays of integers stay as they are.
        order: 2 checks second derivatives as well.
        entries: how many entries are compared one by one; larger arguments get random directions.
        gates: how many gates are checked; the first of each kind always is.
        named: arguments by their names.

    Returns:
        A report: print it, look at `.ok`, or call `.raise_if_failed()`.

    Raises:
        UsageError: `f` returns no floats, or another value each time it is called.

    >>> check_gradients(lambda x, y: x * y, 2.0, 3.0).ok
    True
    """
    if order not in (1, 2):
        raise UsageError(f"order must be 1 or 2, got {order}")
    problem = whole_problem(f, xs, named)
    return check_problem(problem, caller(), order=order, entries=entries, gates=gates)


def check_named(
    f: Function | str, values: Mapping[str, Any], *, order: int = 1, weights: Any = None
) -> CheckReport:
    """Check `f(**values)`; `weights` weigh the entries of an array result."""
    problem = whole_problem(f, (), {name: as_array(v) for name, v in values.items()})
    if weights is not None:
        problem.weights = [np.asarray(weights)]
    return check_problem(problem, caller(), order=order)


def check_problem(
    problem: FunctionProblem, outside: Place, *, order: int, entries: int = 24, gates: int = 400
) -> CheckReport:
    require_same_twice(problem)
    traced = gates_of(problem, outside)
    found = []
    for gate, (name, label) in picked(traced, gates).items():
        used = resolve(gate.place) if gate.place != outside else None
        found.append(check_gate(gate, name, label, used, order))
    broken = any(gate.error for gate in found)
    return CheckReport(
        title=problem.title,
        order=order,
        inputs=() if broken else tuple(rows_of(problem, order, entries)),
        gates=tuple(found),
        total_gates=len(traced),
    )


def whole_problem(
    f: Function | str, xs: tuple[Any, ...], named: Mapping[str, Any]
) -> FunctionProblem:
    """Return the problem of the whole function; an expression takes its arguments by name."""
    function, title = as_function(f)
    if isinstance(f, str):
        names = list(inspect.signature(function).parameters)
        if len(xs) > len(names):
            raise UsageError(f"{title} takes {len(names)} arguments, got {len(xs)}")
        named = {**dict(zip(names, xs, strict=False)), **named}
        named = {name: as_array(value) for name, value in named.items()}
        xs = ()
    if not xs:
        require_arguments(function, title, named)
    return FunctionProblem(function, xs, named, title)


def require_same_twice(problem: FunctionProblem) -> None:
    """Raise where a second call gives another value: nothing can be compared then."""
    first, second = (problem.sample(problem.xs).value for _ in range(2))
    if first != second and not (first != first and second != second):
        raise UsageError(
            f"{problem.title} gives another value each time it is called: {first:.6g}, "
            f"then {second:.6g}",
            hint="draw random numbers from an explicit key, or outside of the function",
        )


def gates_of(problem: FunctionProblem, outside: Place) -> dict[Any, tuple[str, str]]:
    """Return name and label of each gate, in execution order."""
    with np.errstate(all="ignore"):
        _, order = problem.total([Tensor(x) for x in problem.xs])
    names = gate_names(order, problem.names, outside)
    labels = short_labels(names, problem.names)
    return {gate: (name, labels[gate]) for gate, name in names.items()}


def picked(gates: dict[Any, tuple[str, str]], limit: int) -> dict[Any, tuple[str, str]]:
    """Return at most `limit` gates: the first of each kind, then the others as they come."""
    kinds: dict[Any, Any] = {}
    for gate in gates:
        kinds.setdefault(gate.op, gate)
    chosen = set(kinds.values())
    for gate in gates:
        if len(chosen) >= limit:
            break
        chosen.add(gate)
    return {gate: names for gate, names in gates.items() if gate in chosen}


def check_gate(gate: Any, name: str, label: str, used: Source | None, order: int) -> GateCheck:
    """Check one gate's rule at its operands; where they lie on a kink, a little beside them."""
    problem = GateProblem(gate)
    rows: list[Row] = []
    error = ""
    try:
        rows = list(rows_of(problem, order, ENTRIES_OF_A_GATE))
        if any(row.verdict == "kink" for row in rows):
            beside = rows_of(problem.beside(), order, ENTRIES_OF_A_GATE)
            rows += [row for row in beside if not row.ok]
    except (ChainruleError, TypeError, ValueError, AttributeError) as broke:
        error = f"it fails with {type(broke).__name__}: {getattr(broke, 'message', broke)}"
    return GateCheck(name, label, gate.op.name, tuple(rows), error, rule_place(gate.op), used)


def rows_of(problem: Problem, order: int, entries: int) -> Iterable[Row]:
    """Return the comparisons of first and, when asked for, second derivatives."""
    yield from compare(problem, entries)
    if order == 2:
        yield from compare_second(problem, entries)
