"""What the doctor found, as text: findings with their numbers, sources and remedies."""

from typing import Any

from chainrule.draw.terminal import heading, indented, line, plain_text, stacked
from chainrule.explain.doctor.diagnosis import RULES, Diagnosis
from chainrule.explain.doctor.finding import Finding


def text(diagnosis: Diagnosis) -> str:
    """Return a diagnosis as plain text."""
    return plain_text(whole(diagnosis))


def whole(diagnosis: Diagnosis) -> Any:
    """Return a diagnosis for a terminal, likely causes first."""
    count = len(diagnosis)
    said = (
        f": {count} finding{'s' * (count > 1)}, likely causes first."
        if count
        else f": nothing found by {len(diagnosis.looked)} of {len(RULES)} rules."
    )
    lines = [line((diagnosis.title, "strong"), said), *map(entry, diagnosis)]
    missing = [rule for rule in RULES if rule not in diagnosis.looked]
    if missing:
        words = f"Not asked, since nothing was recorded for them: {', '.join(missing)}."
        lines += [line(""), line((words, "faint"))] if count else [line((words, "faint"))]
    return stacked(lines)


def entry(finding: Finding) -> Any:
    """Return a finding: what, where and when; then the sentence, the remedy and who says so."""
    place = f"  {finding.where}" if finding.where else ""
    when = f", step {finding.step}" if finding.step else ""
    head = heading(finding.rule)
    head.append(place + when, "none")
    lines = [
        line(finding.text),
        line(("Try: ", "forward"), finding.remedy),
        line((f"Source: {finding.source}", "faint")),
    ]
    return stacked([head, *(indented(x) for x in lines)])
