"""Arrays and text in one file that is either exactly what was saved or refused.

The file is in the safetensors format: eight bytes of header length, a JSON header, the bytes of the
arrays. That format has no checksum, so one bit flipped on a disk loads as another number. Ours
carries in its metadata `sha256`: the digest of the whole file with those 64 digits replaced by
zeros. It is found by its bytes and checked before anything is parsed, and nothing is unpickled.
"""

import hashlib
import json
import math
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as parse

from chainrule.errors import DtypeError, FileError, UsageError
from chainrule.files import atomic
from chainrule.files.reasons import cannot

VERSION = "1"
RESERVED = ("chainrule", "sha256")

_DTYPES = {
    "bool": "BOOL",
    "float16": "F16",
    "float32": "F32",
    "float64": "F64",
    "int8": "I8",
    "int16": "I16",
    "int32": "I32",
    "int64": "I64",
    "uint8": "U8",
    "uint16": "U16",
    "uint32": "U32",
    "uint64": "U64",
}
_ZEROS = b"0" * 64
_DIGEST = re.compile(rb'"sha256":"([0-9a-f]{64})"')
_LONGEST_HEADER = 100_000_000  # the format's own limit
_AGAIN = "restore it from a copy, or write it again"


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint file holds: `tensors` by name, and `metadata` as texts."""

    tensors: dict[str, np.ndarray[Any, Any]]
    metadata: dict[str, str]


def save(
    path: str | os.PathLike[str],
    tensors: Mapping[str, np.ndarray[Any, Any]],
    metadata: Mapping[str, str],
    *,
    durable: bool = True,
) -> None:
    """Write `tensors` and `metadata` to `path`, atomically; equal content gives equal bytes.

    Unless it is to be `durable`, a power cut of the next seconds may leave an older file or none.

    Raises `DtypeError` for an array that is not of numbers or booleans, `UsageError` for a name
    that is taken or a metadata value that is no text, `FileError` when the file cannot be written.
    """
    atomic.write_bytes(path, encode(tensors, metadata), durable=durable)


def load(path: str | os.PathLike[str]) -> Checkpoint:
    """Read the checkpoint `path`, whose every byte must be as it was written.

    Raises `FileError`, naming the file and the check that failed, for a file that is missing,
    damaged, cut short, written by another program or by a later version of this one.
    """
    data, header = _read_checked(path)
    try:
        tensors = parse(data)
        metadata = json.loads(data[8 : 8 + header])["__metadata__"]
    except (SafetensorError, ValueError, TypeError, KeyError) as error:
        raise FileError(f"'{os.fspath(path)}' is malformed: {error}", hint=_AGAIN) from error
    if metadata.get("chainrule") != VERSION:
        found = f"format {metadata.get('chainrule')!r} of chainrule, this version reads {VERSION!r}"
        raise FileError(f"'{os.fspath(path)}' is in {found}", hint="upgrade chainrule")
    ours = {key: value for key, value in metadata.items() if key not in RESERVED}
    return Checkpoint(dict(sorted(tensors.items())), dict(sorted(ours.items())))


def encode(tensors: Mapping[str, np.ndarray[Any, Any]], metadata: Mapping[str, str]) -> bytes:
    """Return the bytes of the file that `save` writes."""
    _refuse_names(tensors, metadata)
    # Wide types first keeps every array aligned to its own size.
    names = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    stamped = {**metadata, "chainrule": VERSION, "sha256": _ZEROS.decode()}
    header: dict[str, Any] = {"__metadata__": dict(sorted(stamped.items()))}
    end = 0
    for name in names:
        begin, end = end, end + tensors[name].nbytes
        header[name] = _entry(name, tensors[name], begin, end)
    head = _header_bytes(header)
    data = b"".join([len(head).to_bytes(8, "little"), head, *(_raw(tensors[n]) for n in names)])
    at = _find_digest(head)
    assert at is not None
    return _with_digest(data, 8 + at)


def _refuse_names(tensors: Mapping[str, Any], metadata: Mapping[str, str]) -> None:
    taken = [name for name in RESERVED if name in metadata]
    taken += [name for name in ("__metadata__",) if name in tensors]
    if taken:
        raise UsageError(f"the name '{taken[0]}' is taken by the file format", hint="rename it")
    for key, value in metadata.items():
        if not isinstance(value, str):
            kind = type(value).__name__
            raise UsageError(f"metadata holds texts, but '{key}' is of type {kind}", hint="use str")


def _entry(name: str, array: np.ndarray[Any, Any], begin: int, end: int) -> dict[str, Any]:
    code = _DTYPES.get(array.dtype.name)
    if code is None:
        kinds = ", ".join(_DTYPES)
        message = f"a checkpoint cannot hold '{name}', an array of {array.dtype}"
        raise DtypeError(message, hint=f"it holds {kinds}")
    return {"dtype": code, "shape": list(array.shape), "data_offsets": [begin, end]}


def _header_bytes(header: dict[str, Any]) -> bytes:
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False)
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        bad = text[error.start : error.end]
        raise UsageError(f"a name or a metadata text is no valid Unicode: {bad!r}") from error
    return raw.ljust(math.ceil(len(raw) / 8) * 8)


def _raw(array: np.ndarray[Any, Any]) -> bytes:
    return array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()


def _find_digest(header: bytes) -> int | None:
    """Return the offset of the 64 digits, or None unless there is exactly one such field."""
    found = list(_DIGEST.finditer(header))
    return found[0].start(1) if len(found) == 1 else None


def _with_digest(data: bytes, at: int) -> bytes:
    return data[:at] + _digest(data, at) + data[at + 64 :]


def _digest(data: bytes, at: int) -> bytes:
    """Digest `data` with the 64 bytes from `at` on read as zeros."""
    view = memoryview(data)
    digest = hashlib.sha256(view[:at])
    digest.update(_ZEROS)
    digest.update(view[at + 64 :])
    return digest.hexdigest().encode()


def _read_checked(path: str | os.PathLike[str]) -> tuple[bytes, int]:
    """Return the bytes of `path`, whose digest has been checked, and the length of its header."""
    try:
        size = _size_of_file(path)
        with Path(path).open("rb") as file:
            start = file.read(8)
            length = int.from_bytes(start, "little")
            _check_length(path, size, length)
            header = file.read(length)
            at = _find_digest(header)
            if at is None:
                _refuse(path, "damaged, or not written by chainrule: its header has no sha256")
            data = start + header + file.read()  # the rest is read only from files of ours
    except OSError as error:
        if isinstance(error, FileError):
            raise
        raise cannot("read", path, error) from error
    _check_digest(path, data, 8 + at)
    return data, length


def _size_of_file(path: str | os.PathLike[str]) -> int:
    status = Path(path).stat()
    if stat.S_ISREG(status.st_mode):
        return status.st_size
    kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device"
    raise FileError(f"cannot read '{os.fspath(path)}': it is {kind}, not a checkpoint file")


def _check_length(path: str | os.PathLike[str], size: int, length: int) -> None:
    if size == 0:
        _refuse(path, "damaged: it is empty")
    if size < 8 or length > min(size - 8, _LONGEST_HEADER):
        why = f"its first bytes announce a header that does not fit its {size} bytes"
        _refuse(path, f"damaged, or no checkpoint: {why}")


def _check_digest(path: str | os.PathLike[str], data: bytes, at: int) -> None:
    stored, found = data[at : at + 64].decode(), _digest(data, at).decode()
    if stored != found:
        _refuse(path, f"damaged: its sha256 should be {stored[:12]}... and is {found[:12]}...")


def _refuse(path: str | os.PathLike[str], what: str) -> NoReturn:
    raise FileError(f"'{os.fspath(path)}' is {what}", hint=_AGAIN)
