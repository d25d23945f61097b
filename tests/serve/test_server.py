"""A server comes, is found under its address alone, and goes without a trace."""

import socket
import threading
from pathlib import Path

import pytest

from chainrule.errors import FileError, UsageError
from chainrule.serve import server as module
from chainrule.serve.server import Server, refusal, tell
from tests.serve.client import Client


def test_it_listens_on_this_machine_only(client: Client) -> None:
    assert client.server.address.startswith(f"http://127.0.0.1:{client.server.port}/?token=")
    assert client.server._socket.getsockname()[0] == "127.0.0.1"


def test_tokens_are_long_and_each_its_own(runs: Path) -> None:
    with Server([runs]) as one, Server([runs]) as other:
        assert one.token != other.token
        assert len(one.token) >= 43  # 32 bytes
        assert Client(one).get("/", Authorization=f"Bearer {other.token}").status == 403


def test_it_goes(runs: Path) -> None:
    before = set(threading.enumerate())
    with Server([runs]) as server:
        port = server.port
        with Client(server).open() as line:
            line.sendall(b"GET / HTTP/1.1\r\n")
    assert {t for t in threading.enumerate() if t.name == "chainrule-server"} <= before
    with Server([runs], port=port) as again:
        assert Client(again).get("/api/runs").status == 200


@pytest.mark.parametrize("port", [-1, 65536, 10**9])
def test_no_such_port(runs: Path, port: int) -> None:
    with pytest.raises(UsageError, match="a port is a number from 0 to 65535"):
        Server([runs], port=port)


def test_a_port_that_is_taken(runs: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"another program listens on port {port}"):
            Server([runs], port=port)


def test_other_reasons() -> None:
    assert "not for everybody" in refusal(80, PermissionError(13, "no")).message
    assert isinstance(refusal(80, OSError(24, "too many")), FileError)


def test_an_error_that_nobody_foresaw(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[BaseException] = []
    monkeypatch.setattr(module, "tell", told.append)
    monkeypatch.setattr("chainrule.serve.pages.page", lambda: 1 / 0)
    with Server([runs]) as server:
        reply = Client(server).get("/")
    assert reply.status == 500
    assert set(reply.json) == {"error", "hint"}
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert [type(error) for error in told] == [ZeroDivisionError]


def test_errors_are_shown_to_those_who_debug(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CHAINRULE_DEBUG", raising=False)
    tell(ZeroDivisionError("hidden"))
    assert capfd.readouterr().err == ""
    monkeypatch.setenv("CHAINRULE_DEBUG", "1")
    tell(ZeroDivisionError("shown"))
    assert "ZeroDivisionError: shown" in capfd.readouterr().err
