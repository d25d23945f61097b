"""What each address answers: its form is stored, because the page is written against it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from chainrule.runs.store import Store
from chainrule.serve import api
from chainrule.serve.server import Server
from tests.golden.compare import matches
from tests.serve.client import Client
from tests.serve.folders import begun, ended

MARKUP = "<script>alert(1)</script>\"'&\u2028</style>"
ADDRESSES = [
    "/api/runs",
    "{one}",
    "{one}/series?names=loss&columns=4",
    "{one}/map?stat=rms&columns=4",
    "{one}/histograms?names=layers.0.weight@grad",
    "{one}/events",
    "{one}/snapshots",
    "{one}/findings",
]


def form(value: Any) -> Any:
    """Return the form of a value: names of fields and kinds of what is in them."""
    if isinstance(value, dict):
        if set(value) == {"dtype", "shape", "data"}:
            return f"array of {value['dtype']}, {len(value['shape'])} axes"
        return {name: form(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        return [form(value[0])] if value else []
    kinds = {bool: "truth", int: "whole", float: "number", str: "text", type(None): "null"}
    return kinds[type(value)]


def test_forms_of_all_answers(client: Client, one: str) -> None:
    found = {path: form(client.get(path.format(one=one)).json) for path in ADDRESSES}
    assert matches("answers.json", json.dumps(found, indent=1))


def test_all_addresses_are_documented() -> None:
    told = api.__doc__ or ""
    for path in ADDRESSES:
        assert path.format(one="/api/runs/ID").partition("?")[0] in told


def test_the_list(client: Client) -> None:
    found = client.get("/api/runs")
    assert found.headers["content-type"] == "application/json"
    assert found.headers["cache-control"] == "no-store"
    assert [run["name"] for run in found.json["runs"]] == ["one", "two"]
    assert found.json["control"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [("{one}0", 404), ("/api", 404), ("/api/runs/", 404), ("{one}/nothing", 404),
     ("{one}/map?stat=x", 400), ("{one}/series?columns=0", 400), ("{one}/events?after=-1", 400),
     ("{one}/histograms?step=x", 400), ("/static/nothing.js", 404), ("/api/runs/nothing", 404)],
)  # fmt: skip
def test_what_is_wrong_is_said(client: Client, one: str, path: str, status: int) -> None:
    reply = client.get(path.format(one=one))
    assert reply.status == status
    assert set(reply.json) == {"error", "hint"}


def test_there_is_nothing_to_control_in_another_process(client: Client, one: str) -> None:
    reply = client.post(f"{one}/control", {"do": "stop"})
    assert reply.status == 409


def test_a_damaged_recording_is_told(tmp_path: Path) -> None:
    begun(tmp_path / "one").close()
    (tmp_path / "one" / "run.db").write_bytes(b"x" * 5000)
    with Server([tmp_path]) as server:
        client = Client(server)
        (run,) = client.get("/api/runs").json["runs"]
        assert run["state"] == "damaged"
        reply = client.get(f"/api/runs/{run['id']}")
        assert reply.status == 422
        assert "run.db' is damaged" in reply.json["error"]
        assert client.get(f"/api/runs/{run['id']}/stream").status == 422


@pytest.fixture
def marked(tmp_path: Path) -> Iterator[Client]:
    """Return who speaks to a server of a run in which all names are markup."""
    folder = tmp_path / MARKUP.replace("/", "_")
    store = begun(folder, target=MARKUP, columns=[MARKUP])
    store.add([1], {MARKUP: [1.0], f"{MARKUP}@grad:norm": [1.0]})
    store.add_event("finding", 1, {"text": MARKUP, MARKUP: 1})
    ended(store, 1)
    with Server([tmp_path]) as server:
        yield Client(server)


def test_markup_in_names_stays_text(marked: Client) -> None:
    listed = marked.get("/api/runs")
    (run,) = listed.json["runs"]
    assert run["name"] == MARKUP.replace("/", "_")
    assert run["settings"]["target"] == MARKUP
    one, name = f"/api/runs/{run['id']}", quote(MARKUP, safe="").replace("%2F", "/")
    replies = [listed, *(marked.get(one + path) for path in (
        "", f"/series?names={name}", "/map?stat=rms", "/events", f"/map?stat={name}",
        f"/histograms?names={name}", f"/series?first={name}"))]  # fmt: skip
    for reply in replies:
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "script" not in reply.headers["content-security-policy"].replace("script-src", "")
        assert "'unsafe" not in reply.headers["content-security-policy"]
    assert list(replies[2].json["series"]) == [MARKUP]
    assert replies[3].json["names"] == [MARKUP]
    assert MARKUP not in marked.get("/").body.decode()


class Fake:
    """Stands for a training."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def state(self) -> dict[str, Any]:
        return {"paused": False, "stopping": False, "rate": 0.1}

    def command(self, asked: Any) -> dict[str, Any]:
        self.told.append(asked)
        return self.state()


@pytest.fixture
def controlled(tmp_path: Path) -> Iterator[tuple[Client, str, Fake]]:
    begun(tmp_path / "one").close()
    with Server([tmp_path]) as server:
        control = Fake()
        server.control(tmp_path / "one", control)
        client = Client(server)
        yield client, f"/api/runs/{client.get('/api/runs').json['control']}", control


def test_control(controlled: tuple[Client, str, Fake]) -> None:
    client, one, control = controlled
    assert client.get(one).json["control"] == control.state()
    assert client.post(f"{one}/control", {"do": "pause"}).json == control.state()
    assert control.told == [{"do": "pause"}]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b"\xff", b"[" * 60_000, b'"pause"', b"null"]
)
def test_commands_that_are_none(controlled: tuple[Client, str, Fake], body: bytes) -> None:
    client, one, control = controlled
    reply = client.post(f"{one}/control", body)
    assert reply.status == 400
    assert control.told == []


def test_forms_of_other_pages_command_nothing(controlled: tuple[Client, str, Fake]) -> None:
    client, one, control = controlled
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        reply = client.post(f"{one}/control", {"do": "stop"}, Content_Type=kind)
        assert reply.status == 415
    assert control.told == []


def test_a_store_may_be_written_meanwhile(tmp_path: Path) -> None:
    with begun(tmp_path / "one") as store, Server([tmp_path]) as server:
        client = Client(server)
        for step in range(1, 6):
            store.add([step], {"loss": [1.0]})
            (run,) = client.get("/api/runs").json["runs"]
            assert run["steps"] == step
    assert Store.open(tmp_path / "one").close() is None
