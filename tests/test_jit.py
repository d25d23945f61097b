"""`cr.compile`: native code stands in for the function, whatever its arguments are."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import nn
from chainrule.errors import DtypeError, GradientError, UsageError
from chainrule.jit import compile

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])


def same(found: Any, wanted: Any) -> None:
    found, wanted = np.asarray(found), np.asarray(wanted)
    assert found.dtype == wanted.dtype
    np.testing.assert_allclose(found, wanted, rtol=1e-13)


# Versions ----------------------------------------------------------------------------------------


def test_a_version_for_each_kind_of_arguments() -> None:
    f = compile(lambda x, y: x @ y)
    for kind in (np.float64, np.float32, np.float64):
        same(f(X.astype(kind), X.T.astype(kind)), (X @ X.T).astype(kind))
    same(f(X, X[0]), X @ X[0])
    assert f.reasons() == [
        "the first call",
        "x was float64[2, 3] and is float32[2, 3], y was float64[3, 2] and is float32[3, 2]",
        "x was float32[2, 3] and is float64[2, 3], y was float32[3, 2] and is float64[3]",
    ]


def test_other_structures() -> None:
    f = compile(lambda p: p["a"] * 2 if "a" in p else p["b"])
    same(f({"a": X}), 2 * X)
    same(f({"b": X}), X)
    assert f.reasons() == ["the first call", "the arguments have another structure"]


def test_the_path_of_what_changed() -> None:
    f = compile(lambda x, params: x * params["w"][1])
    f(2.0, {"w": [X, X[0]]})
    f(2.0, {"w": [X, X]})
    assert f.reasons()[1] == "params.w.1 was float64[3] and is float64[2, 3]"


def test_nothing_is_run_to_know_a_version() -> None:
    f = compile(lambda x: x + 1)
    version = f.version(X)
    assert version.reason == "the first call"
    assert version.code.plan.launches
    f(X)
    assert len(f.versions) == 1


# Arguments ---------------------------------------------------------------------------------------


def with_defaults(x: Any, y: Any = 10.0, z: Any = 100.0) -> Any:
    return x + 2 * y + 3 * z


def test_names_and_defaults() -> None:
    f = compile(with_defaults)
    same(f(z=1.0, x=2.0, y=3.0), 11.0)
    same(f(2.0, y=3.0, z=1.0), 11.0)
    same(f(2.0, 3.0, 1.0), 11.0)
    assert len(f.versions) == 1
    same(f(2.0, z=1.0), with_defaults(2.0, z=1.0))
    same(f(2.0, 1.0), with_defaults(2.0, 1.0))
    same(f(2.0), with_defaults(2.0))
    assert len(f.versions) == 4


def test_arguments_by_name_only_and_any_number_of_them() -> None:
    def f(x: Any, /, *others: Any, scale: Any = 1.0, **more: Any) -> Any:
        return (x - sum(others)) * scale + more.get("shift", 0.0)

    same(compile(f)(5.0, 1.0, 2.0, scale=3.0), 6.0)
    same(compile(f)(5.0, shift=1.0), 6.0)
    same(compile(f, static="scale")(X, scale=3), 3 * X)
    same(compile(functools.partial(with_defaults, z=0.0))(1.0, y=2.0), 5.0)


def test_names_that_look_numbered() -> None:
    def f(x1: Any, x2: Any, n: int) -> Any:
        return x1 - n * x2

    same(compile(f, static="n")(X, x2=X[0], n=3), X - 3 * X[0])


def test_functions_that_tell_no_names() -> None:
    same(compile(np.add)(X, X), 2 * X)


def test_wrong_arguments() -> None:
    f = compile(with_defaults)
    with pytest.raises(TypeError, match="unexpected keyword argument 'w'"):
        f(1.0, w=2.0)
    with pytest.raises(TypeError, match="too many positional arguments"):
        f(1.0, 2.0, 3.0, 4.0)
    with pytest.raises(UsageError) as error:
        compile(with_defaults, static="zz")
    assert str(error.value).startswith("with_defaults has no argument 'zz'")
    with pytest.raises(UsageError, match="compile takes a function, got int"):
        compile(3)  # type: ignore[arg-type]


# Static arguments --------------------------------------------------------------------------------


def test_static_arguments_decide() -> None:
    @compile(static=("n", "kind"))
    def f(x: Any, n: int = 1, kind: str = "up") -> Any:
        for _ in range(n):
            x = x * 2 if kind == "up" else x / 2
        return x

    same(f(X), 2 * X)
    same(f(X, 3), 8 * X)
    same(f(X, kind="down"), X / 2)
    same(f(X, n=3), 8 * X)
    assert f.reasons() == [
        "the first call",
        "n was left out and is 3",
        "kind was left out and is 'down'",
    ]


def test_equal_statics_of_other_kinds() -> None:
    f = compile(lambda x, n: x * n, static="n")
    x = np.arange(3)
    same(f(x, 1), x)
    same(f(x, 1.0), x * 1.0)
    same(f(x, True), x * True)
    assert f.reasons()[1] == "n was 1 and is 1.0"


def test_statics_must_be_hashable() -> None:
    with pytest.raises(UsageError) as error:
        compile(lambda x, shape: x.reshape(shape), static="shape")(X, [3, 2])
    assert str(error.value) == (
        "the static argument shape must be hashable, got list\n"
        "hint: pass a tuple instead of a list, and arrays as arguments that are not static"
    )


# Pytrees, modules, tensors, numbers --------------------------------------------------------------


@dataclass
class Point:
    x: Any
    y: Any


def test_pytrees_in_and_out() -> None:
    f = compile(lambda p, d: (Point(p.y, p.x), {"s": [d["a"] + 1, p.x]}, p.x))
    point, rest, again = f(Point(X, 2.0), {"a": X})
    same(point.x, 2.0)
    same(point.y, X)
    same(rest["s"][0], X + 1)
    same(rest["s"][1], X)
    same(again, X)
    again[...] = 0  # nobody else's
    same(point.y, X)


def test_modules() -> None:
    call = compile(lambda m, x: m(x))
    for activation in ("relu", "tanh"):
        net = nn.MLP(3, 4, 2, key=0, activation=activation, dtype=np.float64)
        same(call(net, X), np.asarray(net(X)))
    assert len(call.versions) == 2
    slopes = compile(cr.grad(lambda m, x: cr.sum(m(x))))(net, X)
    wanted = cr.grad(lambda m, x: cr.sum(m(x)))(net, X)
    for a, b in zip(slopes.parameters(), wanted.parameters(), strict=True):
        same(a, b)


def test_what_a_module_holds_beside_arrays() -> None:
    call = compile(lambda m, x: m(x))
    for slope in (0.1, 0.2):
        same(call(nn.LeakyReLU(slope=slope), -X), -slope * X)


def test_tensors_and_numbers() -> None:
    f = compile(lambda x, y: x * y)
    found = f(cr.tensor(X), 2.0)
    assert type(found) is np.ndarray
    same(found, 2 * X)
    same(f(True, 3), 3)
    same(f(2, 3), 6)
    same(f(np.float32(2), np.float32(3)), np.float32(6))


def test_any_layout_and_order_of_bytes() -> None:
    f = compile(lambda x: x + 1)
    for x in (
        X.T,
        X[::-1, ::2],
        np.asfortranarray(X),
        X.astype(">f8"),
        np.broadcast_to(X[0], X.shape),
    ):
        same(f(x), (x + 1).astype(float))
    assert f.version(X.astype(">f8")) is f.version(X)


def test_results_and_constants_of_all_kinds() -> None:
    table = np.arange(3.0)
    f = compile(lambda x: (x, 3.0, table, x + table, True))
    x, number, constant, total, truth = f(X)
    same(x, X)
    same(number, 3.0)
    same(constant, table)
    same(total, X + table)
    same(truth, True)
    constant[...] = 0
    same(f(X)[2], np.arange(3.0))


def test_nothing_to_give_in() -> None:
    same(compile(lambda: cr.exp(np.zeros(2)))(), np.ones(2))


def test_empty_arrays() -> None:
    f = compile(lambda x: (cr.sum(x, axis=0), x * 2, cr.sum(x)))
    for shape in ((0, 3), (2, 0)):
        x = np.zeros(shape)
        for found, wanted in zip(f(x), (x.sum(0), x * 2, x.sum()), strict=True):
            same(found, wanted)


def test_arguments_stay_as_they_are() -> None:
    x = X.copy()
    compile(lambda x: cr.exp(x))(x)
    same(x, X)


# Transforms --------------------------------------------------------------------------------------


def cubes(x: Any) -> Any:
    return cr.sum(x**3)


def test_transforms_inside_and_outside() -> None:
    same(compile(cr.grad(cubes))(X), 3 * X**2)
    same(cr.grad(compile(cubes))(X), 3 * X**2)
    same(compile(cr.grad(compile(cubes)))(X), 3 * X**2)
    same(compile(cr.hessian(compile(cubes)))(X[0]), np.diag(6 * X[0]))
    same(cr.hvp(compile(cubes), (X,), (X,)), 6 * X**2)
    same(cr.jacobian(compile(lambda x: x**2))(X[0]), np.diag(2 * X[0]))
    same(compile(lambda x: cr.jvp(cubes, (x,), (x,))[1])(X), 3 * cubes(X))
    value, pull = cr.vjp(compile(lambda x, y: x * y), 2.0, 3.0)
    assert (value, pull(1.0)) == (6.0, (3.0, 2.0))


def test_gradients_flow_past_arguments_that_are_fixed() -> None:
    inner = compile(lambda x, n: x**n, static="n")
    same(cr.grad(lambda x: cr.sum(inner(x, n=3)))(X), 3 * X**2)
    same(compile(cr.grad(lambda x: cr.sum(inner(2 * x, n=2))))(X), 8 * X)


# Errors ------------------------------------------------------------------------------------------


def test_decisions_by_value() -> None:
    def f(x: Any) -> Any:
        total = cr.sum(x)
        if total > 0:
            return x
        return -x

    with pytest.raises(GradientError) as error:
        compile(f)(X)
    message = str(error.value)
    line = f.__code__.co_firstlineno + 2
    assert f"made at {__file__}:{line} has no value" in message
    assert f"an `if`, `while`, `and` or `assert` needs one\n  {__file__}:{line}: if" in message
    assert message.endswith('make it a static argument: cr.compile(f, static=("n",))')


def test_dtypes_without_native_code() -> None:
    with pytest.raises(DtypeError) as error:
        compile(lambda x: x + 1)(X.astype(np.float16))
    assert str(error.value) == (
        "float16 cannot be compiled\nhint: use float32, float64, integers or booleans"
    )


def test_an_index_that_is_computed_may_be_wrong() -> None:
    f = compile(lambda x, i: x[i])
    same(f(X, np.array([-1, 0])), X[[-1, 0]])
    with pytest.raises(UsageError, match="an index is out of bounds"):
        f(X, np.array([2, 0]))
    same(f(X, np.array([1, -2])), X[[1, -2]])


def test_it_keeps_name_and_docstring() -> None:
    found = compile(with_defaults)
    assert found.__name__ == "with_defaults"
    assert found.__wrapped__ is with_defaults


def test_python_numbers_adapt_as_they_do_when_computed() -> None:
    scaled = cr.compile(lambda x, n: x * n)
    for x in (np.ones(3, np.float32), np.arange(3)):
        for n in (2, 2.5, np.float64(2.5)):
            found, plain = scaled(x, n), x * n
            assert found.dtype == plain.dtype
            np.testing.assert_array_equal(found, plain)
