"""The circuit of one unit on one row, as a page that needs nothing else."""

import re
from pathlib import Path

from chainrule.draw.save import html_file, sheet_of
from chainrule.runs.folder import Run
from chainrule.train.unit import unit_circuit

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def page_of(path: Path, layer: str, unit: int, row: int, step: int | None) -> str:
    """Return the page of the circuit of a unit of a run."""
    graph = unit_circuit(Run.open(path), layer, unit, row, step)
    return html_file(sheet_of(graph, "light")).decode()


def policy_of(page: str) -> str:
    """Return the policy that a page has for itself; only our own pages may hold it in a frame."""
    found = _POLICY.search(page)
    assert found
    return f"{found[1]}; frame-ancestors 'self'"
