from chainrule.explain.scene.boxes import BLOCKS, CROWDED, Box, boxes_of, name_of, parts_of


def tree(box: Box) -> object:
    return (box.path, box.start, box.stop, [tree(inner) for inner in box.inside])


def test_runs_of_gates_become_boxes_in_boxes():
    scopes = ["", "a", "a.0", "a.0", "a.1", "a.1", "", "b", "b"]
    assert tree(boxes_of(scopes)) == (
        "", 0, 9, [
            ("a", 1, 6, [("a.0", 2, 4, []), ("a.1", 4, 6, [])]),
            ("b", 7, 9, []),
        ],
    )  # fmt: skip


def test_a_module_without_gates_of_its_own_is_a_box_when_it_is_known():
    scopes = ["net.0", "net.0", "net.1", "net.1"]
    assert [inner.path for inner in boxes_of(scopes).inside] == ["net.0", "net.1"]
    assert [inner.path for inner in boxes_of(scopes, ["net"]).inside] == ["net"]


def test_a_module_that_is_called_twice_has_two_boxes():
    scopes = ["a", "a", "b", "b", "a", "a"]
    assert [inner.path for inner in boxes_of(scopes).inside] == ["a", "b", "a"]


def test_a_single_gate_has_no_box():
    assert boxes_of(["", "relu", ""]).inside == []


def test_where_there_are_too_many_parts_they_are_put_in_blocks():
    whole = boxes_of([""] * 1000)
    assert len(whole.inside) == BLOCKS
    assert [inner.start for inner in whole.inside] == list(range(0, 1000, 25))
    assert whole.inside[-1].stop == 1000


def test_blocks_are_divided_again_until_none_is_crowded():
    waiting = [boxes_of([""] * 100_000)]
    while waiting:
        box = waiting.pop()
        assert len(parts_of(box)) <= CROWDED
        waiting += box.inside


def test_the_parts_of_a_box_are_in_order_and_without_gaps():
    box = boxes_of(["", "a", "a", "", ""])
    assert [(p.start, p.stop) for p in parts_of(box)] == [(0, 1), (1, 3), (3, 4), (4, 5)]


def test_a_block_is_called_by_its_gates_and_a_module_by_its_path():
    assert name_of(Box("", 0, 25), {}) == ("gates 1–25", "block")
    assert name_of(Box("layers.0", 0, 2), {"layers.0": "Linear"}) == ("layers.0", "Linear")
    assert name_of(Box("layers.0", 0, 2), {}) == ("layers.0", "")
