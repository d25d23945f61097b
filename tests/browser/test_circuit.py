"""The circuit page in a real browser: by keyboard alone, without a request, without a complaint."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chainrule.draw.layout.make import layout
from chainrule.draw.page import fragment, page
from chainrule.explain.scene.records import MODULE
from chainrule.explain.scene.stored import read_scene
from tests.golden.graphs import both_passes, neuron, router, staged, two_layers

GRAPHS = {
    "neuron": neuron,
    "staged": staged,
    "router": router,
    "layers": two_layers,
    "tie": lambda: both_passes("max(x, y)", x=2.0, y=2.0),
}
OPEN: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"}

Opener = Callable[..., Any]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, graph in GRAPHS.items():
        scene = graph().scene(check=True)
        found[name] = folder / f"{name}.html"
        found[name].write_text(page(scene, layout(scene)), encoding="utf-8")
    return found


@pytest.fixture
def opened(chromium: Any, files: dict[str, Path]) -> Iterator[Opener]:
    """Open pages; at the end, none of them may have asked or complained."""
    complaints: list[str] = []
    pages = []

    def open_page(name: str, **settings: Any) -> Any:
        tab = chromium.new_page(**{**OPEN, **settings})
        pages.append(tab)
        address = files[name].as_uri()
        tab.set_default_timeout(5000)
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda r: complaints.append(r.url) if r.url != address else None)
        tab.goto(address)
        tab.wait_for_selector("svg.circuit")
        return tab

    yield open_page
    for tab in pages:
        tab.close()
    assert complaints == []


def said(tab: Any) -> str:
    text: str = tab.text_content(".sentence [aria-live]")
    return text


def numbers(tab: Any, kind: str) -> list[str]:
    texts: list[str] = tab.locator(f"svg.circuit text.number.{kind}").all_text_contents()
    return texts


def press(tab: Any, *keys: str) -> None:
    for key in keys:
        tab.keyboard.press(key)


def test_it_opens_complete(opened: Opener) -> None:
    tab = opened("neuron")
    assert said(tab) == (
        "Backward 9 of 9: ∂f/∂w₀ = (−1.00) × 0.20 = −0.20, ∂f/∂x₀ = 2.00 × 0.20 = 0.39"
    )
    assert len(numbers(tab, "forward")) == len(numbers(tab, "backward")) == 13
    assert tab.text_content(".panel h2") == "multiply gate"
    assert tab.text_content(".panel .under") == "gradient switcher"
    assert tab.locator(".check tbody tr").count() == 5


def test_steps_by_keyboard_alone(opened: Opener) -> None:
    tab = opened("neuron")
    press(tab, "Home")
    assert (len(numbers(tab, "forward")), numbers(tab, "backward")) == (5, [])
    seen = []
    for _ in range(17):
        press(tab, "ArrowRight")
        seen.append(said(tab))
    assert seen[2] == "Forward 3 of 8: v₃ = 4.00"
    assert seen[11] == "Backward 4 of 9: ∂f/∂v₅ = 0.37 × (−0.53) = −0.20"
    assert len(set(seen)) == 17
    assert len(numbers(tab, "backward")) == 13
    press(tab, "ArrowLeft")
    assert len(numbers(tab, "backward")) == 11
    press(tab, "End")
    assert len(numbers(tab, "backward")) == 13


def test_the_bar_is_a_slider_and_its_ticks_can_be_clicked(opened: Opener) -> None:
    tab = opened("neuron")
    tab.locator(".tick").nth(2).click()
    bar = tab.locator("[role=slider]")
    assert bar.get_attribute("aria-valuenow") == "3"
    assert bar.get_attribute("aria-valuetext") == "Forward 3 of 8"


def test_space_plays_or_moves_one_step_where_motion_is_not_wanted(opened: Opener) -> None:
    still = opened("neuron", reduced_motion="reduce")
    press(still, "Home", " ")
    assert said(still).startswith("Forward 1 of 8")
    moving = opened("neuron")
    press(moving, "Home", " ")
    assert moving.get_attribute(".square >> nth=2", "aria-label") == "Pause"
    press(moving, " ")


def test_a_leaf_is_edited_at_each_keystroke_and_restored(opened: Opener) -> None:
    tab = opened("neuron")
    before = numbers(tab, "forward")
    tab.focus("#node-n0")
    press(tab, "Enter")
    tab.keyboard.type("3.5")
    assert numbers(tab, "forward")[-1] == "0.38"
    assert "computed here" in tab.text_content(".check")
    assert tab.locator(".check .verdict.ok").count() == 5
    press(tab, "ArrowUp")
    assert tab.input_value(".field") == "3.6"
    tab.keyboard.type("x")
    assert tab.get_attribute(".field", "aria-invalid") == "true"
    press(tab, "Escape")
    assert numbers(tab, "forward") == before
    assert tab.evaluate("document.activeElement.id") == "node-n0"


def test_a_click_on_a_value_edits_it(opened: Opener) -> None:
    tab = opened("neuron")
    tab.locator("text.number.forward").first.click()
    assert tab.input_value(".field") == "2"


def test_a_gate_is_pinned_and_what_is_before_it_goes_blank(opened: Opener) -> None:
    tab = opened("neuron")
    tab.focus("#node-n8")
    press(tab, "e")
    tab.keyboard.type("0")
    press(tab, "Enter")
    assert numbers(tab, "forward")[-1] == "0.50"
    assert len(numbers(tab, "backward")) == 5
    assert tab.locator(".pin").count() == 1
    assert tab.locator(".check tbody tr >> nth=0").locator("td >> nth=1").text_content() == ""
    press(tab, "r")
    assert len(numbers(tab, "backward")) == 13


def test_a_gate_is_explained_on_enter_and_on_click(opened: Opener) -> None:
    tab = opened("neuron")
    tab.focus("#node-n10")
    assert tab.get_attribute("#node-n10", "aria-label") == (
        "exp exp v₆, value 0.37, gradient −0.53"
    )
    press(tab, "Enter")
    assert tab.text_content(".panel h2") == "exponential gate"
    assert tab.locator(".operands .numbers .number").all_text_contents() == [
        "0.37", "−0.53", "−0.20",
    ]  # fmt: skip
    tab.click("#node-n7")
    assert tab.text_content(".panel .under") == "gradient distributor"


def test_nodes_are_focused_in_order_of_execution(opened: Opener) -> None:
    tab = opened("staged")
    found = tab.locator("svg.circuit [tabindex]").evaluate_all("xs => xs.map(x => x.id)")
    assert found == [f"node-{node.id}" for node in staged().scene().nodes]


def test_a_branch_spells_its_sum_out(opened: Opener) -> None:
    tab = opened("staged")
    tab.click("#node-b0")
    assert tab.text_content(".panel .under") == "gradients add here"
    assert tab.text_content(".panel .formula").endswith("0.51+(−0.04)+1.58=2.06")
    assert sorted(tab.locator(".share").all_text_contents()) == sorted(
        ["0.51", "−0.04", "1.58", "0.01", "1.58"]
    )


def test_paths_are_traced_while_t_is_held_or_until_it_is_pressed_again(opened: Opener) -> None:
    tab = opened("staged")
    tab.focus("#node-n0")
    press(tab, "t")
    assert tab.text_content(".trace h2") == "3 paths from x to f"
    assert tab.text_content(".trace .formula").endswith("0.51+(−0.04)+1.58=2.06")
    assert tab.locator(".line.traced").count() > 0
    press(tab, "t")
    assert tab.locator(".trace").count() == 0
    tab.keyboard.down("t")
    assert tab.locator(".trace").count() == 1
    tab.wait_for_timeout(350)
    tab.keyboard.up("t")
    assert tab.locator(".trace").count() == 0


def test_a_chain_is_folded_into_the_sigmoid_and_unfolded(opened: Opener) -> None:
    tab = opened("neuron")
    gradients = numbers(tab, "backward")
    tab.focus("#node-n9")
    press(tab, *["Shift+ArrowRight"] * 3, "m")
    assert tab.text_content("#node-n12 .symbol") == "σ"
    assert tab.text_content(".panel h2") == "sigmoid gate"
    assert tab.locator(".operands .numbers .number").all_text_contents() == [
        "0.20", "1.00", "0.20",
    ]  # fmt: skip
    assert numbers(tab, "backward") == [*gradients[:9], gradients[-1]]
    press(tab, "m")
    assert numbers(tab, "backward") == gradients


def test_boxes_close_and_open_and_nothing_changes_its_order(opened: Opener) -> None:
    tab = opened("layers")
    box = next(n.id for n in two_layers().scene().nodes if n.kind == MODULE)
    order = "xs => xs.map(x => x.id)"
    before = tab.locator("g.node").evaluate_all(order)
    tab.focus(f"#node-{box}")
    press(tab, "Enter")
    assert tab.get_attribute(f"#node-{box}", "aria-expanded") == "false"
    closed = tab.locator("g.node").evaluate_all(order)
    assert len(closed) < len(before)
    tab.click(f"#node-{box}")
    assert tab.locator("g.node").evaluate_all(order) == before


def test_an_entry_of_a_product_lights_its_row_and_column(opened: Opener) -> None:
    tab = opened("layers")
    gate = next(n.id for n in two_layers().scene().nodes if n.op == "matmul")
    tab.focus(f"#node-{gate}")
    press(tab, "Enter")
    tab.hover(".entries[tabindex] tr:nth-child(2) td:nth-child(3)")
    assert tab.locator(".entries >> nth=0").locator(".lit").count() == 2
    assert tab.locator(".entries >> nth=1").locator(".lit").count() == 2
    assert "read-only" in tab.text_content(".panel")


def test_a_kink_is_called_so(opened: Opener) -> None:
    tab = opened("router")
    tab.focus("#node-n2")
    press(tab, "Enter")
    tab.keyboard.type("-1")
    assert "kink" in tab.locator(".verdict").all_text_contents()


def test_what_was_not_compared_is_blank(opened: Opener) -> None:
    tab = opened("tie")
    rows = [row.locator("td").all_text_contents() for row in tab.locator(".check tbody tr").all()]
    assert rows == [["2.00", "1.000000", "", "", "kink"], ["2.00", "0.000000", "", "", "kink"]]


def test_files_of_the_state(opened: Opener, tmp_path: Path) -> None:
    tab = opened("neuron")
    for name in ("SVG", "JSON"):
        with tab.expect_download() as download:
            tab.click(f"text={name}")
        download.value.save_as(tmp_path / name)
    drawn = (tmp_path / "SVG").read_text(encoding="utf-8")
    assert "var(" not in drawn
    assert "class=" not in drawn
    assert ">0.73<" in drawn
    assert read_scene((tmp_path / "JSON").read_text(encoding="utf-8")) == neuron().scene(check=True)


def test_a_narrow_window_scrolls_to_the_current_gate(opened: Opener) -> None:
    tab = opened("neuron", viewport={"width": 480, "height": 900}, reduced_motion="reduce")
    press(tab, "Home", *["ArrowRight"] * 9)
    tab.wait_for_function("document.querySelector('.frame').scrollLeft > 300")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 480
    assert smallest(tab) >= 11


def smallest(tab: Any) -> float:
    """Return the height of the smallest type, in pixels of the screen."""
    found: float = tab.evaluate("""() => {
      const svg = document.querySelector("svg.circuit");
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const all = [...document.querySelectorAll("#chainrule *")].filter(x =>
        [...x.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !x.closest("math"));
      return Math.min(...all.map(x =>
        parseFloat(getComputedStyle(x).fontSize) * (x.closest("svg.circuit") ? scale : 1)));
    }""")
    return found


@pytest.mark.parametrize(
    "settings",
    [{}, {"color_scheme": "dark"}, {"viewport": {"width": 480, "height": 900}}],
    ids=["light", "dark", "narrow"],
)
def test_the_accessibility_checker_finds_nothing(opened: Opener, settings: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name in ("neuron", "layers", "staged"):
        tab = opened(name, **settings)
        if name == "staged":
            tab.focus("#node-n0")
            press(tab, "t")
        found = axe.run(tab).response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


def test_d_changes_the_theme_and_the_keys_are_listed(opened: Opener) -> None:
    tab = opened("neuron")
    ground = "getComputedStyle(document.querySelector('.page')).backgroundColor"
    light = tab.evaluate(ground)
    press(tab, "d")
    assert tab.evaluate(ground) != light
    press(tab, "d")
    assert tab.evaluate(ground) == light
    press(tab, "?")
    assert tab.is_visible("dialog")
    press(tab, "Escape")
    assert not tab.is_visible("dialog")


def test_without_script_the_still_picture_is_seen(chromium: Any, files: dict[str, Path]) -> None:
    context = chromium.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(files["neuron"].as_uri())
    assert tab.locator("noscript svg").is_visible()
    assert "−0.53" in tab.locator("noscript svg text").all_text_contents()
    context.close()


def test_a_fragment_lives_in_a_shadow_root(chromium: Any, tmp_path: Path) -> None:
    scene = neuron().scene()
    made = fragment(scene, layout(scene), script=False) + fragment(scene, layout(scene))
    (tmp_path / "part.html").write_text(f"<!doctype html><meta charset=utf-8>{made}")
    tab = chromium.new_page()
    tab.goto((tmp_path / "part.html").as_uri())
    tab.wait_for_selector("chainrule-circuit >> nth=1 >> svg.circuit")
    assert tab.locator("chainrule-circuit >> svg.circuit").count() == 2
    tab.locator("chainrule-circuit >> nth=0 >> #node-n5").focus()
    press(tab, "Home")
    assert tab.locator("chainrule-circuit >> nth=0 >> .sentence b").text_content() != (
        tab.locator("chainrule-circuit >> nth=1 >> .sentence b").text_content()
    )
    tab.close()
