"""Every exception that chainrule raises on purpose.

    ChainruleError                  exit code 1: the run failed
    ├── UsageError                  exit code 2: a wrong argument, option or name
    │   ├── ShapeError              arrays that do not fit together
    │   ├── DtypeError              an array of the wrong kind
    │   ├── ExpressionError         text that is no expression; knows the position
    │   └── GradientError           a derivative that was asked for and does not exist
    ├── DataError                   exit code 3: a table that cannot be learnt from
    ├── FileError                   exit code 3: a file that is missing, damaged or foreign
    ├── CheckFailed                 exit code 1: an analytic gradient that the numeric one denies
    ├── Unhealthy                   exit code 1: a run in which the doctor finds something
    └── Diverged                    exit code 1: training met a value that is not finite

A message says what came and what was needed; `hint` says what to try. `SlowNote` is a warning: the
result is right, and slower than it could be.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any


class ChainruleError(Exception):
    """The root of the tree: catch this to catch all of ours."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:  # exceptions are remade from positions alone
        return restored, (type(self), self.args, vars(self))


class UsageError(ChainruleError, ValueError):
    """An argument, an option or a name is wrong."""

    exit_code = 2


class ShapeError(UsageError):
    """The shapes of the inputs do not fit the op; the message names them all."""


class DtypeError(UsageError, TypeError):
    """The kind of an array (integer, boolean, text) does not fit the op."""


class ExpressionError(UsageError):
    """A text is not an expression we understand.

    `text` is the whole text and `position` the 0-based offset of the character that is wrong. Of a
    long text, the message shows what is near the character.
    """

    def __init__(self, message: str, *, text: str, position: int, hint: str = "") -> None:
        super().__init__(message + pointed(text, position), hint=hint)
        self.text = text
        self.position = position


def pointed(text: str, position: int) -> str:
    """Return the text, or what of it is near the character, with a pointer under it."""
    if not text.strip():
        return ""
    start = min(max(0, position - WINDOW // 2), max(0, len(text) - WINDOW))
    near = text[start : start + WINDOW]
    before, after = ("…" if start else ""), ("…" if start + WINDOW < len(text) else "")
    return f"\n  {before}{near}{after}\n  {' ' * (len(before) + position - start)}^"


class GradientError(UsageError):
    """A derivative was asked for that does not exist or cannot be formed."""


class DataError(ChainruleError, ValueError):
    """A table or an array cannot be learnt from, as it is."""

    exit_code = 3


class FileError(ChainruleError, OSError):
    """A file is missing, damaged, foreign or cannot be written."""

    exit_code = 3

    def __str__(self) -> str:  # OSError would print its errno instead
        return ChainruleError.__str__(self)


class CheckFailed(ChainruleError, AssertionError):
    """A gradient check failed: an analytic derivative differs from the numeric one."""


class Unhealthy(ChainruleError, AssertionError):
    """A run that a test wants to be healthy is not; the message is the doctor's report."""


class Diverged(ChainruleError, ArithmeticError):
    """Training met a loss, value or gradient that is not finite.

    Attributes:
        probes: what `cr.fit` was asked to watch, up to the step at fault.
        blame: which gate made NaN or an infinity of what; see `chainrule.explain.blame.Blame`.
    """

    probes: Any = None
    blame: Any = None


class SlowNote(UserWarning):
    """Something runs in the interpreter, because there is no native code for it."""


def restored(kind: type[ChainruleError], args: tuple[Any, ...], state: dict[str, Any]) -> Any:
    """Return an exception as it was before it was sent to another process."""
    made = kind.__new__(kind, *args)
    vars(made).update(state)
    return made


LISTED = 150  # names that a hint lists: all functions, but not all gates of a large circuit
WINDOW = 72  # characters of a long text that an error shows


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the known name closest to `name`, or a list of names.

    >>> nearest("relo", ["relu", "tanh"])
    "did you mean 'relu'?"
    >>> nearest("zzz", ["relu", "tanh"])
    'known names: relu, tanh'
    """
    names = sorted(set(known))
    same = [word for word in names if word.lower() == name.lower()]
    close = same or get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    listed = ", ".join(names[:LISTED])
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return f"known names: {listed}{more}" if names else ""
