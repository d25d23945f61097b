"""The picture of a net as a file: SVG, PNG or PDF, as the ending says."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from chainrule.draw import paper
from chainrule.draw.architecture.picture import picture
from chainrule.draw.marks import Picture
from chainrule.draw.svg_pen import written
from chainrule.errors import UsageError
from chainrule.explain.architecture import Architecture
from chainrule.files import atomic

WRITERS: Mapping[str, Callable[[Picture], bytes]] = {
    "svg": lambda drawn: written(drawn).encode(),
    "png": paper.png,
    "pdf": lambda drawn: paper.pdf([drawn]),
}


def save_net(net: Architecture, paths: Sequence[str], theme: str = "light") -> dict[Path, int]:
    """Write the picture of a net to files; nothing is written before all of them are made.

    Returns:
        Path -> number of bytes.

    Raises:
        UsageError: an unknown ending, or PNG or PDF without the extra [paper].
        FileError: a file cannot be written.
    """
    drawn = picture(net, theme)
    made = {Path(path): writer_for(path)(drawn) for path in paths}
    for path, data in made.items():
        atomic.write_bytes(path, data)
    return {path: len(data) for path, data in made.items()}


def writer_for(path: str) -> Callable[[Picture], bytes]:
    """Return who writes files with this ending."""
    ending = Path(path).suffix.lower().removeprefix(".")
    if ending not in WRITERS:
        raise UsageError(
            f"cannot write a net to '{path}'", hint=f"known endings: {', '.join(WRITERS)}"
        )
    return WRITERS[ending]
