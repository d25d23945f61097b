"""Run a Python program that kills itself at one chosen write, fsync or rename.

    python inject.py count:FILE ARGS...    log every such call to FILE, kill nothing
    python inject.py CALL:before ARGS...   die instead of making call number CALL
    python inject.py CALL:half ARGS...     write half of the bytes, then die

ARGS are those of the interpreter: ``-m module arguments`` or ``script.py arguments``.
"""

import os
import runpy
import signal
import sys
from collections.abc import Callable
from typing import Any

Call = Callable[..., Any]
Hook = Callable[[str, Call, tuple[Any, ...]], None]


def main() -> None:
    plan, *program = sys.argv[1:]
    what, _, detail = plan.partition(":")
    hook = _log(detail) if what == "count" else _die(int(what), detail)
    for name in ("write", "fsync", "replace", "rename"):
        setattr(os, name, _patched(name, getattr(os, name), hook))
    if program[0] == "-m":
        sys.argv = program[1:]
        runpy.run_module(program[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = program
        runpy.run_path(program[0], run_name="__main__")


def _patched(name: str, call: Call, hook: Hook) -> Call:
    def patched(*arguments: Any, **options: Any) -> Any:
        hook(name, call, arguments)
        return call(*arguments, **options)

    return patched


def _log(path: str) -> Hook:
    log = open(path, "w", buffering=1)  # noqa: SIM115

    def hook(name: str, call: Call, arguments: tuple[Any, ...]) -> None:
        moved = name in ("replace", "rename")
        log.write(f"{name} {shown(arguments[1]) if moved else ''}\n")

    return hook


def shown(path: str | os.PathLike[str]) -> str:
    """Return the name of a file, and for snapshots the folder too: checkpoints have such names."""
    folder, name = os.path.split(os.fspath(path))
    return f"snapshots/{name}" if os.path.basename(folder) == "snapshots" else name


def _die(at: int, moment: str) -> Hook:
    count = 0

    def hook(name: str, call: Call, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        count += 1
        if count == at:
            if moment == "half":
                descriptor, data = arguments
                call(descriptor, data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


if __name__ == "__main__":
    main()
