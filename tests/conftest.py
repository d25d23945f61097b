"""What holds for every test: campaigns run only when asked for, and no gates stay behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import chainrule as cr
from chainrule.graph.registry import FUNCTIONS, NUMPY, OPS, ops

CODE = Path(__file__).parent.parent / ".pytest_cache" / "code"  # away from what the user has
os.environ["CHAINRULE_CACHE"] = str(CODE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long forms out, unless ``-m`` says something about them."""
    if "campaign" in config.getoption("markexpr"):
        return
    long = [item for item in items if item.get_closest_marker("campaign")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in set(long)]


@pytest.fixture(autouse=True)
def no_gates_left_behind() -> Iterator[None]:
    """Forget the gates that a test declares."""
    tables = (OPS, FUNCTIONS, NUMPY, vars(ops))
    before = [dict(table) for table in tables]
    yield
    for name, function in FUNCTIONS.items():
        if before[1].get(name) is not function:
            vars(cr).pop(name, None)
            vars(cr).update({name: before[1][name]} if name in before[1] else {})
    for table, entries in zip(tables, before, strict=True):
        table.clear()
        table.update(entries)
