"""A small circuit laid out by hand, so that drawings can be tested without the layout."""

import chainrule as cr
from chainrule.draw.layout.records import Label, Layout, Place, Plan, Point
from chainrule.explain.scene.records import Scene

WIDTH, HEIGHT = 520.0, 200.0
PLACES = {  # (x + y) * z
    "n0": Place(30, 40, 52, 34),
    "n1": Place(30, 110, 52, 34),
    "n2": Place(230, 165, 52, 34),
    "n3": Place(180, 75, 40, 40),
    "n4": Place(340, 110, 40, 40),
    "out": Place(490, 110, 28, 40),
}
PATHS = {
    "w0": (Point(56, 40), Point(120, 40), Point(150, 67), Point(160, 67)),
    "w1": (Point(56, 110), Point(120, 110), Point(150, 83), Point(160, 83)),
    "w2": (Point(200, 75), Point(270, 75), Point(310, 102), Point(320, 102)),
    "w3": (Point(256, 165), Point(290, 165), Point(310, 118), Point(320, 118)),
    "w4": (Point(360, 110), Point(476, 110)),
}
LABELS = {
    "w0": Label(88, 40, "middle"),
    "w1": Label(88, 110, "middle"),
    "w2": Label(235, 75, "middle"),
    "w3": Label(285, 165, "middle"),
    "w4": Label(400, 110, "middle"),
}


def product() -> tuple[Scene, Layout]:
    """Return (x + y) * z at -2, 5, -4 after both passes, and its layout."""
    graph = cr.Graph("(x+y)*z", x=-2.0, y=5.0, z=-4.0)
    graph.forward()
    graph.backward()
    plan = Plan(items={}, strands={}, containers={})
    made = Layout(width=WIDTH, height=HEIGHT, places=PLACES, paths=PATHS, labels=LABELS, plan=plan)
    return graph.scene(), made
