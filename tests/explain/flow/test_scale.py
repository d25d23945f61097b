"""The scale of gradients: ends, band, what is beyond it."""

import re

import numpy as np

from chainrule.explain.flow import scale
from chainrule.explain.flow.scale import Band
from tests.house.rules import ROOT


def test_powers_of_ten_between_the_ends() -> None:
    sizes = 10.0 ** np.array([-12, -11, -7.6, -4.2, -3, -2.2, 0.9, 4, 9])
    shades = Band().shade(sizes)
    np.testing.assert_allclose(shades, [-1, -1, -0.5, 0, 0, 0, 0.5, 1, 1], atol=1e-12)


def test_nothing_is_the_least_and_what_is_not_finite_has_no_place() -> None:
    shades = Band().shade(np.array([0.0, np.inf, -np.inf, np.nan]))
    assert shades[0] == -1
    assert np.isnan(shades[1:]).all()


def test_words() -> None:
    band = Band()
    assert band.verdict(6e-5) == "vanishing"
    assert band.verdict(6.5e-5) == band.verdict(6e-3) == "healthy"
    assert band.verdict(6.5e-3) == "exploding"
    assert band.verdict(float("nan")) == "not finite"


def test_a_band_about_the_median() -> None:
    moved = Band().around(np.array([1e-8, 1e-7, 1e-6, 0.0, np.nan]))
    assert (moved.low, moved.high) == (-8.0, -6.0)
    assert Band().around(np.array([0.0, np.nan])) == Band()
    assert moved.shade(np.array([1e-8, 1e-5])).tolist()[0] == 0


def test_a_band_far_below_still_has_a_side_below() -> None:
    assert Band(-14, -12).shade(np.array([1e-20, 1e-13])).tolist() == [-1, 0]


def test_the_page_has_the_same_scale() -> None:
    page = (ROOT / "web/src/dashboard/scale.ts").read_text("utf-8")
    for names in (("LOW", "HIGH"), ("DEEP", "STEEP")):
        for name in names:
            found = re.search(rf"\b{name} = (-?[\d.]+)", page)
            assert found is not None
            assert float(found[1]) == getattr(scale, name)
