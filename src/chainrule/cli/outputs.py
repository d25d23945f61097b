"""What `explain` writes beside or instead of text: files, slides, a page in the browser.

Those who draw pictures are imported when one is wanted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from chainrule.draw.palette import THEMES
from chainrule.errors import FileError, UsageError
from chainrule.explain.gates import Graph
from chainrule.explain.scene.fold import shown
from chainrule.files import atomic

ENDINGS = ("svg", "png", "pdf", "tex", "md", "html", "json")
SAVE, SLIDES = "chainrule.draw.save", "chainrule.draw.slides"
OPTIONS = [
    click.option(
        "-o",
        "--output",
        multiple=True,
        metavar="FILE",
        help="Write the circuit to FILE instead of printing it; the ending chooses: "
        f"{', '.join(ENDINGS)}. May be given several times.",
    ),
    click.option(
        "--slides", metavar="FILE.pdf", help="Write slides to FILE.pdf, a page for each step."
    ),
    click.option("--open", "opens", is_flag=True, help="Open the circuit's page in the browser."),
    click.option(
        "--theme",
        type=click.Choice(THEMES),
        default=THEMES[0],
        show_default=True,
        help="Colours of svg, png, pdf and slides.",
    ),
]


@dataclass(frozen=True)
class Outputs:
    """What was asked for beside text."""

    files: tuple[str, ...]
    slides: str | None
    opens: bool
    theme: str

    @property
    def wanted(self) -> bool:
        return bool(self.files or self.slides or self.opens)

    def require_places(self) -> None:
        """Raise for an ending we do not write and for a missing folder, before all else."""
        for name in self.files:
            import_module(SAVE).writer_for(Path(name))
        if self.slides is not None and Path(self.slides).suffix.lower() != ".pdf":
            raise UsageError(
                f"cannot write slides to '{self.slides}'", hint="slides are a .pdf file"
            )
        for name in filter(None, (*self.files, self.slides)):
            if not Path(name).parent.is_dir():
                raise FileError(
                    f"cannot write {name}: there is no folder {Path(name).parent}",
                    hint="nothing was written; make the folder, or check the path",
                )

    def write(self, graph: Graph) -> None:
        """Write all of it, and say on stderr what there is now."""
        if not self.wanted:
            return
        save = import_module(SAVE)
        sheet = save.sheet_of(graph, self.theme)
        for path, size in save.save_all(sheet, self.files).items():
            say_written(path, size)
        if self.slides is not None:
            view = sheet.view
            scene = shown(view.checked, view.opened)
            made = import_module(SLIDES).slides(scene, view.layout, self.theme)
            atomic.write_bytes(self.slides, made)
            say_written(self.slides, len(made))
        if self.opens:
            browser = import_module("chainrule.cli.browser")
            browser.open_page(lambda path: save.save_all(sheet, [path]))


def takes_outputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command -o, --slides, --open and --theme, as one argument `outputs`."""

    @wraps(command)
    def with_outputs(
        *args: Any,
        output: tuple[str, ...],
        slides: str | None,
        opens: bool,
        theme: str,
        **rest: Any,
    ) -> Any:
        return command(*args, outputs=Outputs(output, slides, opens, theme), **rest)

    made: Callable[..., Any] = with_outputs
    for option in reversed(OPTIONS):
        made = option(made)
    return made


def say_written(path: Any, size: int) -> None:
    click.echo(
        f"wrote {path} ({max(size / 1000, 0.1):,.{0 if size >= 10_000 else 1}f} kB)", err=True
    )
