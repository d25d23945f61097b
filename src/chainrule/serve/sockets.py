"""Connections that owe us something: a request that is not sent in time is not waited for.

A client may open a socket and send nothing, or send a byte now and then. Each costs a file handle;
so a request must be whole after some seconds, and where too many are owed, the oldest is dropped.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 256  # connections that owe a request


def last_words(status: str, message: str) -> bytes:
    """Return an answer to what is no request, after which the connection ends."""
    body = json.dumps({"error": message})
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}"
    ).encode()


class Waiting:
    """The connections of a server that owe a request, oldest first.

    Args:
        patience: seconds that a request may take.
        most: how many may owe one at the same time.
    """

    def __init__(self, patience: float, most: int = MOST) -> None:
        self.patience, self._most = patience, most
        self._timers: dict[Connection, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        return len(self._timers)

    def owed(self, connection: "Connection") -> None:
        """Begin to wait for a connection; what it sends meanwhile gives it no more time."""
        if connection in self._timers:
            return
        timer = connection.loop.call_later(self.patience, connection.too_late)
        self._timers[connection] = timer
        if len(self._timers) > self._most:
            next(iter(self._timers)).too_late()

    def settled(self, connection: "Connection") -> None:
        """Wait no longer."""
        timer = self._timers.pop(connection, None)
        if timer is not None:
            timer.cancel()


class Connection(H11Protocol):
    """A connection that has so many seconds for each request."""

    waiting: Waiting

    def connection_made(self, transport: Any) -> None:
        """Wait for the first request."""
        super().connection_made(transport)
        self.waiting.owed(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.waiting.settled(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, and see whether more is owed."""
        super().data_received(data)
        self._judge()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._judge()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request as HTTP has them."""
        self.transport.write(last_words("400 Bad Request", "this is no request"))
        self.transport.close()

    def too_late(self) -> None:
        """Say so to who has begun to speak, and hang up."""
        self.waiting.settled(self)
        if self.transport.is_closing():
            return
        begun, _ = self.conn.trailing_data
        if begun and self.conn.our_state is h11.IDLE:
            words = last_words("408 Request Timeout", "the request did not come in time")
            self.transport.write(words)
            self.transport.close()
        else:
            self.transport.abort()

    def _judge(self) -> None:
        if not self.transport.is_closing() and self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self.waiting.owed(self)
        else:
            self.waiting.settled(self)


def connections(patience: float, most: int = MOST) -> Callable[..., Connection]:
    """Return what makes the connections of one server."""
    made: Callable[..., Connection] = type(
        "Patient", (Connection,), {"waiting": Waiting(patience, most)}
    )
    return made
