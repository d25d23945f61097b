"""The JSON of a derivation."""

import json
from typing import Any

import chainrule as cr
from chainrule.explain.derivation.stored import (
    derivation_data,
    derivation_text,
    power_of_ten,
    whole,
)
from tests.explain.examples import NEURON, SIGMOID


def test_a_derivation_of_one_path() -> None:
    data = derivation_data(cr.derive("(x + y) * z", wrt="x", x=-2.0, y=5.0, z=-4.0))
    assert data["schema"] == "chainrule.derivation/1"
    assert (data["output"], data["value"], data["gradient"]) == ("f", -12.0, -4.0)
    assert data["formula"] == ["multiply", ["add", "x", "y"], "z"]
    assert data["gates"][0] == {
        "node": "n3",
        "label": "v1",
        "name": "add#1",
        "op": "add",
        "formula": ["add", "x", "y"],
        "value": 3.0,
    }
    assert data["lines"][0] == {"node": "n4", "label": "f", "gradient": 1.0}
    assert data["chain"] == ["n4", "n3"]
    assert data["lines"][1]["terms"][0] == {
        "gate": "n4",
        "of": "f",
        "by": "v1",
        "operand": 0,
        "local": "z",
        "parts": [
            {"expression": ["partial", "f", "f"], "shape": [], "upstream": True},
            {"expression": "z", "shape": []},
        ],
        "sign": "·",
        "number": -4.0,
        "upstream": 1.0,
        "downstream": -4.0,
    }


def test_numbers_survive_to_the_last_bit() -> None:
    found = cr.derive(SIGMOID, wrt="w0", **NEURON)
    data = json.loads(derivation_text(found))
    assert data["gradient"] == found.gradient
    assert [g["value"] for g in data["gates"]] == [g.value for g in found.gates]


def test_what_is_not_finite_is_spelt_out() -> None:
    data = json.loads(derivation_text(cr.derive("log(x)*y", wrt="y", x=-1.0, y=2.0)))
    assert data["gradient"] == "NaN"
    assert "first value that is not finite" in data["notes"][0]


def doubled(x: Any) -> Any:
    for _ in range(2000):
        x = x * 0.5 + x * 0.5
    return x


def test_numbers_of_paths_of_any_size() -> None:
    data = json.loads(derivation_text(cr.derive(doubled, x=1.0, check=False)))
    assert data["paths"] == "1.15e602"
    assert data["evaluations"]["written_out"]["ran"] is False


def test_large_whole_numbers() -> None:
    assert (whole(2**53), whole(2**53 + 1)) == (2**53, "9.01e15")
    for number in (10**17, 10**17 - 1, 999_499 * 10**40, 999_500 * 10**40, 7 * 10**5000):
        digits = f"{number:.2e}" if number < 10**300 else "7.00e+5000"
        mantissa, _, exponent = digits.partition("e+")
        assert power_of_ten(number, 3) == f"{mantissa}e{int(exponent)}"
