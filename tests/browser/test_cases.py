"""The cases that the page is held to are what comes out of Python today."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.cases import FOLDER, STORED, text, update

TOLERANCE = 1e-12  # the last bits of elementary functions differ from machine to machine


@pytest.mark.parametrize("name", STORED)
def test_stored_cases_are_those_of_now(name: str) -> None:
    update(name)
    stored, now = json.loads((FOLDER / name).read_text(encoding="utf-8")), json.loads(text(name))
    assert list(differences(stored, now)) == []


def differences(stored: Any, now: Any, path: str = "") -> Iterator[str]:
    if isinstance(stored, dict) and isinstance(now, dict) and stored.keys() == now.keys():
        for key in stored:
            # What finite differences leave over is rounding.
            if key not in ("difference", "error", "step"):
                yield from differences(stored[key], now[key], f"{path}.{key}")
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for i, pair in enumerate(zip(stored, now, strict=True)):
            yield from differences(*pair, f"{path}[{i}]")
    elif isinstance(stored, float) and isinstance(now, float):
        if abs(stored - now) > TOLERANCE * max(1, abs(stored)):
            yield f"{path}: {stored}, now {now}"
    elif stored != now:
        yield f"{path}: {stored}, now {now}"
