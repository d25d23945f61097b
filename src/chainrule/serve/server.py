"""The server of the dashboard: on this machine only, in a thread of its own."""

import errno
import logging
import os
import secrets
import socket
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import uvicorn

from chainrule.errors import FileError, UsageError
from chainrule.serve.api import application
from chainrule.serve.guard import Guard
from chainrule.serve.listing import Listing
from chainrule.serve.shown import Control, Shown
from chainrule.serve.sockets import connections

HOST = "127.0.0.1"
PATIENCE = 10.0  # seconds that a request, or a part of an answer, may take
HEADERS = 1 << 14  # bytes of all headers together


class Server:
    """Shows runs in the browser; made and started at once, stopped by `stop` or at the end of with.

    Args:
        roots: folders of runs, or of folders of runs.
        port: where to listen; 0 takes any that is free.
        token: what requests must know; made at random.
        patience: seconds that a request may take.

    Raises `UsageError` for a port that cannot be had.
    """

    def __init__(
        self,
        roots: list[Path],
        *,
        port: int = 0,
        token: str | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._socket = listening(port)
        self.port: int = self._socket.getsockname()[1]
        self.token = token or secrets.token_urlsafe(32)
        self.shown = Shown(Listing(roots), patience)
        app: Any = Guard(application(self.shown), self.token, self.port, patience, tell)
        self._server = uvicorn.Server(config(app, patience))
        self._thread = threading.Thread(target=self._run, name="chainrule-server", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where the page is, with its token: who knows it may look, and nobody else."""
        return f"http://{HOST}:{self.port}/?token={self.token}"

    def control(self, path: Path, control: Control) -> None:
        """Let the page control the training of a run."""
        self.shown.train(path, control)

    def wait(self) -> None:
        """Wait until the server ends."""
        while self._thread.is_alive():
            self._thread.join(0.2)

    def stop(self) -> None:
        """End the server, and the streams of those who listen."""
        self.shown.streams.closing = True
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def config(app: Any, patience: float) -> uvicorn.Config:
    """Return how the server speaks: it writes nothing to the terminal."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    made: Any = connections(patience)
    return uvicorn.Config(
        app,
        http=made,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=HEADERS,
        timeout_keep_alive=int(patience) or 1,
        timeout_graceful_shutdown=1,
    )


def listening(port: int) -> socket.socket:
    """Return a socket on this machine; those who come before the server has begun wait."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen(512)
    except (OSError, OverflowError) as error:
        made.close()
        raise refusal(port, error) from error
    return made


def refusal(port: int, error: Exception) -> UsageError | FileError:
    """Return the error for a port that cannot be had."""
    number = getattr(error, "errno", None)
    hint = "choose another, or leave --port out to have a free one"
    if isinstance(error, OverflowError):
        return UsageError(f"a port is a number from 0 to 65535, got {port}", hint=hint)
    if number == errno.EADDRINUSE:
        return UsageError(f"another program listens on port {port}", hint=hint)
    if number == errno.EACCES:
        return UsageError(f"port {port} is not for everybody", hint=hint)
    return FileError(f"cannot listen on port {port}: {os.strerror(number or 0)}", hint=hint)


def tell(error: BaseException) -> None:
    """Print an error that nobody foresaw, for those who debug."""
    if os.environ.get("CHAINRULE_DEBUG") == "1":
        traceback.print_exception(error)
