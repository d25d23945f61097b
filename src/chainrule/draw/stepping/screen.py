"""The screen of `explain --step`: the only file that knows textual."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Input, Static

from chainrule.draw.stepping.state import Walk
from chainrule.draw.stepping.words import check_words, panel, sentence
from chainrule.draw.terminal import Run, line, stacked
from chainrule.draw.wires.drawing import drawing
from chainrule.draw.wires.ink import Shown

PACE = 0.7  # seconds from one step to the next while it plays
KEYS = "←→ step   space play   ⏎ gate   e edit   ? keys   q quit"
EDIT_KEYS = "↑↓ by 0.1   tab next leaf   ⏎ keep   esc restore"
HELP = (
    ("← →", "one step back, one step on"),
    ("Home End", "before the first step, after the last"),
    ("Space", "play, and stop"),
    ("Enter", "what the gate of this step does: show, hide"),
    ("e", "give a leaf another value: everything is computed anew at each key;"),
    ("", "↑ ↓ change it by 0.1, Tab goes to the next leaf, Enter keeps it, Esc restores it"),
    ("q", "leave"),
)
TOO_NARROW = "the window is too narrow for this circuit"


class Stepping(App[None]):
    """Both passes of one circuit, step by step."""

    CSS = """
    Screen { layout: vertical; }
    #circuit { height: auto; max-height: 70%; padding: 1 1 0 1; }
    #told, #keys, #panel, #field { height: auto; padding: 0 1; }
    #told, #panel, #field, #keys { margin-top: 1; }
    Input { border: none; height: 1; padding: 0 1; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)"),
        Binding("left", "step(-1)"),
        Binding("home", "go(0)"),
        Binding("end", "go(1000000)"),
        Binding("space", "play"),
        Binding("enter", "gate"),
        Binding("e", "edit"),
        Binding("question_mark", "help"),
        Binding("q", "quit"),
    ]

    def __init__(self, walk: Walk) -> None:
        super().__init__(ansi_color=True)
        self.walk = walk
        self.playing: Timer | None = None
        self.panel_open = self.help_open = False

    def compose(self) -> ComposeResult:
        """Lay out circuit, sentence, panel and keys from top to bottom."""
        with VerticalScroll(id="circuit", can_focus=False):
            yield Static(id="drawing")
        yield Static(id="told")
        yield Static(id="panel")
        yield Field(self.walk)
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.refresh_all()

    def on_resize(self, _: Resize) -> None:
        self.refresh_all()

    # Keys.

    def action_step(self, by: int) -> None:
        self.action_go(self.walk.number + by)

    def action_go(self, number: int) -> None:
        self.stop()
        self.walk.go(number)
        self.refresh_all()

    def action_play(self) -> None:
        """Play from here, or from the beginning where everything has been shown; or stop."""
        if self.playing is not None:
            self.stop()
            return
        if self.walk.at_end:
            self.walk.go(0)
            self.refresh_all()
        self.playing = self.set_interval(PACE, self.play_on)

    def play_on(self) -> None:
        self.walk.go(self.walk.number + 1)
        if self.walk.at_end:
            self.stop()
        self.refresh_all()

    def stop(self) -> None:
        if self.playing is not None:
            self.playing.stop()
            self.playing = None

    def action_gate(self) -> None:
        self.panel_open, self.help_open = not self.panel_open, False
        self.refresh_all()

    def action_help(self) -> None:
        self.help_open, self.panel_open = not self.help_open, False
        self.refresh_all()

    def action_edit(self) -> None:
        self.stop()
        self.query_one(Field).open()

    # What is seen.

    def refresh_all(self) -> None:
        """Show the step that the walk is at."""
        self.show_drawing()
        rows = sentence(self.walk.scene, self.walk.number)
        self.query_one("#told", Static).update(stacked(line(*row) for row in rows))
        self.show_keys("")
        below = self.query_one("#panel", Static)
        below.display = self.panel_open or self.help_open
        below.update(stacked(line(*row) for row in self.below()))

    def show_drawing(self) -> None:
        node = self.walk.node
        shown = Shown(*self.walk.known, (node.id,) if node else ())
        drawn = drawing(self.walk.scene, self.size.width - 2, self.walk.decimals, shown)
        lines = [line(TOO_NARROW)] if drawn is None else drawn.lines
        self.query_one("#drawing", Static).update(stacked(lines))
        at = [i for i, row in enumerate(lines) if "reverse" in str(row.spans)]
        if at:
            scroll = self.query_one("#circuit", VerticalScroll)
            scroll.scroll_to(y=max(at[0] - scroll.size.height // 2, 0), animate=False)

    def show_keys(self, wrong: str) -> None:
        """Show the outcome of the check and the keys that work now; or what is wrong."""
        check = [*check_words(self.walk.scene), "   "] if self.walk.scene.check else []
        keys: Run = (EDIT_KEYS if self.query_one(Field).display else KEYS, "faint")
        shown = [(wrong, "bad")] if wrong else [*check, keys]
        self.query_one("#keys", Static).update(line(*shown))

    def below(self) -> list[list[Run]]:
        """Return the lines of the help or of the gate panel."""
        if self.help_open:
            width = max(len(key) for key, _ in HELP)
            return [[(f"{key:{width}}   ", "strong"), does] for key, does in HELP]
        node = self.walk.node
        return [] if node is None else list(panel(self.walk.scene, node))


class Field(Input):
    """The number field of a leaf."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "nudge(0.1)"),
        Binding("down", "nudge(-0.1)"),
        Binding("tab", "next_leaf", priority=True),
        Binding("escape", "restore"),
    ]

    def __init__(self, walk: Walk) -> None:
        super().__init__(id="field", compact=True, select_on_focus=False)
        self.walk = walk
        self.leaf = walk.leaves[0]
        self.before = walk.value(self.leaf)
        self.display = False
        self.disabled = True

    def open(self) -> None:
        """Show the value of the leaf."""
        self.before = self.walk.value(self.leaf)
        self.display, self.disabled = True, False
        self.value = f"{self.leaf} = {written(self.before)}"
        self.cursor_position = len(self.value)
        self.focus()

    def close(self) -> None:
        self.display, self.disabled = False, True
        self.screen.set_focus(None)
        self.tell("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Compute everything anew, if this is a value."""
        if self.disabled:
            return
        name, equals, text = event.value.partition("=")
        if name.strip() in self.walk.leaves and equals:
            self.leaf = name.strip()
            self.tell(self.walk.try_text(self.leaf, text.strip()))
        else:
            self.tell(f"write NAME = VALUE; the leaves are {', '.join(self.walk.leaves)}")

    def on_input_submitted(self) -> None:
        self.close()

    def action_nudge(self, by: float) -> None:
        """Change a number by a tenth."""
        value = self.walk.value(self.leaf)
        if isinstance(value, float):
            self.value = f"{self.leaf} = {written(round(value + by, 10))}"
            self.cursor_position = len(self.value)

    def action_next_leaf(self) -> None:
        leaves = self.walk.leaves
        self.leaf = leaves[(leaves.index(self.leaf) + 1) % len(leaves)]
        self.open()

    def action_restore(self) -> None:
        """Take back what was tried, and leave the field."""
        self.walk.set(self.leaf, self.before)
        self.close()

    def tell(self, wrong: str) -> None:
        """Show the circuit with its new numbers, and what is wrong with what was written."""
        app = self.app
        assert isinstance(app, Stepping)
        app.refresh_all()
        app.show_keys(wrong)


def written(value: object) -> str:
    """Write a value so that it can be read back."""
    listed = value.tolist() if hasattr(value, "tolist") else value
    return str(listed).replace(".0]", "]").replace(".0,", ",").removesuffix(".0")
