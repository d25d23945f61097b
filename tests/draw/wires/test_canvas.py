"""Characters on a grid: corners where wires meet, a bridge where they do not."""

from chainrule.draw.wires.canvas import Canvas


def rows(canvas: Canvas) -> list[str]:
    return ["".join(text for text, _ in row) for row in canvas.rows()]


def test_wires_meet_in_corners() -> None:
    canvas = Canvas()
    for line in (0, 4):
        canvas.horizontal(line, 0, 3, "faint")
    canvas.horizontal(2, 3, 5, "faint")
    canvas.vertical(3, {0: "faint", 4: "faint"}, {2: "faint"}, "faint")
    assert rows(canvas) == ["───┐", "   │", "   ├─", "   │", "───┘"]


def test_wires_pass_under_upright_ones() -> None:
    canvas = Canvas()
    canvas.horizontal(1, 0, 5, "faint")
    canvas.vertical(2, {0: "faint"}, {2: "faint"}, "faint")
    assert rows(canvas)[1] == "──│──"


def test_pieces_have_one_style_each_and_of_empty_lines_one_stays() -> None:
    canvas = Canvas()
    canvas.write(0, 0, "ab", "forward")
    canvas.write(0, 2, "c", "faint")
    canvas.write(2, 0, "", "faint")
    canvas.write(5, 1, "d", "plain")
    assert list(canvas.rows()) == [
        [("ab", "forward"), ("c", "faint")],
        [],
        [(" d", "plain")],
    ]
