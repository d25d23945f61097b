"""What is written, and in which order."""

from chainrule.draw.derivation.compose import sections
from chainrule.draw.derivation.pieces import Block, Sentence
from tests.draw.derivation.examples import deep, neuron, staged


def test_sections_in_reading_order() -> None:
    assert [section.heading.partition(":")[0] for section in sections(neuron())] == [
        "", "Forward", "Backward", "Check", "Update", "What backpropagation saves",
    ]  # fmt: skip


def test_what_was_not_asked_for_is_not_written() -> None:
    found = sections(neuron(lr=None, check=False, evaluations=False))
    assert [section.heading.partition(":")[0] for section in found] == ["", "Forward", "Backward"]


def test_a_single_path_is_a_product_and_several_are_lines() -> None:
    def block(found: object) -> Block:
        (made,) = (p for s in sections(found) for p in s.parts  # type: ignore[arg-type]
                   if s.heading.startswith("Backward") and isinstance(p, Block))  # fmt: skip
        return made

    assert (block(neuron()).stacked, len(block(neuron()).equations)) == (True, 1)
    assert (block(staged()).stacked, len(block(staged()).equations)) == (False, 7)


def test_long_lists_show_both_ends() -> None:
    written = sections(deep(2000, check=False, evaluations=False))
    blocks = [p for s in written for p in s.parts if isinstance(p, Block)]
    assert [len(block.equations) for block in blocks] == [2, 13, 1, 1]
    said = [p for s in written for p in s.parts if isinstance(p, Sentence)]
    assert said[-1].parts[-1] == ": a product of 2,000 local derivatives."
