"""Characters on a grid, each with a style."""

from collections.abc import Iterator
from itertools import groupby

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
CORNERS = {  # the arms that meet in a cell -> the character
    LEFT | RIGHT: "─",
    LEFT: "─",
    RIGHT: "─",
    UP | DOWN: "│",
    UP: "│",
    DOWN: "│",
    DOWN | RIGHT: "┌",
    DOWN | LEFT: "┐",
    UP | RIGHT: "└",
    UP | LEFT: "┘",
    UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤",
    DOWN | LEFT | RIGHT: "┬",
    UP | LEFT | RIGHT: "┴",
    UP | DOWN | LEFT | RIGHT: "┼",
}


class Canvas:
    """A grid without edges; what is written later covers what was there."""

    def __init__(self) -> None:
        self.cells: dict[int, dict[int, tuple[str, str]]] = {}

    def write(self, line: int, column: int, text: str, style: str) -> None:
        """Write a text from left to right."""
        row = self.cells.setdefault(line, {}) if text else {}
        for i, character in enumerate(text):
            row[column + i] = character, style

    def horizontal(self, line: int, start: int, stop: int, style: str) -> None:
        """Draw a wire through the columns from `start` up to `stop`."""
        self.write(line, start, "─" * (stop - start), style)

    def vertical(
        self, column: int, left: dict[int, str], right: dict[int, str], style: str
    ) -> None:
        """Draw an upright wire that joins wires from the left and to the right.

        `left` and `right` are the lines of the wires, and their styles. Other wires pass under it.
        """
        lines = {**right, **left}
        top, bottom = min(lines), max(lines)
        for line in range(top, bottom + 1):
            arms = (UP * (line > top)) | (DOWN * (line < bottom))
            arms |= (LEFT * (line in left)) | (RIGHT * (line in right))
            own = lines.get(line, style) if line in (top, bottom) else style
            self.write(line, column, CORNERS[arms], own)

    def rows(self) -> Iterator[list[tuple[str, str]]]:
        """Yield the lines from the first to the last, as pieces of one style each.

        Of several empty lines one is left.
        """
        before = None
        for line, row in sorted(self.cells.items()):
            if before is not None and line > before + 1:
                yield []
            before = line
            cells = [row.get(column, (" ", "plain")) for column in range(max(row, default=-1) + 1)]
            yield [
                ("".join(character for character, _ in run), style)
                for style, run in groupby(cells, key=lambda cell: cell[1])
            ]
