"""Who may ask: the door in front of every request.

A page of another site can make a browser send requests to this machine, and a name of another site
can be made to point at it. So every request, whatever its method, must name this server as its
host, must not come from another origin, and must know the token that was made when the server
started. What is wrong is answered in a few words; nothing is said about what there is.
"""

import asyncio
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = ("GET", "HEAD", "POST")
LARGEST = 1 << 16  # bytes of a body
LONGEST = 1 << 13  # bytes of an address
NEVER = re.compile(rb"[^!-~]|\\|%2f|%5c|%00|%2e|/\.\.?(/|$)|//", re.IGNORECASE)
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Refused(Exception):
    """A request that is answered with a status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


@dataclass(frozen=True)
class Guard:
    """Lets through to `app` what comes from whom the token was given to.

    Attributes:
        app: what answers.
        token: what must be known.
        port: where the server listens.
        patience: seconds that a reader may take for a part of an answer.
        trouble: told of an error that nobody foresaw.
    """

    app: App
    token: str
    port: int
    patience: float = 10.0
    trouble: Callable[[BaseException], None] = field(default=lambda error: None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] != "http":
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                welcome = message["status"] == 200
                known = list(message.get("headers", ()))
                message["headers"] = [*known, *self._headers(scope, known, welcome)]
            await asyncio.wait_for(send(message), self.patience)

        try:
            self._check(scope)
            await self.app(scope, limited(receive), sending)
        except Refused as refused:
            if not begun:
                await answer(sending, refused.status, refused.message)
        except (asyncio.CancelledError, TimeoutError, OSError):
            raise  # the reader is gone, or the server ends
        except Exception as error:
            self.trouble(error)
            if not begun:
                await answer(sending, 500, "the server met an error of its own")

    @property
    def cookie(self) -> str:
        """The cookie's name: ports share their cookies, so each has a name of its own."""
        return f"chainrule-{self.port}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """What this server is called."""
        names = ("127.0.0.1", "localhost", "[::1]")
        bare = names if self.port == 80 else ()
        return tuple(f"{name}:{self.port}" for name in names) + bare

    def _check(self, scope: Scope) -> None:
        """Raise `Refused` for a request that is not to be answered."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        self._check_host(headers)
        self._check_origin(headers)
        check_address(scope)
        if scope["method"] not in METHODS:
            raise Refused(405, "this method is not known here")
        check_length(headers)
        if not any(self._is_token(found) for found in self._offered(scope, headers)):
            raise Refused(403, "open the address that the server printed: it holds the token")
        self._check_site(scope, headers)

    def _check_host(self, headers: dict[str, list[str]]) -> None:
        hosts = headers.get("host", [])
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            raise Refused(421, "this server answers under its own name only")

    def _check_origin(self, headers: dict[str, list[str]]) -> None:
        ours = {f"http://{host}" for host in self.hosts}
        if any(origin.lower() not in ours for origin in headers.get("origin", [])):
            raise Refused(403, "this server answers its own pages only")

    def _check_site(self, scope: Scope, headers: dict[str, list[str]]) -> None:
        """Another page may lead to this one, with the token; it may not use it otherwise."""
        sites = headers.get("sec-fetch-site", [])
        if all(site in ("same-origin", "none") for site in sites):
            return
        leads = headers.get("sec-fetch-mode", []) == ["navigate"]
        if not (leads and scope["path"] == "/" and scope["method"] == "GET"):
            raise Refused(403, "this server answers its own pages only")

    def _offered(self, scope: Scope, headers: dict[str, list[str]]) -> Iterator[str]:
        """Yield what was said to be the token: in a header, in the cookie, in the first address."""
        for text in headers.get("authorization", []):
            kind, _, value = text.partition(" ")
            if kind.lower() == "bearer":
                yield value.strip()
        for text in headers.get("cookie", []):
            yield from in_cookie(text, self.cookie)
        yield from in_address(scope, "token")

    def _is_token(self, found: str) -> bool:
        return hmac.compare_digest(found.encode(), self.token.encode())

    def _headers(
        self, scope: Scope, known: list[tuple[bytes, bytes]], welcome: bool
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield what every answer says, but for what it says in its own way."""
        own = {name for name, _ in known}
        for name, value in HEADERS.items():
            if name.encode() not in own:
                yield name.encode(), value.encode()
        if welcome and any(map(self._is_token, in_address(scope, "token"))):
            kept = f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"
            yield b"set-cookie", kept.encode()


def in_cookie(text: str, name: str) -> Iterator[str]:
    """Yield what a cookie of this name holds."""
    for part in text.split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            yield value


def in_address(scope: Scope, name: str) -> list[str]:
    """Return the values of a parameter in the address by which the page is opened."""
    if scope["path"] != "/" or scope["method"] not in ("GET", "HEAD"):
        return []
    query = scope["query_string"].decode("latin-1")
    try:
        return parse_qs(query, max_num_fields=64).get(name, [])
    except ValueError:
        return []


def check_address(scope: Scope) -> None:
    """Raise `Refused` for an address that no page of ours has."""
    raw = scope.get("raw_path") or scope["path"].encode()
    if len(raw) + len(scope["query_string"]) > LONGEST:
        raise Refused(414, "the address is too long")
    if not raw.startswith(b"/") or NEVER.search(raw):
        raise Refused(400, "no page has such an address")


def check_length(headers: dict[str, list[str]]) -> None:
    """Raise `Refused` for a body that is said to be too long."""
    for text in headers.get("content-length", []):
        if not text.isdigit() or int(text[:20]) > LARGEST:
            raise Refused(413, f"a body has {LARGEST} bytes at most")


def limited(receive: Receive) -> Receive:
    """Return what receives a body until it is too long, however it is sent."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > LARGEST:
            raise Refused(413, f"a body has {LARGEST} bytes at most")
        return message

    return receiving


async def answer(send: Send, status: int, message: str) -> None:
    """Answer with an error and end the connection: what else it sends is of no interest."""
    body = json.dumps({"error": message}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
