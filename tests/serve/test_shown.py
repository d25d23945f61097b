"""What a server may do, and how many may listen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chainrule.serve.listing import Listing, id_of
from chainrule.serve.shown import Shown, Streams


class Fake:
    """Notes what it is told to do."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []

    def state(self) -> dict[str, Any]:
        return {"paused": bool(self.told)}

    def command(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        self.told.append(asked)
        return self.state()


def test_one_run_is_controlled(tmp_path: Path) -> None:
    shown, control = Shown(Listing([tmp_path])), Fake()
    key = id_of(tmp_path / "one")
    assert shown.control_of(key) is None
    shown.train(tmp_path / "one", control)
    assert shown.control_of(key) == {"paused": False}
    assert shown.control_of("other") is None
    assert shown.command({"do": "pause"}) == {"paused": True}
    assert control.told == [{"do": "pause"}]


def test_so_many_may_listen() -> None:
    streams = Streams(2)
    assert [streams.enter() for _ in range(3)] == [True, True, False]
    streams.leave()
    assert streams.enter()
