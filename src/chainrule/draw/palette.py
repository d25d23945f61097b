"""One table of colours and words, for terminal, notebook and browser.

Three meanings own their colours: forward values, gradients, local derivatives. Terminals do not
tell what lies behind the text, so theirs are of medium lightness: 4.5:1 on white and on black.
"""

from dataclasses import dataclass

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Colour:
    """One meaning's colour on a light page, on a dark one, and on a terminal."""

    light: str
    dark: str
    terminal: str = "default"

    def on(self, theme: str) -> str:
        """Return the colour on a page of this theme, light or dark."""
        return self.dark if theme == "dark" else self.light


FORWARD = Colour("#00714f", "#3ecf9c", "#00875e")
GRADIENT = Colour("#b93a04", "#ff9158", "#d44204")
LOCAL = Colour("#2f55b8", "#93b2ff", "#4c71d1")
INK = Colour("#1b1d22", "#eceef2")
SECONDARY = Colour("#5a5f6a", "#a0a6b2", "#727782")

BACKGROUND = Colour("#fbfaf7", "#111317")
CARD = Colour("#ffffff", "#181b20")
HAIRLINE = Colour("#dcdad3", "#2c3038")
FAINT = Colour("#e9e7e0", "#272b32")  # what is not computed yet; the ground of parameters
FORWARD_TINT = Colour("#e4f2ec", "#12302a")
GRADIENT_TINT = Colour("#fbe9df", "#3a2117")
LOCAL_TINT = Colour("#e7ecf9", "#1d2745")
CLASS_A = Colour("#24479c", "#8fb0ff")
CLASS_B = Colour("#b07d00", "#e6bd4a")

ROLES = {  # what a gate does to the gradient that reaches it: in a sentence, and in two words
    "distributor": (
        "hands every input the upstream gradient (a minus turns its sign)",
        "passes it on",
    ),
    "router": ("gives the input that won the upstream gradient, and the others 0", "routes"),
    "switcher": (
        "gives each input the upstream gradient, scaled by the other input",
        "scales by the other",
    ),
    "scaler": ("scales the upstream gradient by a number of its own", "scales"),
    "mover": ("puts the gradient back to where the entries came from", "moves it back"),
    "mixer": ("gives each input weighted sums of the upstream gradient", "mixes"),
    "copier": ("copies forward; backward, the copies' gradients add up", "adds up"),
    "adder": ("adds forward, so that every entry receives the same gradient", "copies"),
    "wall": ("lets no gradient through", "stops"),
    "yours": ("a gate of your own, with the rule you wrote", "own rule"),
}

VERDICTS = {  # mark and words for the outcome of a comparison
    "agrees": ("✓", "agrees"),
    "rounding": ("✓", "within rounding"),
    "close": ("✓", "close"),
    "kink": ("∧", "kink: no derivative"),
    "edge": ("∧", "edge: not finite"),
    "doubtful": ("✗", "doubtful"),
    "wrong": ("✗", "wrong"),
}

SCALES = {  # of gradients: from healthy to far below, and to far above
    "light": {
        "below": ("#efede6", "#cdd6ec", "#8ea6de", "#4468bd", "#2c4a93", "#1b2b5c"),
        "above": ("#efede6", "#f6d3b4", "#eda36b", "#d9691f", "#a83c06", "#6f2303"),
    },
    "dark": {
        "below": ("#262c32", "#27365c", "#2f4f9c", "#4873d6", "#7ba1f5", "#b3cbff"),
        "above": ("#262c32", "#50331f", "#8d4c1c", "#cf6f22", "#ff9d5a", "#ffcba2"),
    },
}
SCALES_256 = {  # the same out of a terminal's 256 colours, as rows of numbers
    "light": {
        "below": (255, 189, 153, 111, 69, 26, 25, 18, 17),
        "above": (255, 223, 215, 209, 173, 166, 130, 94, 52),
    },
    "dark": {
        "below": (236, 17, 18, 25, 26, 33, 75, 111, 153),
        "above": (236, 94, 130, 166, 172, 208, 215, 216, 223),
    },
}
HATCH = Colour("#5a5f6a", "#a0a6b2")  # over what is not finite, and behind it
HATCH_GROUND = Colour("#c9c6bd", "#3a3f47")
