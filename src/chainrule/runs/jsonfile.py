"""JSON files: written atomically with sorted keys, read with errors that name the position.

JSON has no infinities and no "not a number". In a list of records (the history of a run, where a
loss may well be infinite) they are the texts "nan", "inf" and "-inf", and come back as numbers;
anywhere else they are refused.
"""

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from chainrule.errors import FileError, UsageError
from chainrule.files import atomic
from chainrule.files.reasons import cannot

Object = dict[str, Any]

_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def write_object(path: Path, value: Mapping[str, Any]) -> None:
    """Write a mapping of plain values (and arrays, paths) to `path`.

    Raises `UsageError`, naming the place, for a value that JSON cannot hold.
    """
    plain = _plain(value, path.name, finite=True)
    atomic.write_text(path, json.dumps(plain, indent=2, sort_keys=True, allow_nan=False) + "\n")


def write_records(path: Path, records: Sequence[Mapping[str, Any]]) -> None:
    """Write a list of mappings to `path`, one a line."""
    plain = [_plain(record, f"{path.name}[{i}]", finite=False) for i, record in enumerate(records)]
    lines = [json.dumps(record, sort_keys=True, allow_nan=False) for record in plain]
    atomic.write_text(path, "[\n" + ",\n".join(lines) + "\n]\n")


def read_object(path: Path) -> Object:
    """Read the mapping in `path`; `FileError` if there is none."""
    value = _read(path)
    if not isinstance(value, dict):
        raise FileError(f"'{path}' is damaged: it holds no JSON object")
    return value


def read_records(path: Path) -> list[Object]:
    """Read the list of mappings in `path`; `FileError` if there is none."""
    value = _read(path)
    if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
        raise FileError(f"'{path}' is damaged: it holds no list of JSON objects")
    return [_numbers(record) for record in value]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode(), parse_constant=_refuse_constant)
    except OSError as error:
        raise cannot("read", path, error) from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise FileError(f"'{path}' is damaged: {error.msg} at {where}") from error
    except UnicodeDecodeError as error:
        raise FileError(f"'{path}' is damaged: byte {error.start} is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise FileError(f"'{path}' is damaged: {error}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _plain(value: Any, where: str, *, finite: bool) -> Any:
    """Return `value` in JSON's own types; `where` names it in errors."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | np.floating):
        return _float(float(value), where, finite=finite)
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, np.ndarray):
        return _plain(value.tolist(), where, finite=finite)
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}[{i}]", finite=finite) for i, item in enumerate(value)]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(item, f"{where}.{key}", finite=finite) for key, item in value.items()}
    raise UsageError(f"JSON cannot hold {where}, which is of type {type(value).__name__}")


def _float(value: float, where: str, *, finite: bool) -> float | str:
    if math.isfinite(value):
        return value
    if finite:
        raise UsageError(f"JSON cannot hold {where}, which is {value}", hint="use a finite number")
    return str(value)


def _numbers(value: Any) -> Any:
    """Undo `_float` in everything below `value`."""
    if isinstance(value, str):
        return _NOT_FINITE.get(value, value)
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    return value
