"""Checked access to a stored mapping: what is missing or of the wrong type is named by its path."""

import sys
from collections.abc import Collection, Mapping
from typing import Any

from chainrule.errors import FileError


class Stored:
    """A mapping read from JSON; every access checks the type, or raises `FileError`."""

    def __init__(self, value: Any, where: str = "") -> None:
        self._where = where
        if not isinstance(value, Mapping):
            raise self._damage("", "an object", value)
        self._value = value

    def text(self, key: str, *, among: Collection[str] = ()) -> str:
        """Return a text; if `among` is given, one of those."""
        value = self._value.get(key)
        if not isinstance(value, str):
            raise self._damage(key, "a text", value)
        if among and value not in among:
            raise self._damage(key, f"one of {', '.join(among)}", value)
        return value

    def number(self, key: str, *, positive: bool = False) -> float:
        """Return a finite number, above 0 if `positive`."""
        value = self._value.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._damage(key, "a finite number", value)
        if not abs(value) <= sys.float_info.max:  # nan, infinite, or an integer beyond both
            raise self._damage(key, "a finite number", value)
        if positive and value <= 0:
            raise self._damage(key, "a number above 0", value)
        return float(value)

    def truth(self, key: str) -> bool:
        """Return true or false."""
        value = self._value.get(key)
        if not isinstance(value, bool):
            raise self._damage(key, "true or false", value)
        return value

    def texts(self, key: str, *, distinct: bool = False) -> tuple[str, ...]:
        """Return a list of texts, no two of them equal if `distinct`."""
        value = self._value.get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._damage(key, "a list of texts", value)
        if distinct and len(set(value)) < len(value):
            raise self._damage(key, "a list of different texts", value)
        return tuple(value)

    def objects(self, key: str) -> list["Stored"]:
        """Return a list of mappings."""
        value = self._value.get(key)
        if not isinstance(value, list):
            raise self._damage(key, "a list", value)
        return [Stored(item, self._path(f"{key}[{i}]")) for i, item in enumerate(value)]

    def object(self, key: str) -> "Stored":
        """Return a mapping."""
        return Stored(self._value.get(key), self._path(key))

    def refuse(self, key: str, needed: str) -> FileError:
        """Make the error for an entry that has the right type and a wrong value."""
        return self._damage(key, needed, self._value.get(key))

    def _path(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where and key else self._where + key

    def _damage(self, key: str, needed: str, value: Any) -> FileError:
        found = repr(value)
        found = found if len(found) <= 40 else found[:40] + "..."
        name = f"{self._path(key)} is" if self._path(key) else "it is"
        return FileError(f"the stored encoder is damaged: {name} {found}, but needs to be {needed}")
