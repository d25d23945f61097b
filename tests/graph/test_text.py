"""Circuits as text: the round trip keeps every bit, and bad text is told where it is bad."""

from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import chainrule as cr
from chainrule.errors import UsageError
from chainrule.graph.node import ConstantNode, Node, as_node, leaf, variable
from chainrule.graph.registry import OPS
from chainrule.graph.run import run
from chainrule.graph.text import as_trace, from_text, to_text
from chainrule.graph.trace import Trace, trace
from tests.contract.calls import DECLARED, calls
from tests.property.circuits import Circuit, by_gates, circuits


def same_bits(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def without_comments(text: str) -> str:
    return "\n".join(line.partition("  #")[0] for line in text.splitlines()) + "\n"


def round_trip(found: Trace, values: Any) -> Trace:
    """Return the circuit read back, after comparing text and results."""
    text = to_text(found)
    again = from_text(text)
    assert to_text(again) == without_comments(text)
    with np.errstate(all="ignore"):
        wanted = run(found.inputs, found.outputs, values)
        got = run(again.inputs, again.outputs, values)
    assert all(same_bits(a, b) for a, b in zip(wanted, got, strict=True)), text
    assert marks(found) == marks(again)
    return again


def marks(found: Trace) -> list[Any]:
    """Return what gates carry beside what they compute."""
    kept = [n for n in found.gates if not isinstance(n, ConstantNode)]
    return [(n.op, n.name, n.scope, n.differentiable) for n in kept]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(circuits())
def test_random_circuits_and_their_gradients(circuit: Circuit) -> None:
    def f(*leaves: Any) -> Any:
        return circuit.run(leaves, by_gates)[-1]

    leaves = circuit.inputs()
    every = tuple(range(len(leaves)))
    with np.errstate(all="ignore"):
        round_trip(trace(f, *leaves), leaves)
        round_trip(trace(cr.value_and_grad(f, argnums=every), *leaves), leaves)


@pytest.mark.parametrize("name", DECLARED)
def test_examples_of_every_op(name: str) -> None:
    for call in calls(OPS[name]):
        nodes = [
            leaf(x.shape, x.dtype, f"x{i}") if isinstance(x, np.ndarray) else as_node(x)
            for i, x in enumerate(call.inputs)
        ]
        inputs = [n for n in nodes if not isinstance(n, ConstantNode)]
        values = [x for x in call.inputs if isinstance(x, np.ndarray)]
        made = Node.record_gate(call.op, nodes, call.attrs)
        round_trip(as_trace(inputs, [made]), values)


def test_reads_as_written() -> None:
    def f(x: Any, w: Any) -> Any:
        y = x @ np.arange(6.0).reshape(2, 3).T + 2 * w
        return cr.where(y > 0, y, -np.inf)[..., ::-1]

    found = trace(f, np.ones((4, 3)), np.ones(2, np.float32), frozen=[1])
    assert without_comments(to_text(found)) == (
        "chainrule circuit 1\n"
        "%x: float64[4, 3] = input\n"
        "%w: float32[2] = input frozen\n"
        "%3: float64[3, 2] fortran = [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]\n"
        "%4: float64[4, 2] = matmul(%x, %3)\n"
        "%5: float32[2] = multiply(2, %w)\n"
        "%6: float64[4, 2] = add(%4, %5)\n"
        "%7: bool[4, 2] = greater(%6, 0)\n"
        "%8: float64[4, 2] = where(%7, %6, -inf)\n"
        '%9: float64[4, 2] = getitem(%8, index=(("slice", None, None, None), '
        '("slice", None, None, -1)))\n'
        "return %9\n"
    )
    assert "= add(%4, %5)  # test_text.py:" in to_text(found)
    assert " y\n" in to_text(found)
    round_trip(found, [np.ones((4, 3)), np.ones(2, np.float32)])


def test_numbers_stay_weak() -> None:
    x = np.float32([0.1, 0.2])
    again = round_trip(trace(lambda x: x * 0.1 + True, x), [x])
    assert again.outputs[0].dtype == np.float32
    strong = round_trip(trace(lambda x: x * np.float64(0.1), x), [x])
    assert strong.outputs[0].dtype == np.float64


@pytest.mark.parametrize(
    "array",
    [
        np.array(np.nan),
        np.array([np.inf, -np.inf, -0.0, 5e-324]),
        np.array([0x7FF8000000000123], np.uint64).view(np.float64),
        np.float16([0.1, 65504]),
        np.arange(200.0).reshape(10, 20),
        np.arange(200, dtype=np.float32).reshape(10, 20).T,
        np.array([2**63, 2**64 - 1], np.uint64),
        np.array([[True], [False]]),
        np.zeros((0, 3)),
        np.zeros((3, 0), np.int8),
        np.arange(20.0)[::2],
        np.arange(3, dtype=">f4"),
    ],
    ids=lambda a: f"{a.dtype.str}{list(a.shape)}",
)
def test_arrays_are_exact(array: Any) -> None:
    again = from_text(to_text(as_trace([], [as_node(array)])))
    found = again.outputs[0].value
    assert same_bits(found, np.asarray(array, array.dtype.newbyteorder("=")))
    assert found.flags.c_contiguous == array.flags.c_contiguous or array.ndim == 1


def test_names_modules_and_what_carries_a_gradient() -> None:
    x = leaf((), name="x")
    twin = leaf((), name="x")
    odd = leaf((), name='my "weight" # 1')
    lifted = variable(as_node(np.array(2.0)))
    y = x * twin + odd * lifted
    y.scope = "layers.0"
    found = as_trace([x, twin, odd], [y, x, as_node(2.0)])
    again = round_trip(found, [1.0, 2.0, 3.0])
    assert [n.name for n in again.inputs] == ["x", "x", 'my "weight" # 1']
    assert '%2 "x": ' in to_text(found)
    assert "positive(%4) live\n" in to_text(found)
    assert '@"layers.0"' in to_text(found)
    assert again.outputs[1] is again.inputs[0]


def test_structure_of_one_and_of_several_outputs() -> None:
    assert from_text(to_text(trace(lambda x: x + 1, 1.0))).result([7]) == 7
    assert from_text(to_text(trace(lambda x: [x, -x], 1.0))).result([7, 8]) == (7, 8)


def test_written_by_hand() -> None:
    again = from_text("chainrule circuit 1\n# y\n%x : float64[3]=input\n\n%y=sum(%x)\nreturn %y")
    assert run(again.inputs, again.outputs, [np.arange(3.0)]) == [3.0]
    assert again.outputs[0].name == "y"


def test_a_long_chain() -> None:
    x = y = leaf((), name="x")
    for _ in range(20_000):
        y = -y
    assert len(from_text(to_text(as_trace([x], [y]))).gates) == 20_001


def test_what_cannot_be_written() -> None:
    with pytest.raises(UsageError, match="is neither an input of the circuit nor computed in it"):
        to_text(as_trace([], [leaf((), name="x")]))
    made = Node(OPS["sum"], (leaf((3,)),), {"axis": print}, (), np.dtype(float))
    with pytest.raises(UsageError, match="an attribute that is no plain value: builtin_function"):
        to_text(as_trace(made.inputs, [made]))


X = "chainrule circuit 1\n%x: float64[2, 3] = input\n"
BAD = [
    ("", "line 1: expected the line 'chainrule circuit 1', got the end of the line"),
    ("hello", "line 1: expected the line 'chainrule circuit 1', got 'hello'"),
    ("chainrule circuit 2\n?", "line 1: this is version 2 of the text, and version 1 can be read"),
    (X, "the text ends without a line 'return ...'"),
    (X + "return %x\nreturn %x", "line 4: expected nothing after the line 'return ...', got 'ret"),
    (X + "return %y", "line 3: there is no value %y yet\nhint: known names: %x"),
    (X + "return sin", "line 3: expected a value, got 'sin'"),
    (X + "return", "line 3: expected a value, got the end of the line"),
    (X + "%1 = sine(%x)", "line 3: there is no op 'sine'\nhint: did you mean 'sin'?"),
    (X + "%1 = sin(%x", "line 3: expected ')', got the end of the line"),
    (X + "%1 = sin(%x %x)", "line 3: expected ')', got '%x'"),
    (X + "%1 = sin(%x) 3", "line 3: expected the end of the line, got '3'"),
    (X + "%1 = sin(%x, %x)", "line 3: sin takes 1 inputs, got 2"),
    (X + '%1 = sin("a")', "line 3: expected a value such as %x or a number, got '\"a\"'"),
    (X + "%1 = sum(%x, axes=0)", "line 3: sum has no attribute 'axes'\nhint: did you mean 'axis'?"),
    (X + "%1 = sum(%x, axis=7)", "line 3: sum of (2, 3): "),
    (X + "%1 = sum(%x, axis=sin)", "line 3: expected a value, got 'sin'"),
    (X + '%1 = sum(%x, axis="a")', "line 3: "),
    (X + "%1: float64[3] = sin(%x)", "line 3: expected float64[3], but sin gives <sin float64[2,"),
    (X + "%x = sin(%x)", "line 3: %x is there already"),
    (X + "x = sin(%x)", "line 3: expected a value such as %x, or 'return', got 'x'"),
    (X + "%1 ; sin(%x)", "line 3: expected a value, got '; sin(%x)'"),
    (X + "%1 sin(%x)", "line 3: expected '=', got 'sin'"),
    (X + "%1: object[2] = input", "line 3: expected a dtype such as float64, got 'object'"),
    (X + "%1: float64[-2] = input", "line 3: expected a size, got '-2'"),
    (X + "%1: float64 = input", "line 3: expected '[', got '='"),
    (X + "%1 = input", "line 3: expected a type such as ': float64[2, 3]' before '='"),
    (X + "%1: int8[2] = [1, 200]", "line 3: expected the entries of int8[2]: a number is out of"),
    (X + "%1: int8[2] = [1, 0.5]", "line 3: expected the entries of int8[2]: float64 does not fit"),
    (X + "%1: float64[2] = [1, None]", "line 3: expected the entries of float64[2]: object does"),
    (X + "%1: float64[2] = [1]", "line 3: expected the entries of float64[2]: the list has shape"),
    (X + '%1: float64[2] = base64 "?"', "line 3: expected the entries of float64[2]: "),
    (X + '%1: float64[2] = base64 "AAAA"', "line 3: expected the entries of float64[2]: "),
    (X + '%1: float64[2] = base64 "\\x"', "line 3: \"\\x\" is no text: escapes are those of JSON"),
    (X + "%1 = sum(%x, axis=" + "(" * 999, "line 3: brackets stand more than 64 deep"),
    (X + "%1 = sum(%x, axis=" + "9" * 9999 + ")", "line 3: Exceeds the limit"),
    (X + "%1 = sum(%x, axis=slice(1, 2))", "line 3: a slice has start, stop and step, got 2 valu"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD, ids=[f"bad{i}" for i in range(len(BAD))])
def test_bad_text(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        from_text(text)
    assert says in str(caught.value)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 400), st.integers(0, 20), st.text('%()[]:=,."\\xn1-@ \n#', max_size=3))
def test_damaged_text_is_read_or_refused(at: int, lost: int, put: str) -> None:
    good = (
        X + '%3: float64[3] = [1.0, inf, nan] \n%4: int8[2] = base64 "AAE="\n%5 = sum(%x, axis=0)\n'
        '%6: float64[2, 3] = multiply(%x, %3) @"layers.0"\n%7 = getitem(%6, %4, index=("array",))\n'
        '%8 "odd name" = roll(%7, shift=(1, -1), axis=(0, 1))\nreturn %8, 2.5\n'
    )
    assert len(from_text(good).outputs) == 2
    with suppress(UsageError):
        from_text(good[:at] + put + good[at + lost :])
