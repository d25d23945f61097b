"""The native code that deals out parts: each is taken once, and nobody goes on too early."""

import ctypes
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from chainrule.compiler.dealing import GIVE_WAY, HEAD, LINE, native, record_bytes
from chainrule.compiler.llvm import Library, build, host, link
from chainrule.compiler.threads import give_way


@pytest.fixture(scope="module")
def library() -> Library:
    return link(build(native(host()).replace("define internal", "define"), host()), host())


@pytest.fixture
def record() -> Any:
    made = np.zeros(record_bytes(1) // 8, np.int64)
    made[GIVE_WAY] = give_way()
    return made


def together(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def test_each_part_is_taken_once(library: Library) -> None:
    take = library.function(
        "chainrule_take", ctypes.c_void_p, *[ctypes.c_int64] * 3, returns=ctypes.c_int64
    )
    counter, steps, parts = np.zeros(1, np.int64), 2000, 64
    taken: list[list[tuple[int, int]]] = [[], [], []]

    def work(worker: int) -> None:
        for step in range(steps):
            while (part := take(counter.ctypes.data, step, parts, worker)) >= 0:
                taken[worker].append((step, part))

    together(*(partial(work, worker) for worker in range(3)))
    found = sorted(pair for mine in taken for pair in mine)
    assert len(set(found)) == len(found)
    assert set(found) <= {(step, part) for step in range(steps) for part in range(parts)}
    assert [take(counter.ctypes.data, steps, 3, w) for w in (0, 1, 0, 1)] == [0, 2, 1, -1]
    assert take(counter.ctypes.data, steps - 1, 3, 0) == -1


def test_waiting_ends_with_the_last_part(library: Library, record: Any) -> None:
    wait = library.function("chainrule_wait", ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
    done = record[LINE // 8 * HEAD :]
    wait(done.ctypes.data, 0, record.ctypes.data)
    seen: list[int] = []

    def waits() -> None:
        wait(done.ctypes.data, 3, record.ctypes.data)
        seen.append(int(done[0]))

    def works() -> None:
        for _ in range(3):
            time.sleep(0.02)
            done[0] += 1

    together(waits, works)
    assert seen == [3]


def test_the_caller_leaves_last(library: Library, record: Any) -> None:
    enter = library.function(
        "chainrule_enter", ctypes.c_void_p, ctypes.c_int64, returns=ctypes.c_bool
    )
    leave = library.function("chainrule_leave", ctypes.c_void_p, ctypes.c_int64)
    at = record.ctypes.data
    order: list[str] = []
    assert not enter(at, 1)  # not open, and nobody opens it
    assert enter(at, 0)
    assert enter(at, 1)

    def helps() -> None:
        time.sleep(0.05)
        order.append("helper")
        leave(at, 1)

    def calls() -> None:
        leave(at, 0)
        order.append("caller")

    together(helps, calls)
    assert order == ["helper", "caller"]
    assert not enter(at, 1)
