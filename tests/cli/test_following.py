"""Following a run: a look for each change, none when nothing changes, an end with the run."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from chainrule.cli import following
from chainrule.cli.following import SHARE, TURN, follow, version_of
from chainrule.runs.lock import alone
from chainrule.runs.store import Store


def test_one_look_for_each_change(tmp_path: Path) -> None:
    pauses: list[float] = []
    with ExitStack() as training, Store.create(tmp_path) as store:
        training.enter_context(alone(tmp_path))

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) in (1, 2, 5):
                store.add(np.array([len(pauses)]), {"loss": np.array([1.0])})
            if len(pauses) == 7:
                training.close()

        seen = list(follow(tmp_path, pause))
    assert len(seen) == 4  # what was there, and three changes
    assert seen == sorted(set(seen))
    assert len(pauses) == 7
    assert all(seconds >= TURN for seconds in pauses)


def test_who_draws_long_has_a_long_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, pauses = iter((100.0, 103.0)), []
    monkeypatch.setattr(following.time, "monotonic", lambda: next(clock))
    with ExitStack() as training, Store.create(tmp_path):
        training.enter_context(alone(tmp_path))

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            training.close()

        assert len(list(follow(tmp_path, pause))) == 1
    assert pauses == [3 * SHARE]


def test_a_run_that_is_not_trained_is_not_followed(tmp_path: Path) -> None:
    Store.create(tmp_path).close()
    assert list(follow(tmp_path)) == []


def test_a_recording_that_has_not_begun(tmp_path: Path) -> None:
    assert version_of(tmp_path) is None
    Store.create(tmp_path).close()
    assert version_of(tmp_path) == 0
