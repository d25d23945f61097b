"""Draw the README's picture of a terminal: what the command really prints, as an SVG.

Run ``python docs/terminal_picture.py`` after a change to the output; commit docs/images.
"""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

NEURON = ["explain", "1/(1+exp(-(w0*x0+w1*x1+w2)))", "w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3"]
WIDTH = 100
DARK = TerminalTheme((17, 19, 23), (236, 238, 242), [(0, 0, 0)] * 8, [(255, 255, 255)] * 8)


def output_of(arguments: list[str]) -> str:
    """Return what `chainrule` prints on a colour terminal."""
    shown = {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "TERM": "xterm", "COLUMNS": str(WIDTH)}
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | shown
    command = [sys.executable, "-m", "chainrule.cli.main", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def as_svg(arguments: list[str]) -> str:
    """Return command and output as SVG, with the system's own font and nothing from outside."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    first, text, *values = arguments
    console.print(Text(f'$ chainrule {first} "{text}" {" ".join(values)}', style="bold"))
    console.print(Text.from_ansi(output_of(arguments)))
    svg = console.export_svg(title="chainrule", theme=DARK, unique_id="explain")
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code", "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono'")
    return svg.replace("<!-- Generated with Rich https://www.textualize.io -->\n", "")


if __name__ == "__main__":
    target = Path(__file__).parent / "images" / "explain.svg"
    target.write_text(as_svg(NEURON), encoding="utf-8")
