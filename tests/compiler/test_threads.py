"""Threads: the same bits whatever their number, in every process, and none left over."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.compiler import parts, threads, work
from chainrule.compiler.calls import interpret
from chainrule.compiler.circuit import Circuit
from chainrule.compiler.executable import Executable, compiled
from chainrule.compiler.steps import Steps
from chainrule.compiler.threads import CPU_MAX, OTHERS, VARIABLE, choose, cores, limit
from chainrule.errors import UsageError
from chainrule.graph.run import run
from chainrule.graph.trace import trace

MANY = (1, 2, 3, 5)
RNG = np.random.default_rng(0)
A, B = (RNG.standard_normal((97, 83)).astype(np.float32) for _ in range(2))
TALL, WIDE = (RNG.standard_normal(s).astype(np.float32) for s in ((200, 100), (100, 200)))
X, W = A, RNG.standard_normal((83, 150)).astype(np.float32) / 9


@pytest.fixture
def fine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Cut kernels that are far too small for it; keep their code away from all other."""
    monkeypatch.setattr(parts, "LEAST", 0)
    monkeypatch.setattr(parts, "PART", 1 << 12)
    monkeypatch.setattr(work, "NEAR", 0)
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path))


def built(f: Callable[..., Any], *values: Any, count: int | None = None, **how: Any) -> Executable:
    found = trace(f, *values)
    return compiled(Circuit(found.inputs, found.outputs), Steps(**how), threads=count)


def bits(arrays: Any) -> list[bytes]:
    return [x.tobytes() for x in arrays]


def layer(x: Any, w: Any) -> Any:
    """A layer with its gradients: products of all kinds, maps, sums along both axes."""
    (value, h), grads = cr.value_and_grad(loss, has_aux=True, argnums=(0, 1))(x, w)
    return value, h, *grads


def loss(x: Any, w: Any) -> Any:
    h = cr.tanh(x @ w)
    return cr.mean(cr.square(h)) + cr.sum(w * w) * 0.01, h


def heads(a: Any) -> Any:
    """A stack of products."""
    split = cr.reshape(a[:96], (24, 4, 83))
    return cr.matmul(split, cr.transpose(split, (0, 2, 1)))


CIRCUITS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "product": (lambda x, w: x @ w, (X, W)),
    "product of columns": (lambda a, b: a.T @ b, (A, B)),
    "product of rows": (lambda a, b: cr.relu(a @ b.T), (A, B)),
    "product that packs all of B": (lambda x, w: x @ w, (TALL, WIDE)),
    "stack of products": (heads, (A,)),
    "flat map": (lambda a, b: cr.exp(a) * b - a, (A, B)),
    "map over rows": (lambda a, b: cr.exp(a[:, ::-1]) + b[0], (A, B)),
    "map of booleans": (lambda a, b: a > b, (A, B)),
    "sums along rows": (lambda a, b: cr.sum(a * b, axis=1), (A, B)),
    "sums along columns": (lambda a, b: cr.max(cr.exp(a) * b, axis=0), (A, B)),
    "places": (lambda a, b: cr.argmax(a * b, axis=1), (A, B)),
    "a sum on the way": (lambda a, b: (a * b, cr.sum(a * b), cr.sum(cr.square(a * b))), (A, B)),
    "softmax": (lambda a, b: cr.softmax(a + b, axis=-1), (A, B)),
    "layer": (layer, (X, W)),
}


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("name", CIRCUITS)
def test_the_same_bits(name: str) -> None:
    f, values = CIRCUITS[name]
    found = trace(f, *values)
    wanted = run(found.inputs, found.outputs, list(values))
    first = None
    for count in MANY:
        code = built(f, *values, count=count)
        assert code.plan.sharing.parts > 1
        outputs = [np.empty(shape, dtype) for shape, dtype in code.shapes]
        for _ in range(5):
            for x in outputs:
                x.fill(7)
            code.run(values, outputs, steps=20)
            first = first or bits(outputs)
            assert bits(outputs) == first
    for one, two in zip(outputs, wanted, strict=True):
        np.testing.assert_allclose(one, two, rtol=2e-5, atol=2e-5)


@pytest.mark.usefixtures("fine")
@pytest.mark.parametrize("route", ["columns", "rows"])
def test_products_by_the_blas(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.compiler.route.LONG_BYTES", 0)
    monkeypatch.setattr("chainrule.compiler.route.MANY", 0)
    monkeypatch.setattr("chainrule.compiler.products.BLOCK", 16)
    a, b = (X, W) if route == "columns" else (W.T.copy(), X.T.copy())
    codes = [built(lambda a, b: a @ b, a, b, count=count) for count in MANY]
    assert [g.kind for x in codes[0].plan.launches for g in [x.group]] == ["blas"]
    results = [code([a, b])[0] for code in codes for _ in range(30)]
    assert len({x.tobytes() for x in results}) == 1
    np.testing.assert_allclose(results[0], a @ b, rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("fine")
def test_many_steps_in_place() -> None:
    """Each step reads what the step before has written, all over."""

    def step(x: Any, w: Any) -> Any:
        value, grads = cr.value_and_grad(lambda w: cr.mean(cr.square(x - x @ w @ w.T)))(w)
        return x[::-1], w - 0.05 * grads, value

    results = []
    for count in MANY:
        how: dict[str, Any] = {"updates": {0: 0, 1: 1}, "stacked": frozenset({2}), "flushes": True}
        code = built(step, X, W, count=count, **how)
        state, losses = [X.copy(), W.copy()], np.empty(50, np.float32)
        code.run(state, [*state, losses], 50)
        results.append(bits([*state, losses]))
        assert losses[-1] < losses[0]
    assert results == [results[0]] * len(MANY)


@pytest.mark.usefixtures("fine")
def test_every_thread_flushes_denormals() -> None:
    tiny = np.full((97, 83), 1e-20, np.float32)
    for flushes in (True, False):
        code = built(lambda a, b: a * b, tiny, tiny, count=3, flushes=flushes)
        out = np.ones_like(tiny)
        for _ in range(20):
            code.run([tiny, tiny], [out], 200)
            assert bool((out == 0).all()) is flushes


@pytest.mark.usefixtures("fine")
def test_helpers_take_part() -> None:
    """A product whose columns are packed leaves traces in the memory of every thread."""
    code = built(lambda a, b: cr.tanh(a @ b.T), A, B, count=2)
    scratch = code._kept[0][1]
    deadline = time.monotonic() + 20
    while not scratch[len(scratch) // 2 :].any() and time.monotonic() < deadline:
        code.run([A, B], [np.empty((97, 97), np.float32)], 1000)
    assert scratch[: len(scratch) // 2].any()
    assert scratch[len(scratch) // 2 :].any()


@pytest.mark.usefixtures("fine")
def test_a_helper_that_comes_too_early_or_too_late_does_nothing() -> None:
    code = built(lambda a: a + 1, A, count=2)
    code([A])
    out = np.zeros_like(A)
    job: list[Any] = []
    team = threads.Team()
    team.do(job.append, 1)  # one worker: nobody else is asked
    assert job == [0]
    record = np.zeros(100, np.uint64)
    code._run(code._table_at, 1, 1, record.ctypes.data)  # never opened
    record[0] = 2
    code._run(code._table_at, 1, 1, record.ctypes.data)  # closed
    assert not out.any()
    assert not record[1:].any()


@pytest.mark.usefixtures("fine")
def test_several_python_threads() -> None:
    shared = built(layer, X, W, count=2)
    wanted = bits(shared([X, W]))
    right: list[bool] = []

    def work(own: Executable) -> None:
        found = (bits(code([X, W])) == wanted for _ in range(60) for code in (shared, own))
        right.append(all(found))

    callers = [
        threading.Thread(target=work, args=(built(layer, X, W, count=k),)) for k in (1, 2, 3)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert right == [True] * 3


@pytest.mark.usefixtures("fine")
def test_nothing_piles_up() -> None:
    code = built(lambda a: cr.exp(a), A, count=2)
    out = [np.empty_like(A)]
    code.run([A], out)
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(10_000):
        code.run([A], out)
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before


@pytest.mark.usefixtures("fine")
def test_other_python_threads_run_meanwhile() -> None:
    code = built(lambda a: cr.tanh(cr.exp(a)), A, count=2)
    turns, stop = [0], threading.Event()

    def count() -> None:
        while not stop.is_set():
            turns[0] += 1

    other = threading.Thread(target=count)
    other.start()
    code.run([A], [np.empty_like(A)], 20_000)  # some tenths of a second in one call
    stop.set()
    other.join()
    assert turns[0] > 1000


# Processes -------------------------------------------------------------------------------------


def in_child(work: Callable[[], bool]) -> int:
    """Return the exit status of a forked process: 0 if the work is right."""
    child = os.fork()
    if not child:
        signal.alarm(30)
        os._exit(0 if work() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.usefixtures("fine")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_after_a_fork() -> None:
    code = built(layer, X, W, count=3)
    wanted = bits(code([X, W]))

    def again() -> bool:
        alone = threading.active_count()
        right = all(bits(code([X, W])) == wanted for _ in range(20))
        return right and alone == 1 and threading.active_count() == 3

    assert in_child(again) == 0
    assert bits(code([X, W])) == wanted


@pytest.mark.usefixtures("fine")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_forked_while_another_thread_computes() -> None:
    code = built(layer, X, W, count=2)
    wanted = bits(code([X, W]))
    outputs = [np.empty(shape, dtype) for shape, dtype in code.shapes]
    busy = threading.Thread(target=code.run, args=([X, W], outputs, 5000))
    busy.start()
    while not code._lock.locked():
        time.sleep(0.001)
    assert in_child(lambda: bits(code([X, W])) == wanted) == 0
    busy.join()
    assert bits(outputs) == wanted


def in_pool(seed: int) -> bytes:
    """What a process of a pool computes: large enough to be shared."""
    x = np.random.default_rng(seed).standard_normal((256, 256)).astype(np.float32)
    code = built(lambda x: cr.tanh(x @ x), x, count=2)
    assert code.plan.sharing.work > parts.LEAST
    return b"".join(bits(code([x])))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_in_a_pool_of_processes(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"there is no {method}")
    wanted = [in_pool(seed) for seed in range(2)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map_async(in_pool, range(2)).get(timeout=60) == wanted


CTRL_C = """
import os, signal, sys, threading, time
import numpy as np
import chainrule as cr
from tests.compiler.test_threads import built
x = np.ones((512, 512), np.float32) / 512
code = built(lambda x: cr.tanh(x @ x) + cr.mean(x), x, count=2)
wanted = code([x])[0].tobytes()
threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
began = time.monotonic()
try:
    while True:
        code([x])
except KeyboardInterrupt:
    took = time.monotonic() - began
assert code([x])[0].tobytes() == wanted
print("stopped" if took < 1.2 else took)
"""


def test_ctrl_c() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "stopped\n", done.stderr


# How many --------------------------------------------------------------------------------------


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "cores", lambda: 4)
    for name in (VARIABLE, OTHERS):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("four")
def test_the_environment_bounds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limit() == 4
    monkeypatch.setenv(OTHERS, "3,2")
    assert limit() == 3
    monkeypatch.setenv(VARIABLE, "2")
    assert limit() == 2
    monkeypatch.setenv(VARIABLE, "64")
    assert limit() == 4
    monkeypatch.setenv(VARIABLE, "few")
    with pytest.raises(UsageError, match=r"^CHAINRULE_THREADS=few: give a number of threads"):
        limit()
    monkeypatch.setenv(VARIABLE, "0")
    with pytest.raises(UsageError):
        limit()


def test_a_container_bounds_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    assert CPU_MAX.name == "cpu.max"
    available = cores()
    for text, wanted in (("150000 100000\n", min(2, available)), ("max 100000\n", available),
                         ("50000 100000\n", 1)):  # fmt: skip
        (tmp_path / "cpu.max").write_text(text)
        monkeypatch.setattr(threads, "CPU_MAX", tmp_path / "cpu.max")
        assert cores() == wanted


def test_the_choice_says_why() -> None:
    assert choose(10**9, 24, 4) == threads.Choice(
        4, "1e+03 MFLOP can be shared, in up to 24 parts, by at most 4 threads"
    )
    assert choose(10**9, 3, 4).threads == 3
    assert choose(10**9, 24, 1).threads == 1
    assert choose(10**6, 24, 4).reason == "1 MFLOP can be shared: too little to wake another thread"


def test_small_circuits_are_not_shared() -> None:
    code = built(lambda a, b: cr.tanh(a) + b, A, B)
    assert code.plan.sharing.stages == 0
    assert code.threads(steps=10**6).threads == 1
    assert "chainrule_take" not in code.plan.text


def test_the_interpreter_is_called_by_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gates of the user's own may depend on the thread that they run in."""
    callers: list[threading.Thread] = []

    def interpreted(*how: Any) -> None:
        callers.append(threading.current_thread())
        interpret(*how)

    monkeypatch.setattr("chainrule.compiler.calls.interpret", interpreted)
    x = np.eye(256) * 2
    code = built(lambda x: cr.linalg.inv(x) + cr.tanh(x @ x), x, count=2)
    assert code.plan.sharing.stages
    for _ in range(20):
        (found,) = code([x])
    np.testing.assert_allclose(found, np.linalg.inv(x) + np.tanh(x @ x), atol=1e-12)
    assert callers == [threading.current_thread()] * 20
