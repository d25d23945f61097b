"""Requests as bytes and as browsers send them, to a server on this machine."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from chainrule.serve.server import Server

WAIT = 10.0  # seconds; a test that comes to them has failed


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Speaks to a server, with its token unless told otherwise."""

    server: Server

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, data, **{"Content-Type": "application/json", **headers})

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send a request; a header of empty text is left out."""
        known = {"Authorization": f"Bearer {self.server.token}"}
        known |= {name.replace("_", "-"): value for name, value in headers.items()}
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=WAIT)
        try:
            line.request(method, path, body, {n: v for n, v in known.items() if v})
            return reply_of(line)
        finally:
            line.close()

    def raw(self, data: bytes) -> bytes:
        """Send bytes, and return all that comes until the server hangs up."""
        with self.open() as line:
            with suppress(ConnectionError):  # it may hang up before all is sent
                line.sendall(data)
            return rest(line)

    @contextmanager
    def open(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=WAIT) as line:
            yield line

    @contextmanager
    def listening(self, path: str, **headers: str) -> Iterator["Messages"]:
        """Listen to a stream."""
        line = HTTPConnection("127.0.0.1", self.server.port, timeout=WAIT)
        known = {"Authorization": f"Bearer {self.server.token}", **headers}
        try:
            line.request("GET", path, headers=known)
            yield Messages(line.getresponse())
        finally:
            line.close()


class Messages:
    """The messages of a stream, one after the other."""

    def __init__(self, response: Any) -> None:
        self.response = response

    def next(self) -> dict[str, str]:
        """Return the next message with its fields."""
        found: dict[str, str] = {}
        while True:
            line = self.response.readline().decode()
            assert line, "the stream has ended"
            line = line.rstrip("\n")
            if not line and "event" in found:
                return found
            name, _, value = line.partition(": ")
            found = {**found, name: value} if line else {}

    def until(self, kind: str) -> dict[str, str]:
        """Return the next message of a kind."""
        while (found := self.next())["event"] != kind:
            pass
        return found


def reply_of(line: HTTPConnection) -> Reply:
    response = line.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, headers, response.read())


def rest(line: socket.socket) -> bytes:
    found = b""
    try:
        while part := line.recv(1 << 16):
            found += part
    except ConnectionError:
        pass  # hung up on
    return found
