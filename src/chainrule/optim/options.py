"""Settings with their ranges: written as the type of the field, checked when the object is made."""

from dataclasses import dataclass, fields
from inspect import signature
from typing import Annotated, Any, Self, get_type_hints

import numpy as np

from chainrule.errors import UsageError, nearest


@dataclass(frozen=True)
class Interval:
    """A range of numbers, written as `[0, 1)`: round brackets leave their end out."""

    text: str

    def __contains__(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
            return False
        low, high = (float(end) for end in self.text[1:-1].split(","))
        above = value >= low if self.text[0] == "[" else value > low
        below = value <= high if self.text[-1] == "]" else value < high
        return bool(above and below)


OTHER_NAMES = {  # what other libraries call a setting -> what it is called here
    "eps": "epsilon",
    "learning_rate": "rate",
    "lr": "rate",
    "step_size": "rate",
    "weight_decay": "decay",
}
Positive = Annotated[float, Interval("(0, inf)")]
NotNegative = Annotated[float, Interval("[0, inf)")]
Share = Annotated[float, Interval("[0, 1)")]  # 0 included, 1 not
Fraction = Annotated[float, Interval("(0, 1)")]
Count = Annotated[int, Interval("[1, inf)")]
Limit = Annotated[float | None, Interval("(0, inf)")]


def check(settings: Any) -> None:
    """Raise `UsageError` for the first setting of a dataclass that is out of its range.

    None passes where it is the default, and so do functions, such as a schedule for a rate.
    """
    hints = get_type_hints(type(settings), include_extras=True)
    for f in fields(settings):
        value = getattr(settings, f.name)
        if callable(value) or (value is None and f.default is None):
            continue
        for interval in getattr(hints[f.name], "__metadata__", ()):
            if value not in interval:
                raise UsageError(
                    f"{type(settings).__name__}: {f.name} must be in {interval.text}, got {value!r}"
                )


class Known:
    """Settings that refuse a name they do not have, and say which they have."""

    def __new__(cls, *args: Any, **settings: Any) -> Self:
        """Raise `UsageError` for a setting that does not exist, lacks its name, or is missing."""
        wanted = signature(cls.__init__)
        try:
            wanted.bind(None, *args, **settings)
        except TypeError as error:
            known = list(wanted.parameters)[1:]
            raise misfit(cls.__name__, known, args, settings, error) from None
        return super().__new__(cls)


def misfit(
    kind: str, known: list[str], args: tuple[Any, ...], settings: dict[str, Any], error: TypeError
) -> UsageError:
    """Return the error that says what about the settings does not fit."""
    for name in settings:
        if name not in known:
            found = OTHER_NAMES.get(name)
            hint = f"did you mean '{found}'?" if found in known else nearest(name, known)
            return UsageError(f"{kind} has no setting {name!r}", hint=hint)
    if args:
        first = f"{kind}({known[0]}={args[0]!r})"
        return UsageError(f"{kind} takes settings by their names", hint=first)
    return UsageError(f"{kind}: {error}")
