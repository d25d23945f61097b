"""A run on a terminal: how far it is, what there is to see in a sentence, the map, findings."""

from collections.abc import Sequence

from chainrule.draw.diagnosis import entry
from chainrule.draw.flow.table import Ink, table
from chainrule.draw.terminal import STYLES, RenderableType, Text, line, stacked
from chainrule.explain.doctor.finding import Finding
from chainrule.explain.flow.course import RUNNING, Course
from chainrule.explain.flow.records import Flow
from chainrule.explain.flow.words import short


def whole(
    course: Course, flow: Flow, findings: Sequence[Finding], ink: Ink, *, brief: bool = False
) -> RenderableType:
    """Return all there is to say of a run.

    Args:
        course: how far it is.
        flow: its table and map.
        findings: what is wrong with it.
        ink: how it is drawn.
        brief: a line for each finding instead of a paragraph.
    """
    told: list[RenderableType] = [where(course)]
    if course.fault:
        told.append(line((course.fault, "bad")))
    told.append(line((flow.sentence or "Nothing was measured yet.", "strong")))
    told += [Text(""), table(flow, ink)]
    if brief:
        told += [Text("")] if findings else []
        told += [short_entry(finding) for finding in findings]
    else:
        told += [entry(finding) for finding in findings]
    return stacked(told)


def where(course: Course) -> RenderableType:
    """Return how far a run is, in a line."""
    said = [f"step {course.step:,}"]
    if course.state == RUNNING and course.steps:
        said = [f"step {course.step:,} of {course.steps:,}"]
    if course.epoch is not None:
        said.append(f"epoch {course.epoch:,} of {course.epochs:,}")
    if course.seconds is not None:
        said.append(clock(course.seconds))
    if course.left is not None:
        said.append(f"{clock(course.left)} left")
    if course.rate is not None:
        said.append(f"rate {short(course.rate)}")
    if course.cost is not None:
        said.append(f"recording {100 * course.cost:.0f} %")
    return line((course.title, "strong"), f"  {course.state}", (f"  {', '.join(said)}", "faint"))


def short_entry(finding: Finding) -> Text:
    """Return a finding in a line, as far as there is room."""
    place = f" {finding.where}" if finding.where else ""
    when = f", step {finding.step:,}" if finding.step else ""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(finding.rule, STYLES["strong"])
    return text.append(f"{place}{when}: {finding.text}")


def clock(seconds: float) -> str:
    """Write seconds as clocks have them.

    >>> clock(4.21), clock(75), clock(3725)
    ('4.2 s', '1:15', '1:02:05')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
