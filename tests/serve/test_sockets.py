"""Sockets that are opened and not used: they take nothing from others, and end."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from chainrule.serve.server import Server
from tests.serve.client import Client, rest

SOCKETS, LIMIT = 200, 0.2  # seconds for a page; five times as much is too much on a busy machine


@pytest.fixture
def hasty(runs: Path) -> Iterator[Client]:
    """Return who speaks to a server that waits for a third of a second."""
    with Server([runs], patience=0.3) as server:
        yield Client(server)


def test_two_hundred_slow_sockets_leave_the_page_quick(client: Client) -> None:
    with ExitStack() as lines:
        for number in range(SOCKETS):
            line = lines.enter_context(client.open())
            line.sendall(
                [b"", b"G", b"GET / HTTP/1.1\r\nHost: ", b"POST / HTTP/1.1\r\n"][number % 4]
            )
        assert quickest(client) < 5 * LIMIT


def test_two_hundred_half_open_sockets_leave_the_page_quick(client: Client) -> None:
    with ExitStack() as lines:
        for number in range(SOCKETS):
            line = lines.enter_context(client.open())
            line.sendall(b"GET / HTTP/1.1\r\n" if number % 2 else b"")
            line.shutdown(socket.SHUT_WR)
        assert quickest(client) < 5 * LIMIT


def quickest(client: Client) -> float:
    """Return how long the page takes, at the best of three times."""
    took = []
    for _ in range(3):
        began = time.perf_counter()
        assert client.get("/").status == 200
        took.append(time.perf_counter() - began)
    return min(took)


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"])
def test_a_request_that_does_not_come_is_not_waited_for(hasty: Client, sent: bytes) -> None:
    with hasty.open() as line:
        line.sendall(sent)
        found = rest(line)
    assert found.startswith(b"HTTP/1.1 408") if sent else found == b""
    head, _, body = found.partition(b"\r\n\r\n")
    assert not sent or f"Content-Length: {len(body)}".encode() in head


def test_a_byte_now_and_then_gives_no_more_time(hasty: Client) -> None:
    with hasty.open() as line:
        line.settimeout(0.05)
        began, found = time.monotonic(), b""
        while not found and time.monotonic() - began < 5:
            line.sendall(b"x")
            try:
                found = line.recv(1 << 12)
            except TimeoutError:
                continue
    assert found.startswith(b"HTTP/1.1 408")


def test_a_body_that_does_not_come_is_not_waited_for(hasty: Client) -> None:
    one = hasty.get("/api/runs").json["runs"][0]["id"]
    hasty.server.shown.controlled = one
    port, token = hasty.server.port, hasty.server.token
    head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n"
    asked = f"POST /api/runs/{one}/control HTTP/1.1\r\n{head}Content-Type: application/json\r\n"
    began = time.monotonic()
    hasty.raw(f"{asked}\r\n{{".encode())
    assert time.monotonic() - began < 5


def test_too_many_that_wait_are_dropped_oldest_first(runs: Path) -> None:
    with Server([runs]) as server, ExitStack() as lines:
        client = Client(server)
        opened = [lines.enter_context(client.open()) for _ in range(300)]
        assert client.get("/").status == 200
        assert rest(opened[0]) == b""
        opened[-1].sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert rest(opened[-1]).startswith(b"HTTP/1.1 421")


def test_one_connection_serves_several_requests(client: Client) -> None:
    port, token = client.server.port, client.server.token
    asked = f"GET /api/runs HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
    last = f"{asked}Connection: close\r\n\r\n"
    found = client.raw(f"{asked}\r\n{asked}\r\n{last}".encode())
    assert found.count(b"HTTP/1.1 200") == 3
