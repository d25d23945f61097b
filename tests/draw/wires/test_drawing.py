"""What is drawn is what is in the scene: the wires are followed through the characters."""

import pytest

from chainrule.draw.terminal import plain_text
from chainrule.draw.wires.drawing import drawing
from chainrule.explain.scene.records import BRANCH, LEAF, OP, Scene
from tests.draw.wires.circuits import as_scene, circuit
from tests.draw.wires.reading import Drawing
from tests.golden.compare import matches
from tests.golden.graphs import SMALL


def drawn(scene: Scene, width: int) -> str:
    found = drawing(scene, width)
    assert found is not None
    return plain_text(found.ink, width)


def joined(scene: Scene) -> set[tuple[str, str]]:
    """Return who feeds whom, through the branches, as the texts of the nodes."""
    texts = {LEAF: "[{}]", OP: "({})"}
    feeds = {}
    for wire in scene.wires:
        source = scene.by_id[wire.source]
        if source.kind == BRANCH:
            source = scene.by_id[source.id[1:]]
        target = scene.by_id[wire.target]
        if target.kind != BRANCH:
            frame = texts.get(target.kind, "{}")
            feeds[wire.id] = texts[source.kind].format(source.label), frame.format(target.label)
    return set(feeds.values())


def read(text: str) -> set[tuple[str, str]]:
    """Return who feeds whom in a drawing; a reference stands for the value it names."""
    edges = Drawing(text).edges()
    through: dict[str, set[str]] = {}
    for source, target in edges:
        if target.startswith("●"):
            through.setdefault(target, set()).add(source)
    named = {name[1:]: sources for name, sources in through.items()}
    found = set()
    for source, target in edges:
        if target.startswith("●"):
            continue
        sources = {source}
        if source.startswith("●"):
            label = source.partition("#")[0][1:]
            sources = through.get(source) or named.get(label) or {f"[{label}]", f"({label})"}
        found |= {(x, target) for x in sources}
    return found


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("width", [400, 60])
def test_the_wires_lead_where_they_should(seed: int, width: int) -> None:
    scene = circuit(seed, gates=3 + seed % 12, leaves=2 + seed % 4)
    text = drawn(scene, width)
    assert max(map(len, text.split("\n"))) <= width
    wanted = joined(scene)
    known = {name for edge in wanted for name in edge}
    assert {edge for edge in read(text) if {*edge} <= known} == wanted


@pytest.mark.parametrize("seed", range(20))
def test_every_number_is_there_once(seed: int) -> None:
    scene = circuit(seed)
    words = drawn(scene, 400).replace("│", " ").split()
    numbers = [f"{wire.value:.2f}" for wire in scene.wires]
    assert sorted(w for w in words if w in numbers) == sorted(numbers)


def test_a_branch_without_wires_has_references() -> None:
    scene = as_scene(
        {**{f"g{i}": ["w", f"x{i}"] for i in range(7)}, "s": [f"g{i}" for i in range(7)]}
    )
    text = drawn(scene, 200)
    assert "● 7 uses" in text
    assert text.count("●w─") == 7


@pytest.mark.parametrize("name", SMALL)
def test_the_reference_graphs(name: str) -> None:
    scene = SMALL[name]().scene(check=False)
    if all(node.kind != "module" for node in scene.nodes):
        assert matches(f"wires/{name}.txt", drawn(scene, 80))
