"""Requests that are not for us: all are answered in a few words, none gets anything."""

import socket
from typing import Any

import pytest

from chainrule.serve.guard import LARGEST, LONGEST
from tests.serve.client import Client

PATHS = ["/", "/static/dashboard.js", "/api/runs", "/api/nothing"]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]


def refused(reply: Any, status: int) -> None:
    """Hold that an answer says no, in JSON, and that the browser is told to trust nothing."""
    assert reply.status == status
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-security-policy"].startswith("default-src 'none';")
    assert reply.headers["connection"] == "close"
    assert "set-cookie" not in reply.headers
    assert not reply.body or set(reply.json) == {"error"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_another_host(client: Client, method: str, path: str) -> None:
    refused(client.send(method, path, Host=f"evil.example:{client.server.port}"), 421)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{}", "localhost:{}@evil",
     "evil.example#127.0.0.1:{}", "0.0.0.0:{}", "[::]:{}", "2130706433:{}"],
)  # fmt: skip
def test_names_that_are_not_ours(client: Client, host: str) -> None:
    refused(client.get("/api/runs", Host=host.format(client.server.port)), 421)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
def test_names_that_are_ours(client: Client, name: str) -> None:
    assert client.get("/api/runs", Host=f"{name}:{client.server.port}").status == 200


def test_two_hosts_and_none(client: Client) -> None:
    port, token = client.server.port, client.server.token
    head = f"GET /api/runs HTTP/1.1\r\nAuthorization: Bearer {token}\r\n"
    two = f"{head}Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n\r\n"
    assert client.raw(two.encode()).startswith(b"HTTP/1.1 400")
    assert client.raw(f"{head}\r\n".encode()).startswith(b"HTTP/1.1 400")
    old = head.replace("HTTP/1.1", "HTTP/1.0")
    assert client.raw(f"{old}\r\n".encode()).startswith(b"HTTP/1.1 421")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{}", "http://127.0.0.1:1"]
)
def test_another_origin(client: Client, method: str, origin: str) -> None:
    refused(client.send(method, "/api/runs", Origin=origin.format(client.server.port)), 403)


def test_our_origin(client: Client) -> None:
    origin = f"http://localhost:{client.server.port}"
    assert client.get("/api/runs", Origin=origin).status == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", METHODS[:3])
@pytest.mark.parametrize(
    "words", ["", "Bearer", "Bearer x", "Basic {}", "Bearer {}x", "Bearer \xe9", "bearer {} {}"]
)
def test_no_token_and_wrong_ones(client: Client, method: str, path: str, words: str) -> None:
    token = client.server.token
    refused(client.send(method, path, Authorization=words.format(token, token)), 403)


def test_the_token_in_an_address_opens_the_page_and_nothing_else(client: Client) -> None:
    token = client.server.token
    assert client.get(f"/?token={token}", Authorization="").status == 200
    refused(client.get(f"/?token={token}x", Authorization=""), 403)
    refused(client.get(f"/api/runs?token={token}", Authorization=""), 403)
    refused(client.post(f"/?token={token}", {}, Authorization=""), 403)


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: Client) -> None:
    cookie = client.get(f"/?token={client.server.token}", Authorization="").headers["set-cookie"]
    pair, *attributes = cookie.split("; ")
    assert attributes == ["Path=/", "HttpOnly", "SameSite=Strict"]
    assert client.get("/api/runs", Authorization="", Cookie=f"a=b; {pair}").status == 200
    assert "set-cookie" not in client.get("/").headers
    wrong = pair[:-1] + ("a" if pair[-1] != "a" else "b")
    refused(client.get("/api/runs", Authorization="", Cookie=wrong), 403)
    refused(client.get("/api/runs", Authorization="", Cookie=pair.replace("-", "-1", 1)), 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_pages_of_other_sites_may_lead_here_and_do_nothing_else(client: Client, site: str) -> None:
    pair = f"chainrule-{client.server.port}={client.server.token}"
    sent = {"Authorization": "", "Cookie": pair, "Sec_Fetch_Site": site}
    refused(client.get("/api/runs", **sent, Sec_Fetch_Mode="no-cors"), 403)
    refused(client.get("/static/dashboard.js", **sent, Sec_Fetch_Mode="no-cors"), 403)
    refused(client.get("/api/runs", **sent, Sec_Fetch_Mode="navigate"), 403)
    refused(client.post("/api/runs/x/control", {}, **sent, Sec_Fetch_Mode="cors"), 403)
    assert client.get("/", **sent, Sec_Fetch_Mode="navigate").status == 200


@pytest.mark.parametrize(
    "path",
    ["/../etc/passwd", "/static/../../../../etc/passwd", "/static/..%2f..%2fserver.py",
     "/static/%2e%2e/server.py", "/static/..%5cserver.py", "/static/%252e%252e/server.py",
     "/static//etc/passwd", "//etc/passwd", "/static/dashboard.js%00.css", "/api/runs/../../",
     "/api/runs/%2fetc%2fpasswd", "/api/runs/..", "/api/runs/.%2e/series", "/static/./server.py",
     "/static/server.py", "/static/circuit.js%20", "/static/%e2%80%a5/x", "/api/runs/one",
     "/static/C:\\Windows\\win.ini", "/runs/one/settings.json"],
)  # fmt: skip
def test_no_path_leads_to_a_file(client: Client, path: str) -> None:
    reply = client.get(path)
    assert reply.status in (400, 404)
    assert b"root:" not in reply.body
    assert b"import" not in reply.body


def test_an_address_of_another_server(client: Client) -> None:
    port, token = client.server.port, client.server.token
    head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    for target in ("http://evil.example/api/runs", "evil.example:80", "*"):
        found = client.raw(f"GET {target} HTTP/1.1\r\n{head}".encode())
        assert found.startswith(b"HTTP/1.1 400")


def test_long_addresses_and_headers(client: Client) -> None:
    refused(client.get("/api/runs?names=" + "x" * LONGEST), 414)
    assert client.get("/api/runs", X_Long="x" * (1 << 13)).status == 200
    for lines in (["X: " + "x" * (1 << 20)], [f"X-{n}: y" for n in range(1 << 15)]):
        found = client.raw("\r\n".join(["GET / HTTP/1.1", *lines, "", ""]).encode())
        assert found.startswith(b"HTTP/1.1 400") or not found  # hung up on while it was sending


def test_a_huge_body_is_refused_before_it_is_sent(client: Client) -> None:
    port, token = client.server.port, client.server.token
    head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
    for length, status in ((LARGEST + 1, b"413"), (10**12, b"413"), (10**40, b"400")):
        asked = f"POST /api/runs HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n"
        assert client.raw(asked.encode()).split()[1] == status


def test_a_huge_body_without_a_length(client: Client, one: str) -> None:
    port, token = client.server.port, client.server.token
    head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with client.open() as line:
        line.sendall(f"POST {one}/control HTTP/1.1\r\n{head}".encode())
        found = b""
        try:
            for _ in range(64):
                line.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
            found = line.recv(1 << 12)
        except (ConnectionError, socket.timeout):  # noqa: UP041
            pass  # it hung up while we were sending
    assert not found or found.split()[1] in (b"409", b"413")


@pytest.mark.parametrize(
    "data",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"\x00" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
     b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"A" * (1 << 16), b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", b"GET \xff HTTP/1.1\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_request(client: Client, data: bytes) -> None:
    assert client.raw(data).startswith(b"HTTP/1.1 4")
    assert client.get("/api/runs").status == 200


def test_an_upgrade_is_not_made(client: Client) -> None:
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    reply = client.get("/api/runs", **asked, Sec_WebSocket_Key="x" * 22 + "==")
    assert reply.status == 200


def test_methods(client: Client, one: str) -> None:
    assert client.send("PUT", "/api/runs").status == 405
    assert client.post("/api/runs", {}).status == 405
    assert client.get(f"{one}/control").status == 405
    assert client.send("HEAD", "/").body == b""
