"""What the doctor says of a run that is served."""

from pathlib import Path

from chainrule.serve.findings import findings


def test_findings_are_plain_values(runs: Path) -> None:
    found = findings(runs / "one")
    assert set(found) == {"findings", "looked"}
    assert all(isinstance(rule, str) for rule in found["looked"])
