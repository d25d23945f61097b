"""The dashboard and its files: a closed table of names, read once."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

STATIC = files("chainrule") / "serve" / "static"
KINDS = {
    "dashboard.css": "text/css",
    "dashboard.js": "text/javascript",
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>chainrule</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/dashboard.css">
<script src="/static/dashboard.js" defer></script>
</head>
<body>
<div id="chainrule"></div>
<noscript>This page needs its script; chainrule watch in a terminal does without.</noscript>
</body>
</html>
"""


@dataclass(frozen=True)
class File:
    """A file of the dashboard.

    Attributes:
        content: its bytes.
        kind: its media type.
    """

    content: bytes
    kind: str


def page() -> str:
    """Return the page. It holds nothing of the runs: its script asks for them."""
    return PAGE


@cache
def file(name: str) -> File | None:
    """Return a file of the page, None for a name that is not in the table."""
    if name not in KINDS or not (STATIC / name).is_file():
        return None
    return File((STATIC / name).read_bytes(), KINDS[name])
