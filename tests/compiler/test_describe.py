"""The plan as plain data: what every kernel reads, writes and costs, and where arrays lie."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.describe import Description, describe
from chainrule.compiler.llvm import Host, host
from chainrule.compiler.pipeline import PASSES
from chainrule.compiler.steps import Steps
from chainrule.errors import UsageError

AVX512 = Host("x86_64-unknown-linux-gnu", "skylake-avx512", "", 64, 32)
X, W, B = (np.ones(shape, np.float32) for shape in ((32, 4), (8, 4), (8,)))


def described(f: Any, *args: Any, on: Host = AVX512, **options: Any) -> Description:
    found = cr.trace(f, *args)
    return describe(Circuit(found.inputs, found.outputs), on, threads=2, **options)


def dense(x: Any, w: Any, b: Any) -> Any:
    h = cr.tanh(x @ w.T + b)
    return cr.sum(h, axis=1), h


def test_passes_are_counted() -> None:
    found = described(lambda x: cr.softmax(x * 1.0 + 0 * x), X)
    assert [stage.name for stage in found.stages] == [p.__name__ for p in PASSES]
    assert all(stage.purpose for stage in found.stages)
    assert found.stages[0].gone == {"softmax": 1}
    assert found.stages[0].new["exp"] == 1
    for stage in found.stages:
        change = sum(stage.new.values()) - sum(stage.gone.values())
        assert stage.after - stage.before == change
    befores = [stage.before for stage in found.stages[1:]]
    assert befores == [stage.after for stage in found.stages[:-1]]


def test_kernels_say_what_they_compute() -> None:
    found = described(dense, X, W, B, outputs=("total", "hidden"))
    product, total = found.tasks
    assert [g.op for g in product.gates] == ["transpose", "matmul", "add", "tanh"]
    assert [g.variable for g in product.gates] == ["", "", "", "h"]
    assert (product.kind, product.reads, product.writes) == (
        "product", ("x", "w", "b"), ("hidden",)
    )  # fmt: skip
    assert product.route is not None
    assert product.route.name == "kernel"
    assert product.flop == 2 * 32 * 8 * 4 + 32 * 8 * (1 + 12)
    assert product.traffic == 4 * (32 * 4 + 8 * 4 + 8 + 32 * 8)
    assert (total.kind, total.reads, total.writes, total.route) == (
        "reduce", ("hidden",), ("total",), None
    )  # fmt: skip


def test_what_lies_between_kernels() -> None:
    found = described(lambda x: cr.sum(cr.exp(x - cr.max(x)) ** 2, axis=0), X)
    inner = [x for x in found.arrays if x.kind == "arena"]
    assert inner
    for x in inner:
        writer = next(t for t in found.tasks if x.name in t.writes)
        readers = [t.number for t in found.tasks if x.name in t.reads]
        assert (x.first, x.last) == (writer.number, max(readers))
        assert x.offset + x.size <= found.arena
    for x in inner:
        for y in inner:
            alive = x.first <= y.last and y.first <= x.last
            apart = x.offset + x.size <= y.offset or y.offset + y.size <= x.offset
            assert x is y or apart or not alive


def test_updates_bear_the_name_of_what_they_replace() -> None:
    found = described(lambda w, g: w - 0.1 * g, W, W, steps=Steps(updates={0: 0}))
    assert [t.writes for t in found.tasks] == [("w",)]
    assert [(x.name, x.kind, x.updated) for x in found.arrays] == [
        ("w", "input", True), ("g", "input", False)
    ]  # fmt: skip


def test_functions_that_are_shared() -> None:
    def chain(x: Any, w: list[Any]) -> Any:
        for each in w:
            x = cr.tanh(x @ each)
        return x

    square = np.ones((16, 16), np.float32)
    found = described(chain, square, [square] * 4).tasks
    assert [task.same_as for task in found] == [None, None, 1, None]
    assert found[1].function == found[2].function


def test_long_sums_go_to_the_blas() -> None:
    a, b = np.ones((64, 8192), np.float32), np.ones((8192, 64), np.float32)
    (task,) = described(lambda a, b: a @ b, a, b).tasks
    assert task.kind == task.route.name == "blas"  # type: ignore[union-attr]


def test_gates_without_native_code() -> None:
    (task,) = described(cr.linalg.inv, np.eye(3)).tasks
    assert (task.kind, task.flop, task.traffic) == ("call", None, 2 * 72)


def test_large_work_is_shared() -> None:
    n = np.ones((512, 512), np.float32)
    found = described(lambda a, b: a @ b, n, n)
    (task,) = found.tasks
    assert task.parts > 1
    assert found.threads.threads == 2
    assert described(lambda a: a + 1, X).threads.threads == 1


def test_code_of_one_kernel_and_of_all() -> None:
    found = described(dense, X, W, B)
    assert found.ir().count("define ") == 3
    assert found.ir(1) == found.ir("chainrule_1")
    assert found.ir(0).startswith("define internal void @chainrule_0(")
    with pytest.raises(UsageError) as caught:
        found.ir("chainrule_9")
    assert str(caught.value).startswith("there is no kernel 'chainrule_9'\nhint: did you mean ")


def test_assembly_is_for_people() -> None:
    found = described(dense, X, W, B, on=host())
    text = found.assembly(1)
    assert "chainrule_1:" in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith((".cfi", ".text"))]
    assert "chainrule_run:" in found.assembly()


def test_descriptions_repeat() -> None:
    one, other = (described(dense, X, W, B) for _ in range(2))
    assert (one.tasks, one.arrays, one.stages) == (other.tasks, other.arrays, other.stages)
    assert one.ir() == other.ir()
