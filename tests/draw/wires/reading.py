"""Read a drawing back: follow its wires, character by character, from node to node.

This reader knows box characters and nothing of how they were placed. Upright wires without an arm
to the side pass over level ones.
"""

import re

ARMS = {
    "─": "LR", "│": "UD", "┌": "DR", "┐": "DL", "└": "UR", "┘": "UL",
    "├": "UDR", "┤": "UDL", "┬": "DLR", "┴": "ULR", "┼": "UDLR",
}  # fmt: skip
MOVES = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}
OPPOSITE = {"U": "D", "D": "U", "L": "R", "R": "L"}
NODE = re.compile(r"\[[^\]]*\]|\([^)]*\)|\{[^}]*\}|●[^ ─┌┐└┘├┤│▸]*|(?<=▸)[^\W\d]\w*|[①-⑳]|⟨\d+⟩")
Cell = tuple[int, int]


class Drawing:
    """The nodes of a drawing, and which of them its wires join."""

    def __init__(self, text: str) -> None:
        self.rows = text.split("\n")
        self.nodes: dict[Cell, str] = {}  # every cell of a node -> its text
        self.starts: dict[str, Cell] = {}
        self.ends: dict[Cell, str] = {}  # cell behind a node -> node
        for line, row in enumerate(self.rows):
            for found in NODE.finditer(row):
                name = self.unique(found[0])
                self.starts[name] = (line, found.start())
                self.ends[line, found.end()] = name
                for column in range(*found.span()):
                    self.nodes[line, column] = name

    def unique(self, text: str) -> str:
        """Return a name for a node; a mark has two, where a wire leaves and where it enters."""
        name, number = text, 2
        while name in self.starts:
            name, number = f"{text}#{number}", number + 1
        return name

    def at(self, cell: Cell) -> str:
        line, column = cell
        row = self.rows[line] if 0 <= line < len(self.rows) else ""
        return row[column] if 0 <= column < len(row) else " "

    def edges(self) -> set[tuple[str, str]]:
        """Return the pairs of nodes that wires lead from and to; marks are followed through."""
        found = {(name, target) for name in self.starts for target in self.targets(name)}
        for name in [*self.starts]:
            if re.match(r"[①-⑳]|⟨", name) and not name.endswith("#2"):
                before = {a for a, b in found if b == name}
                after = {b for a, b in found if a == f"{name}#2"}
                found = {(a, b) for a, b in found if b != name and a != f"{name}#2"}
                found |= {(a, b) for a in before for b in after}
        return found

    def targets(self, name: str) -> set[str]:
        line, column = self.starts[name]
        end = next(cell for cell, found in self.ends.items() if found == name)
        waiting: list[tuple[Cell, str]] = [((line, end[1] - 1), "R")]
        if name.startswith("●"):
            for way in "UD":
                above = (line + MOVES[way][0], column)
                if OPPOSITE[way] in ARMS.get(self.at(above), ""):
                    waiting.append(((line, column), way))
        return self.followed(waiting)

    def followed(self, waiting: list[tuple[Cell, str]]) -> set[str]:
        """Return the nodes at which the wires arrive that leave these cells in these directions."""
        found: set[str] = set()
        seen: set[tuple[Cell, str]] = set()
        while waiting:
            cell, way = waiting.pop()
            if (cell, way) in seen:
                continue
            seen.add((cell, way))
            to = (cell[0] + MOVES[way][0], cell[1] + MOVES[way][1])
            if to in self.nodes:
                found.add(self.nodes[to])
                continue
            character = self.at(to)
            arms = ARMS.get(character, "LR" if character.strip() else "")
            if way in "LR" and OPPOSITE[way] not in arms and arms == "UD":
                waiting.append((to, way))  # it passes under an upright wire
            elif OPPOSITE[way] in arms:
                waiting += [(to, arm) for arm in arms if arm not in (OPPOSITE[way], "L")]
        return found
