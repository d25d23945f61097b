"""Which tensors have a row, what it is called, and which activation tells of it."""

from chainrule.explain.flow.rows import home, output_after, rows_of
from tests.explain.flow.made import start


def names(depth: int) -> list[str]:
    layers = [f"layers.{2 * i}" for i in range(depth)]
    norms = [f"{layer}.{kind}@grad:norm" for layer in layers for kind in ("weight", "bias")]
    return [*norms, *(f"layers.{2 * i + 1}:std" for i in range(depth - 1))]


def test_matrices_from_the_input_to_the_output() -> None:
    rows = rows_of(start(3), names(3))
    assert [row.name for row in rows] == [f"layers.{i}.weight" for i in (0, 2, 4)]
    assert [row.label for row in rows] == ["layers.0", "layers.2", "layers.4"]
    assert [row.activation for row in rows] == ["layers.1", "layers.3", ""]
    assert {row.shape for row in rows} == {(2, 2)}


def test_every_tensor_has_its_own_name() -> None:
    rows = rows_of(start(2), names(2), every=True)
    assert [row.label for row in rows] == [
        "layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias",
    ]  # fmt: skip


def test_vectors_alone_have_rows() -> None:
    said = {"parameters": [{"name": "scale", "shape": [3]}]}
    assert [row.label for row in rows_of(said, ["scale@grad:norm"])] == ["scale"]


def test_tensors_that_were_not_measured_have_none() -> None:
    assert [row.name for row in rows_of(start(3), names(2))] == [
        "layers.0.weight", "layers.2.weight",
    ]  # fmt: skip
    assert rows_of(start(3), ["loss"]) == []


def test_names_alone_are_enough() -> None:
    assert [row.name for row in rows_of({}, ["w@grad:norm", "loss"])] == ["w"]


def test_two_bounds_saturate_and_one_lets_die() -> None:
    for function, kind in (("tanh", "saturated"), ("sigmoid", "saturated"), ("relu", "dead")):
        assert rows_of(start(2, function), names(2))[0].kind == kind


def test_the_innermost_module_is_home() -> None:
    modules = ["", "block", "block.attention", "block.attention.query"]
    assert home("block.attention.query.weight", modules) == "block.attention.query"
    assert home("block.attention.queries", modules) == "block.attention"
    assert home("scale", modules) == ""


def test_the_output_before_the_next_layer() -> None:
    modules = ["a", "b", "c", "d"]
    assert output_after("a", modules, {"a", "d"}, {"c", "d"}) == "c"
    assert output_after("a", modules, {"a", "b"}, {"b"}) == ""
    assert output_after("d", modules, {"d"}, {"d"}) == "d"
    assert output_after("z", modules, set(), {"a"}) == ""
