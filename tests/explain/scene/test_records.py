from tests.golden.graphs import staged


def test_a_scene_finds_nodes_and_wires():
    scene = staged().scene(check=False)
    quotient = next(node for node in scene.nodes if node.op == "divide")
    assert scene.by_id[quotient.id] is quotient
    assert [wire.operand for wire in scene.into[quotient.id]] == [0, 1]
    assert [wire.target for wire in scene.out_of[quotient.id]] == ["out"]
    assert scene.out_of["out"] == ()
