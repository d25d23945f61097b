"""What happens in a run, as it happens, and again after the line was cut."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule.runs.store import Store
from chainrule.serve import stream as module
from chainrule.serve.listing import Listing
from chainrule.serve.packed import unpacked
from chainrule.serve.server import Server
from chainrule.serve.shown import Streams
from chainrule.serve.stream import Stream
from tests.serve.client import Client
from tests.serve.folders import begun, ended, introduction, trained

Told = tuple[str, str, Any]  # kind, id, data


class Reader:
    """Looks at a run whenever it is told to: no waiting."""

    def __init__(self, folder: Path, since: str = "", **asked: Any) -> None:
        (entry,) = Listing([folder]).entries()
        names, maps = asked.get("names", []), asked.get("maps", [])
        self.stream = Stream(entry, names, maps, since, asked.get("diagnosed", False))
        self.stream.open()

    def look(self) -> list[Told]:
        return [told(message) for message in self.stream.look()]

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.look()]


def told(message: str) -> Told:
    assert message.endswith("\n\n")
    found = dict(line.split(": ", 1) for line in message.strip().split("\n"))
    return found["event"], found["id"], json.loads(found["data"])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with begun(tmp_path / "run") as store:
        yield store


def test_who_has_read_all_is_told_what_comes(tmp_path: Path, store: Store) -> None:
    trained(store, 1, 4)
    reader = Reader(tmp_path)
    assert reader.look() == [("state", "4.1", {"state": "stopped", "last_step": 4})]
    assert reader.look() == []
    trained(store, 5, 8)
    ((kind, key, data),) = reader.look()
    assert (kind, key, data["first"], data["last_step"]) == ("points", "8.1", 5, 8)
    assert set(data["series"]) == {"loss"}
    assert unpacked(data["series"]["loss"]["steps"]).tolist() == [5, 6, 7, 8]
    store.add_event("epoch", 8, {"val_loss": float("inf")})
    ((kind, key, data),) = reader.look()
    assert (kind, key, data["data"]) == ("event", "8.2", {"val_loss": "inf"})


def test_maps_and_series_that_were_asked_for(tmp_path: Path, store: Store) -> None:
    reader = Reader(tmp_path, names=["layers.2:zeros"], maps=["rms"])
    trained(store, 1, 4)
    data = reader.look()[0][2]
    assert set(data["series"]) == {"layers.2:zeros"}
    assert unpacked(data["maps"]["rms"]["values"]).tolist() == [[1.0, 1.0], [2.0, 2.0]]


def test_a_line_that_was_cut_is_taken_up(tmp_path: Path, store: Store) -> None:
    trained(store, 1, 4)
    first = Reader(tmp_path)
    key = first.look()[-1][1]
    trained(store, 5, 8)
    store.add_event("epoch", 8, {})
    missed = [(kind, data) for kind, _, data in first.look()]
    again = Reader(tmp_path, since=key)
    assert [(kind, data) for kind, _, data in again.look()][:-1] == missed


@pytest.mark.parametrize("since", ["x", "1", "-1.2", "9" * 99, "1.2.3", "<script>"])
def test_a_place_that_makes_no_sense(tmp_path: Path, store: Store, since: str) -> None:
    assert Reader(tmp_path, since=since).kinds() == ["state"]


def test_a_run_that_goes_on_from_an_earlier_step(tmp_path: Path, store: Store) -> None:
    trained(store, 1, 8)
    reader = Reader(tmp_path)
    reader.look()
    store.cut(4)
    assert reader.look()[0][::2] == ("reset", {"last_step": 4})
    trained(store, 5, 8)
    assert reader.kinds() == ["points"]


def test_one_that_went_on_before_anybody_looked(tmp_path: Path, store: Store) -> None:
    trained(store, 1, 8)
    reader = Reader(tmp_path)
    reader.look()
    store.cut(4)
    store.add_event("resume", 4, introduction())
    trained(store, 5, 20)
    assert reader.look()[0][::2] == ("reset", {"last_step": 20})


def test_a_recording_that_is_replaced(tmp_path: Path, store: Store) -> None:
    trained(store, 1, 8)
    reader = Reader(tmp_path)
    reader.look()
    store.close()
    (tmp_path / "run" / "run.db").rename(tmp_path / "kept")  # so that its number is not used again
    with Store.create(tmp_path / "run") as other:
        other.add_event("start", 0, introduction())
        trained(other, 1, 9)
        assert reader.look()[0][::2] == ("reset", {"last_step": 9})
    with Store.create(tmp_path / "run"):
        pass


def test_a_recording_that_begins_later(tmp_path: Path) -> None:
    store = begun(tmp_path / "run")
    trained(store, 1, 4)
    store.close()
    (tmp_path / "run" / "run.db").rename(tmp_path / "kept")
    reader = Reader(tmp_path)
    assert reader.kinds() == ["state"]
    (tmp_path / "kept").rename(tmp_path / "run" / "run.db")
    assert reader.kinds() == ["points", "event"]


def test_the_end_is_told(tmp_path: Path) -> None:
    store = begun(tmp_path / "run")
    reader = Reader(tmp_path)
    assert reader.kinds() == ["state"]
    ended(store, 0)
    assert [(kind, data.get("state")) for kind, _, data in reader.look()] == [
        ("event", None),
        ("state", "finished"),
    ]


def test_what_the_doctor_says_is_told_once_and_not_too_often(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    said: dict[str, Any] = {"findings": [], "looked": ["loss at chance"]}
    monkeypatch.setattr(module, "findings", lambda path: asked.append(path) or said)
    reader = Reader(tmp_path, diagnosed=True)
    assert reader.kinds() == ["findings", "state"]
    trained(store, 1, 2)
    assert reader.kinds() == ["points"]
    assert asked == [tmp_path / "run"]
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    assert reader.kinds() == []  # nothing else than before
    assert len(asked) == 2
    assert reader.kinds() == []
    assert len(asked) == 2  # nothing new to look at
    said = {"findings": [{"rule": "loss at chance"}], "looked": []}
    trained(store, 3, 4)
    assert reader.look()[-1][::2] == ("findings", said)


def test_over_the_line_and_after_a_restart(tmp_path: Path) -> None:
    store = begun(tmp_path / "run")
    trained(store, 1, 4)
    with Server([tmp_path], token="t") as server:
        client, port = Client(server), server.port
        path = f"/api/runs/{client.get('/api/runs').json['runs'][0]['id']}/stream"
        with client.listening(path) as messages:
            assert messages.response.status == 200
            assert messages.response.getheader("content-type").startswith("text/event-stream")
            key = messages.until("state")["id"]
            trained(store, 5, 8)
            assert json.loads(messages.until("points")["data"])["last_step"] == 8
    trained(store, 9, 12)
    with (
        Server([tmp_path], port=port, token="t") as server,
        Client(server).listening(path, **{"Last-Event-ID": key}) as messages,
    ):
        data = json.loads(messages.until("points")["data"])
        assert unpacked(data["series"]["loss"]["steps"]).tolist() == list(range(5, 13))
    ended(store, 12)


def test_so_many_may_listen(tmp_path: Path) -> None:
    begun(tmp_path / "run").close()
    with Server([tmp_path]) as server:
        server.shown.streams = Streams(1)
        client = Client(server)
        path = f"/api/runs/{client.get('/api/runs').json['runs'][0]['id']}/stream"
        with client.listening(path) as messages:
            messages.until("state")
            assert client.get(path).status == 503


def test_points_are_few_for_many_steps(tmp_path: Path, store: Store) -> None:
    reader = Reader(tmp_path)
    store.add(np.arange(1, 50_001), {"loss": np.ones(50_000)})
    data = reader.look()[0][2]
    assert len(unpacked(data["series"]["loss"]["steps"])) <= 500
