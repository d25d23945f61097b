"""A container in view: routes of wires, and which pieces are straight."""

from chainrule.draw.layout.arrange import members_in_view
from chainrule.draw.layout.frame import Frame
from chainrule.draw.layout.parts import pieces
from chainrule.draw.layout.plan import plan
from chainrule.draw.layout.records import TOP
from chainrule.draw.layout.view import strands_in_view
from chainrule.explain.scene.records import Scene
from tests.draw.layout.scenes import Gates, scene_of


def frame(gates: Gates, boxes: dict[str, str] | None = None) -> Frame:
    """Return the outermost frame with all boxes closed."""
    return frame_of(scene_of(gates, boxes))


def frame_of(scene: Scene) -> Frame:
    made = plan(scene)
    strands = strands_in_view(made, [TOP])
    parents = {name: item.parent for name, item in made.items.items()}
    found = [p for name, s in strands.items() for p in pieces(name, s.source, s.target, parents)]
    names = [name for name, item in made.items.items() if item.parent == TOP]
    members = members_in_view(names, made, strands, found, {})
    return Frame(made.containers[TOP], members, found, strands)


def straight(found: Frame) -> dict[str, list[int]]:
    return {
        f"{piece.source}-{piece.target}": [link.straight for link in links]
        for piece, links in zip(found.pieces, found.links, strict=True)
    }


def test_a_route_stops_in_each_column() -> None:
    found = frame({"p": ["x"], "q": ["p"], "f": ["q", "x"]})
    routes = {
        piece.target: [found.columns[c][i] for c, i in route]
        for piece, route in zip(found.pieces, found.routes, strict=True)
        if piece.source == "b:x"
    }
    assert routes == {"p": ["b:x", "p"], "f": ["b:x", "w:4", "w:4", "f"]}


def test_long_wires_are_straight_first_then_chains() -> None:
    found = straight(frame({"p": ["x"], "q": ["p"], "f": ["q", "x"]}))
    assert found["b:x-f"] == [0, 4, 2]
    assert found["p-q"] == [3]
    assert found["q-f"] == [0]
    assert found["b:x-p"] == [1]


def test_a_long_wire_leaves_its_source_straight() -> None:
    found = straight(frame({"p": ["x"], "q": ["p"], "r": ["q"], "t": ["x"], "f": ["r", "t", "q"]}))
    assert found["b:x-t"] == [0, 4, 3] or found["t-f"][0] in (0, 2)


def test_a_gate_stands_in_the_middle_of_its_leaves() -> None:
    found = frame({"p": ["a", "b"], "f": ["p", "c"]})
    weights = {
        piece.source: links[0].weight
        for piece, links in zip(found.pieces, found.links, strict=True)
    }
    assert weights["a"] == weights["b"] > weights["p"] > weights["c"]


def test_hidden_wires_take_no_room() -> None:
    gates = {"p": ["x"], "q": ["x"], "r": ["p", "q"], "f": ["r", "x"]}
    closed = frame(gates, {"p": "m0", "q": "m0", "r": "m0"})
    assert sum(len(column) for column in closed.columns) == 6
