"""Findings as plain values."""

import json

from chainrule.explain.doctor.finding import Finding


def test_as_json() -> None:
    finding = Finding("dead units", "layers.1", 3, 0.5, 0.4, "text", "source", "remedy")
    data = json.loads(json.dumps(finding.as_dict()))
    assert Finding(**data) == finding
