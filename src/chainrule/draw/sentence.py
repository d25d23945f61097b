"""A step in words and numbers: local times upstream gradient is downstream gradient."""

from chainrule.draw import maths, palette
from chainrule.draw.formula_picture import Block, formula, in_a_row, line, name
from chainrule.draw.numbers import fixed, norm_text, shape, wire_text
from chainrule.draw.palette import Colour
from chainrule.explain.scene.records import (
    BRANCH,
    FORWARD,
    MODULE,
    OUT,
    Local,
    Scene,
    SceneNode,
    Step,
    Summary,
    Value,
)
from chainrule.graph.formula import Apply, Expression, Number, Symbol, fold

BARS = "‖"  # around a norm on a wire; words say it here
LOOSE = ("add", "subtract", "negative")  # needs parentheses before another factor


class Sentence:
    """The equations of a step, as marks in the colours of a theme."""

    def __init__(self, scene: Scene, size: float, theme: str) -> None:
        self.scene, self.size, self.theme = scene, size, theme

    def equations(self, step: Step) -> list[Block]:
        """Return what the step computes: one equation for each operand."""
        node = self.scene.by_id[step.node]
        if node.kind == MODULE:
            return [self.words(f"{node.label}: all of its {node.gates} gates")]
        if step.direction == FORWARD:
            return [self.forward(node)]
        if node.kind == OUT:
            return [self.gradient(self.scene.output, node.grad)]
        if node.kind == BRANCH:
            return [self.words("Gradients add at the branch: "), self.summed(node)]
        found = [local for local in self.scene.locals if local.node == node.id]
        products = [self.product(local) for local in found if local.downstream is not None]
        return products or [self.words("No gradient flows to the operands.")]

    def forward(self, node: SceneNode) -> Block:
        """Return `a = w0 × x0 = 2.00 × (−1.00) = −2.00`."""
        parts = [self.label(node.label)]
        if node.formula is not None:
            parts += [self.sign(" = "), self.tree(node.formula)]
            numbers = self.with_numbers(node)
            if numbers is not None:
                parts += [self.sign(" = "), self.text(numbers, palette.FORWARD)]
        return in_a_row([*parts, self.result(node.value, palette.FORWARD)])

    def with_numbers(self, node: SceneNode) -> str | None:
        """Write the formula with numbers for its operands; None unless all of them are numbers."""
        values: dict[str, float] = {}
        for wire in self.scene.into[node.id]:
            if not isinstance(wire.value, float):
                return None
            values[self.scene.by_id[wire.source].label] = wire.value
        assert node.formula is not None
        return maths.unicode(filled(node.formula, values))

    def product(self, local: Local) -> Block:
        """Return `∂f/∂w0 = local · upstream = downstream`; of arrays, the rule and the norm.

        In a rule `g` is the gradient at the gate; ∘ multiplies entry by entry; Σ adds up over the
        axes along which the operand was repeated.
        """
        parts = [self.partial(local.to)]
        if isinstance(local.value, float) and isinstance(local.upstream, float):
            parts += [self.sign(" = "), self.factor(local.value, palette.LOCAL)]
            parts += [self.sign(" · "), self.factor(local.upstream, palette.GRADIENT)]
        elif local.expression is not None:
            gate = self.scene.by_id[local.node].label
            parts += [self.sign(" = Σ " if self.added_up(local) else " = ")]
            parts += [self.enclosed(local.expression), self.sign(" ∘ "), self.partial(gate)]
        elif local.rule is not None:
            parts += [self.sign(" = "), self.tree(local.rule, palette.LOCAL)]
        return in_a_row([*parts, self.result(local.downstream)])

    def summed(self, node: SceneNode) -> Block:
        """Return `∂f/∂x = 0.51 + (−0.04) + 1.58 = 2.06`."""
        shares = [wire.grad for wire in self.scene.out_of[node.id] if wire.grad is not None]
        parts = [self.partial(node.label)]
        if all(isinstance(share, float) for share in shares):
            for i, share in enumerate(shares):
                parts.append(self.sign(" + " if i else " = "))
                parts.append(self.factor(share, palette.GRADIENT))
        return in_a_row([*parts, self.result(node.grad)])

    def gradient(self, label: str, value: Value) -> Block:
        """Return `∂f/∂x = 2.06`."""
        return in_a_row([self.partial(label), self.result(value)])

    def result(self, value: Value, colour: Colour = palette.GRADIENT) -> Block:
        """Return `= 2.06`, or the shape and norm of an array."""
        if isinstance(value, Summary):
            return self.text(
                f"  ({shape(value.shape)}, norm {norm_text(value).strip(BARS)})", colour
            )
        return in_a_row([self.sign(" = "), self.text(wire_text(value), colour)])

    def added_up(self, local: Local) -> bool:
        """Tell whether an operand is smaller than the gate, so that its entries were repeated."""
        found = local.downstream
        own = found.shape if isinstance(found, Summary) else ()
        return own != self.scene.by_id[local.node].shape

    # Pieces.

    def enclosed(self, tree: Expression) -> Block:
        """Return a local derivative as a factor."""
        loose = isinstance(tree, Apply) and tree.op in LOOSE
        loose = loose or (isinstance(tree, Number) and tree.value < 0)
        found = self.tree(tree, palette.LOCAL)
        ends = [self.text(sign, palette.LOCAL) for sign in "()"]
        return in_a_row([ends[0], found, ends[1]]) if loose else found

    def partial(self, label: str) -> Block:
        return in_a_row(
            [self.sign("∂"), self.label(self.scene.output), self.sign("/∂"), self.label(label)]
        )

    def label(self, label: str) -> Block:
        return name(label, self.size, palette.INK.on(self.theme))

    def sign(self, text: str) -> Block:
        return self.text(text, palette.INK)

    def words(self, text: str) -> Block:
        return line(text, 0.85 * self.size, palette.INK.on(self.theme), "sans")

    def text(self, text: str, colour: Colour) -> Block:
        return line(text, self.size, colour.on(self.theme), "upright")

    def tree(self, tree: Expression, colour: Colour = palette.INK) -> Block:
        return formula(tree, self.size, colour.on(self.theme))

    def factor(self, value: object, colour: Colour) -> Block:
        assert isinstance(value, float)
        return self.text(factor(value), colour)


def factor(value: float) -> str:
    """Write a number so that it can follow a sign."""
    written = fixed(value)
    return f"({written})" if written.startswith("−") else written


def filled(tree: Expression, values: dict[str, float]) -> Expression:
    """Return the formula with numbers in place of symbols, as they are written."""

    def visit(node: Expression, args: list[Expression]) -> Expression:
        if isinstance(node, Symbol) and node.name in values:
            return Symbol(factor(values[node.name]))
        return Apply(node.op, tuple(args)) if isinstance(node, Apply) else node

    return fold(tree, visit)
