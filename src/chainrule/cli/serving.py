"""The server for commands: imported when one is wanted, with a word on what it needs."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainrule.errors import UsageError

if TYPE_CHECKING:
    from chainrule.serve.server import Server

NEEDED = ("anyio", "h11", "starlette", "uvicorn")


def server_of(roots: list[Path], port: int = 0) -> "Server":
    """Return a server that shows the runs in some folders; it has begun to listen.

    Raises `UsageError` where what it is made from is not installed, or the port cannot be had.
    """
    made: Server = require_server().Server(roots, port=port)
    return made


def require_server() -> Any:
    """Return the module of the server; `UsageError` where it lacks what it is made from."""
    try:
        return import_module("chainrule.serve.server")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in NEEDED:
            raise
        raise UsageError(
            f"showing runs in the browser needs {error.name}, which is not installed",
            hint="pip install 'chainrule[app]'",
        ) from error
