"""Native code on disk: what was compiled once is loaded the next time.

A file's name is a digest of all that the code depends on: the circuit, the way it is repeated, the
processor, and the versions of LLVM and of this compiler. Files are written atomically and carry a
digest of their contents; one that is damaged counts as absent.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.compiler.circuit import Circuit
from chainrule.compiler.llvm import Host, version
from chainrule.compiler.main import Sharing
from chainrule.compiler.steps import Steps
from chainrule.graph.node import ConstantNode, Node

VARIABLE = "CHAINRULE_CACHE"  # a folder, or "off"
MOST = 256 * 2**20  # bytes that all files together take; the oldest go
SOURCES = ("compiler", "graph", "ops")


@dataclass(frozen=True)
class Artifact:
    """Native code with what is needed to run it.

    Attributes:
        arena, scratch: bytes of memory, the latter for each thread.
        sharing: how threads share the work.
        constants: arrays that the code reads.
        code: object code.
    """

    arena: int
    scratch: int
    sharing: Sharing
    constants: tuple[Any, ...]
    code: bytes


def folder() -> Path | None:
    """Return where code is kept; None for nowhere."""
    given = os.environ.get(VARIABLE, "")
    if given.lower() in ("off", "0", "no"):
        return None
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "chainrule" / "code"


def key(circuit: Circuit, steps: Steps, on: Host) -> str | None:
    """Return the name of the code of a circuit; None if gates of the user's own take part."""
    digest = hashlib.sha256(f"{fingerprint()} {version()} {on} {steps}".encode())
    numbers = {node: n for n, node in enumerate(circuit.inputs)}
    for node in circuit.inputs:
        digest.update(f"{node.shape}{node.dtype.str}".encode())
    for node in circuit.nodes:
        if node.op is not None and not node.op.rule.__module__.startswith("chainrule."):
            return None
        numbers.setdefault(node, len(numbers))
        digest.update(described(node, numbers))
    digest.update(repr([numbers[node] for node in circuit.outputs]).encode())
    return digest.hexdigest()


def described(node: Node, numbers: dict[Node, int]) -> bytes:
    """Return what a node computes, its inputs by number."""
    if isinstance(node, ConstantNode):
        array = np.asarray(node.value)
        weak = type(node.value).__name__ if type(node.value) in (int, float) else ""
        return f"{weak}{array.dtype.str}{array.shape}".encode() + array.tobytes()
    if node.op is None:
        return str(numbers[node]).encode()
    inputs = [numbers[x] for x in node.inputs]
    attrs = sorted(node.attrs.items())
    return f"{node.op.name}{attrs}{inputs}{node.shape}{node.dtype.str}".encode()


@cache
def fingerprint() -> str:
    """Return what changes with the compiler itself."""
    root = Path(__file__).parents[1]
    found = []
    for name in SOURCES:
        for path in sorted((root / name).rglob("*.py")):
            facts = path.stat()
            found.append(f"{path.name} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def load(name: str) -> Artifact | None:
    """Return the code of this name, if it is there and whole."""
    where = folder()
    if where is None:
        return None
    with suppress(OSError, ValueError, KeyError, TypeError):
        path = where / name
        found = unpacked(path.read_bytes())
        os.utime(path)
        return found
    return None


def save(name: str, artifact: Artifact) -> None:
    """Keep the code under this name. Where that is impossible, nothing is kept."""
    where = folder()
    if where is None:
        return
    with suppress(OSError):
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=where, prefix="new-")
        with os.fdopen(handle, "wb") as file:
            file.write(packed(artifact))
        Path(temporary).replace(where / name)
        tidy(where.iterdir())


def tidy(paths: Iterable[Path]) -> None:
    """Remove the files that were not used for longest, until the rest is small enough."""
    facts = sorted(((p.stat().st_mtime, p.stat().st_size, p) for p in paths), reverse=True)
    total = 0
    for _, size, path in facts:
        total += size
        if total > MOST:
            path.unlink(missing_ok=True)


def packed(artifact: Artifact) -> bytes:
    """Return an artifact as bytes: a digest, a line of JSON, the constants, the code."""
    head = asdict(artifact)
    head["constants"] = [(c.dtype.str, c.shape) for c in artifact.constants]
    head["code"] = len(artifact.code)
    arrays = b"".join(np.ascontiguousarray(c).tobytes() for c in artifact.constants)
    body = json.dumps(head).encode() + b"\n" + arrays + artifact.code
    return hashlib.sha256(body).digest() + body


def unpacked(data: bytes) -> Artifact:
    """Return what `packed` made bytes of; raise `ValueError` if a bit of it has changed."""
    digest, body = data[:32], data[32:]
    if hashlib.sha256(body).digest() != digest:
        raise ValueError("the file is damaged")
    line, _, rest = body.partition(b"\n")
    head = json.loads(line)
    constants = []
    for dtype, shape in head["constants"]:
        size = int(np.prod(shape, dtype=int)) * np.dtype(dtype).itemsize
        constants.append(np.frombuffer(rest[:size], dtype).reshape(shape))
        rest = rest[size:]
    if len(rest) != head["code"]:
        raise ValueError("the file is cut off")
    sharing = Sharing(**head["sharing"])
    return Artifact(head["arena"], head["scratch"], sharing, tuple(constants), rest)
