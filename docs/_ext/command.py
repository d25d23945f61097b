"""Run a command inside a page: shown with what it prints; the build fails when it fails."""

import os
import shlex
import subprocess

COLUMNS = "100"


def run(line: str) -> None:
    """Run a command line without a shell, in the folder of the page."""
    done = subprocess.run(
        shlex.split(line),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "COLUMNS": COLUMNS},
        check=False,
    )
    print(f"$ {line}\n{done.stdout}", end="")
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}")
