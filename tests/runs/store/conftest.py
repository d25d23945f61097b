"""A store in a folder of its own."""

from pathlib import Path

import pytest

from chainrule.runs.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path)
