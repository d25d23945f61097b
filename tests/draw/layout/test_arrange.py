"""Places, paths and labels for any set of open boxes."""

import json

from tests.draw.layout.cases import cases, stored


def test_the_cases_the_page_is_held_to_are_what_comes_out() -> None:
    expected = stored()
    found = json.loads(json.dumps(cases()))
    assert [case["name"] for case in found] == [case["name"] for case in expected]
    for case, known in zip(found, expected, strict=True):
        assert case == known, f"{case['name']} with {case['opened']} open"
