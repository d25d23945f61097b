"""Terms of the chain rule as atoms."""

import chainrule as cr
from chainrule.draw.derivation.pieces import GRADIENT, LOCAL, Formula, Numeral, Sign, Words
from chainrule.draw.derivation.terms import (
    dots,
    ends,
    factors,
    line_equation,
    names,
    numbers,
    symbols,
)
from tests.draw.derivation.examples import layer, neuron, staged


def test_a_product_in_three_readings() -> None:
    chain = neuron().chain
    assert chain is not None
    made = [factors(chain, write, "") for write in (names, symbols, numbers)]
    assert {len(side) for side in made} == {7 + 6}
    assert all(isinstance(side[1], Sign) for side in made)
    inks = [{atom.ink for atom in side if not isinstance(atom, (Sign, Words))} for side in made]
    assert inks == [{"plain"}, {LOCAL}, {LOCAL}]


def test_left_out_factors_are_counted() -> None:
    chain = neuron().chain
    assert chain is not None
    side = factors([chain[0], None, chain[-1]], names, "5 more")
    assert [a.text for a in side if isinstance(a, (Sign, Words))] == [
        "·", "⋯ 5 more ⋯", "·",
    ]  # fmt: skip


def test_a_line_is_a_sum_in_symbols_and_in_numbers() -> None:
    found = staged()
    equation = line_equation(found.output, found.lines[-1])
    in_symbols, in_numbers, result = equation.sides
    assert [a.text for a in in_symbols if isinstance(a, Sign)] == ["·", "+", "·"]
    inks = [a.ink for a in in_numbers if isinstance(a, Numeral)]
    assert inks == [GRADIENT, LOCAL, GRADIENT, LOCAL]
    assert result == (Numeral(found.gradient, GRADIENT),)


def test_shapes_stand_under_the_factors_of_arrays() -> None:
    found = layer()
    equation = line_equation(found.output, found.lines[-1])
    shapes = [a.shape for a in equation.sides[0] if isinstance(a, Formula)]
    assert shapes == [(2, 1), (1, 2)]
    assert isinstance(equation.left[0], Formula)
    assert equation.left[0].shape == (2, 2)
    assert len(equation.sides) == 2  # no line of numbers


def test_long_lists_show_both_ends() -> None:
    assert ends([1, 2, 3], 3, 1) == ([1, 2, 3], 0)
    assert ends(range(10), 5, 2) == ([0, 1, None, 8, 9], 6)


def test_long_sums_are_cut_short() -> None:
    found = cr.derive(" + ".join(f"w*{i}*w" for i in range(2, 52)), w=1.0, check=False)
    in_symbols, in_numbers, _ = line_equation("f", found.lines[-1]).sides
    for side in (in_symbols, in_numbers):
        assert Words("⋯ 96 more ⋯") in side
        assert len(side) == 4 * 3 + 1 + 4


def test_large_numbers_of_paths() -> None:
    assert (dots(1_099_511), dots(2**40)) == ("1,099,511", "1.10e12")
