"""The page: one file that asks for nothing, whatever the names in it are."""

import re

import pytest

import chainrule as cr
from chainrule.draw.layout.make import layout
from chainrule.draw.page import built, digest, fragment, inert, page, shared_script
from tests.golden.graphs import neuron, two_layers

LIMIT = 60_000  # bytes of the page of the sigmoid neuron


@pytest.fixture(scope="module")
def text() -> str:
    scene = neuron().scene(check=True)
    return page(scene, layout(scene))


def test_it_is_short(text: str) -> None:
    assert len(text.encode()) < LIMIT


def test_it_names_no_other_file(text: str) -> None:
    named = re.findall(r"""(?:src|href)\s*=\s*["']?([^"'> ]*)""", text)
    assert named == ["data:,"]
    assert "://" not in text


def test_the_policy_lets_only_its_own_scripts_and_styles_in(text: str) -> None:
    allowed = re.findall(r"'sha256-[^']*'", text)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    unpacked = [built("circuit.js"), built("circuit.css")]
    assert {digest(x) for x in [*scripts, *styles, *unpacked]} == set(allowed)
    assert len(allowed) == 4


def test_data_ends_no_script_and_breaks_no_line() -> None:
    assert inert("</script>\u2028") == "\\u003c/script>\\u2028"


def test_a_title_cannot_add_markup() -> None:
    scene = cr.Graph("x * y", x=1.0, y=2.0).scene()
    text = page(scene, layout(scene), title="<img src=x>")
    assert "<title>&lt;img src=x&gt;</title>" in text
    assert "<img" not in text


def test_derivations_of_numbers_are_left_to_the_page() -> None:
    scene = two_layers().scene()
    written = [{"wrt": "W1", "mathml": "<mi>W</mi>"}, {"wrt": "nothing", "mathml": "<mi>n</mi>"}]
    text = page(scene, layout(scene), written)
    assert '"mathml":"\\u003cmi>W' in text
    assert "nothing" not in text


def test_a_fragment_leaves_the_script_out_where_another_brings_it() -> None:
    scene = cr.Graph("x * y", x=1.0, y=2.0).scene()
    alone, first = (fragment(scene, layout(scene), script=s) for s in (False, True))
    assert first == alone + shared_script()
    assert "<script>" not in alone
    assert "<svg" in alone
