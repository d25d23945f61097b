"""What a request asks for in its address: texts and whole numbers within limits."""

from typing import Any, Protocol

from chainrule.errors import UsageError

MOST_NAMES, MOST_COLUMNS, LARGEST = 1000, 20_000, 2**53


class Values(Protocol):
    """Parameters of which each may stand several times."""

    def getlist(self, key: Any) -> list[str]:
        """Return all values of a parameter."""


class Query:
    """The parameters of an address, checked."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def texts(self, name: str) -> list[str]:
        """Return all values of a parameter."""
        found = self._values.getlist(name)
        if len(found) > MOST_NAMES:
            raise UsageError(f"{name} may be given {MOST_NAMES} times, got {len(found)}")
        return found

    def text(self, name: str, otherwise: str) -> str:
        """Return the value of a parameter that stands once at most."""
        found = self._values.getlist(name)
        if len(found) > 1:
            raise UsageError(f"{name} may be given once, got {len(found)}")
        return found[0] if found else otherwise

    def whole(self, name: str, otherwise: int | None, least: int = 0) -> int | None:
        """Return a whole number."""
        text = self.text(name, "")
        if not text:
            return otherwise
        if not (text.isascii() and text.isdigit() and len(text) <= 16):
            raise UsageError(f"{name} is a whole number from {least}, got {text[:40]!r}")
        found = int(text)
        if not least <= found <= LARGEST:
            raise UsageError(f"{name} is from {least} to {LARGEST}, got {found}")
        return found

    def axes(self) -> tuple[int, int]:
        """Return the numbers of two inputs, the first two where none are given."""
        texts = self.texts("axes") or ["0", "1"]
        if len(texts) != 2 or not all(x.isascii() and x.isdigit() and len(x) < 7 for x in texts):
            raise UsageError("axes are the numbers of two inputs: axes=0&axes=1")
        return int(texts[0]), int(texts[1])

    def window(self) -> tuple[int, int | None, int]:
        """Return from which step to which, and in how many columns."""
        columns = self.whole("columns", 2000, least=1) or 1
        if columns > MOST_COLUMNS:
            raise UsageError(f"columns is {MOST_COLUMNS} at most, got {columns}")
        return self.whole("first", 0) or 0, self.whole("last", None), columns
