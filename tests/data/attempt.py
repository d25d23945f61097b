"""Try something that may fail in our own words only."""

from collections.abc import Callable
from typing import TypeVar

from chainrule.errors import ChainruleError

Result = TypeVar("Result")


def attempt(run: Callable[[], Result]) -> Result | ChainruleError:
    """Return what `run` returns, or the error of ours that it raises; any other passes through."""
    try:
        return run()
    except ChainruleError as error:
        return error
