"""Numbers that come out of JSON as they went in."""

import json

import numpy as np
import pytest

from chainrule.serve.packed import NARROW, as_json, packed, unpacked


@pytest.mark.parametrize("dtype", ["<f4", "<f8", "|u1"])
def test_arrays_come_back(dtype: str) -> None:
    array = np.array([[0, 1, 255], [3, 4, 5]]).astype(dtype)
    found = unpacked(json.loads(as_json(packed(array, dtype))))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, array)


def test_nan_and_infinities_come_back() -> None:
    array = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324])
    np.testing.assert_array_equal(unpacked(packed(array)), array)


def test_what_is_too_large_is_infinite() -> None:
    assert unpacked(packed([1e300, -1e300], NARROW)).tolist() == [np.inf, -np.inf]


def test_json_has_words_for_what_it_does_not_know() -> None:
    value = {"a": float("nan"), "b": [float("inf"), (np.float32("-inf"),)], 3: np.arange(2)}
    assert json.loads(as_json(value)) == {"a": "nan", "b": ["inf", ["-inf"]], "3": [0, 1]}


def test_no_text_breaks_a_line() -> None:
    text = as_json({"name": "a\nb\r\u2028\u2029é"})
    assert text.isascii()
    assert "\n" not in text
    assert "\r" not in text
    assert json.loads(text) == {"name": "a\nb\r\u2028\u2029é"}
