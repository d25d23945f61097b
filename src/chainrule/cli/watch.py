"""`chainrule watch`: how gradients come through a net, in the terminal, live or finished."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from chainrule.cli.following import follow
from chainrule.cli.options import print_json
from chainrule.draw.flow.heat import Paint
from chainrule.draw.flow.table import LINES, Ink
from chainrule.draw.flow.whole import whole
from chainrule.draw.palette import THEMES
from chainrule.draw.screen import colours, ground, live
from chainrule.draw.terminal import RenderableType, console, show
from chainrule.explain.doctor.finding import Finding
from chainrule.explain.flow.course import RUNNING, Course
from chainrule.explain.flow.records import Flow
from chainrule.runs.folder import Run
from chainrule.runs.lock import held
from chainrule.runs.store import Store
from chainrule.serve.outcome import state_of
from chainrule.train.doctor.diagnose import diagnose
from chainrule.train.flow import course_of, flow_of

EXAMPLES = """\b
Examples:
  chainrule watch runs/digits-1
  chainrule watch runs/digits-1 --once --all
  chainrule watch runs/digits-1 --json
"""
TURNS = ("start", "resume", "fault", "end")
AROUND = 13  # lines of a screen that are not layers: where, sentence, head, figures, findings


@dataclass
class Watched:
    """A run that is looked at again and again.

    Attributes:
        run: the run.
        title: what it is called.
        options: of the table: `relative`, `every`.
    """

    run: Run
    title: str
    options: dict[str, bool]
    _found: Sequence[Finding] = ()
    _again: float = 0.0

    def read(self) -> tuple[Course, Flow]:
        """Return how far it is, and its table and map."""
        with Store.open(self.run.path) as store:
            state = self._state(store)
            return course_of(store, self.title, state), flow_of(store, **self.options)

    def _state(self, store: Store) -> str:
        turns = [event for event in store.events() if event.kind in TURNS]
        state = state_of(turns[-1].kind, turns[-1].data) if turns else "stopped"
        return RUNNING if state == "stopped" and held(self.run.path) else state

    def findings(self, *, now: bool = True) -> Sequence[Finding]:
        """Return what is wrong with it; looked for anew if asked now, or if long enough ago."""
        began = time.monotonic()
        if now or began >= self._again:
            self._found = tuple(diagnose(self.run))
            ended = time.monotonic()
            self._again = ended + max(2.0, 10 * (ended - began))
        return self._found


@click.command("watch", epilog=EXAMPLES)
@click.argument("run")
@click.option("--once", is_flag=True, help="Print what there is now, and do not follow the run.")
@click.option("--all", "every", is_flag=True, help="A row for vectors too, as biases are.")
@click.option("--relative", is_flag=True, help="Colours about the run's own median gradient.")
@click.option("--width", type=click.IntRange(min=20), help="Columns; those of the window else.")
@click.option("--theme", type=click.Choice(THEMES), help="Ground of the terminal; dark else.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def command(
    run: str,
    once: bool,
    every: bool,
    relative: bool,
    width: int | None,
    theme: str | None,
    as_json: bool,
) -> None:
    """Show the layers of RUN: gradients, updates, dead units, and a map of layer by step.

    A run in training is followed until it ends; Ctrl-C leaves it alone. Of a finished one, and in a
    pipe, it is printed once.
    """
    watched = Watched(Run.open(run), run, {"every": every, "relative": relative})
    if as_json:
        print_json(data(watched))
        return
    to = console(width=width)
    many = colours(to)
    paint = Paint(theme or ground(), many > 256) if many else None
    if not once and to.is_terminal and not to.is_dumb_terminal:
        attend(watched, to, paint)
    course, flow = watched.read()
    show(whole(course, flow, watched.findings(), Ink(to.width, paint)), to)


def attend(watched: Watched, to: Any, paint: Paint | None) -> None:
    """Redraw a run until it ends, or until Ctrl-C."""

    def drawn() -> RenderableType:
        course, flow = watched.read()
        found = watched.findings(now=False)
        room = max(3, to.height - AROUND - len(found))
        ink = Ink(to.width, paint, min(LINES, room))
        return whole(course, flow, found, ink, brief=True)

    try:
        with live(to) as draw:
            for _ in follow(watched.run.path):
                draw(drawn())
    except KeyboardInterrupt:
        if held(watched.run.path):
            click.echo("no longer watching; the run goes on", err=True)


def data(watched: Watched) -> dict[str, Any]:
    """Return a run as JSON has it."""
    course, flow = watched.read()
    found = [finding.as_dict() for finding in watched.findings()]
    return {**course.as_dict(), "flow": flow.as_dict(), "findings": found}
