"""A step and a gate in words and numbers, as styled pieces of lines."""

from collections.abc import Iterator

from chainrule.draw.maths import unicode
from chainrule.draw.numbers import fixed, grad_text, wire_text
from chainrule.draw.sentence import factor, filled
from chainrule.draw.terminal import Run
from chainrule.explain.scene.records import (
    BACKWARD,
    BRANCH,
    FORWARD,
    MODULE,
    OUT,
    Local,
    Scene,
    SceneNode,
    Step,
    Value,
)
from chainrule.explain.scene.steps import position

Row = list[Run]
BEGINNING = "blank: nothing has been computed yet, only the leaves have values"


def sentence(scene: Scene, number: int) -> list[Row]:
    """Return what step `number` does, a line for each operand; 0 is before the first."""
    if not number:
        return [[("start", "strong"), f"   {BEGINNING}"]]
    step = scene.steps[number - 1]
    direction, at, count = position(scene, number)
    style = "forward" if direction == FORWARD else "gradient"
    node = scene.by_id[step.node]
    head: Row = [(f"{direction} {at} of {count}", style), "   ", (named(node), "strong"), "   "]
    blank: Row = [" " * sum(len(run if isinstance(run, str) else run[0]) for run in head)]
    rows = list(equations(scene, node, step))
    return [[*(blank if i else head), *row] for i, row in enumerate(rows)]


def named(node: SceneNode) -> str:
    """Return what a node is called in a sentence."""
    if node.kind == OUT:
        return "output"
    if node.kind == BRANCH:
        return "branch"
    if node.kind == MODULE:
        return f"{{{node.label}}}"
    return f"{node.op} gate"


def equations(scene: Scene, node: SceneNode, step: Step) -> Iterator[Row]:
    """Yield what a step computes."""
    if node.kind == MODULE:
        yield [f"all of its {node.gates:,} gates"]
    elif step.direction == FORWARD:
        yield forward(scene, node)
    elif node.kind == OUT:
        yield [*partial(scene, node.label), (grad_text(node.grad), "gradient")]
    elif node.kind == BRANCH:
        yield summed(scene, node)
    else:
        yield from handed(scene, node)


def forward(scene: Scene, node: SceneNode) -> Row:
    """Return `v1 = w0 × x0 = 2.00 × (−1.00) = −2.00`."""
    row: Row = [f"{node.label} = "]
    if node.formula is not None:
        row += [unicode(node.formula), " = "]
        operands = {scene.by_id[w.source].label: w.value for w in scene.into[node.id]}
        numbers = {name: x for name, x in operands.items() if isinstance(x, float)}
        if len(numbers) == len(operands):
            row += [unicode(filled(node.formula, numbers)), " = "]
    return [*row, (wire_text(node.value), "forward")]


def handed(scene: Scene, node: SceneNode) -> Iterator[Row]:
    """Yield `∂f/∂v5 = 0.37 local × −0.53 upstream = −0.20` for each operand."""
    found = [x for x in scene.locals if x.node == node.id and x.downstream is not None]
    for local in found:
        yield [
            *partial(scene, local.to),
            *product(local),
            (grad_text(local.downstream), "gradient"),
        ]
    if not found:
        yield ["no gradient flows to its operands"]


def product(local: Local) -> Row:
    """Return local times upstream; of arrays, the rule."""
    if isinstance(local.value, float) and isinstance(local.upstream, float):
        upstream = fixed(local.upstream)
        return [
            (fixed(local.value), "local"),
            (" local × ", "faint"),
            (upstream, "gradient"),
            (" upstream = ", "faint"),
        ]
    rule = local.rule if local.rule is not None else local.expression
    if rule is None:
        return []
    times = "" if local.rule is not None else " × g"
    return [(unicode(rule) + times, "local"), (" = ", "faint")]


def summed(scene: Scene, node: SceneNode) -> Row:
    """Return `∂f/∂x = 0.51 + (−0.04) + 1.58 = 2.06`."""
    row = partial(scene, node.label)
    shares = [wire.grad for wire in scene.out_of[node.id] if wire.grad is not None]
    for i, share in enumerate(shares):
        row += [" + " if i else "", (share_text(share, first=not i), "gradient")]
    return [
        *row,
        (" = ", "faint"),
        (grad_text(node.grad), "gradient"),
        ("   gradients add", "faint"),
    ]


def share_text(share: Value, first: bool) -> str:
    return grad_text(share) if first or not isinstance(share, float) else factor(share)


def partial(scene: Scene, label: str) -> Row:
    return [f"∂{scene.output}/∂{label} = "]


def check_words(scene: Scene) -> Row:
    """Return `check ✓ 2e−11`: the largest relative error of all leaves' gradients."""
    if not scene.check:
        return []
    wrong = [row for row in scene.check if not row.ok]
    if wrong:
        return [(f"check ✗ {wrong[0].input}", "bad")]
    worst = max((row.error for row in scene.check if row.error == row.error), default=0.0)
    mantissa, _, exponent = f"{worst:.0e}".partition("e")
    shown = f"{mantissa}e{int(exponent)}".replace("-", "−") if worst else "0"
    return [(f"check ✓ {shown}", "faint")]


def panel(scene: Scene, node: SceneNode) -> Iterator[Row]:
    """Yield the lines of the gate panel: what it is, its formula, and per operand three cells."""
    role = f"   {node.role}" if node.role else ""
    yield [(named(node), "strong"), (role, "faint")]
    if node.kind == BRANCH:
        yield ["one value, used several times: its gradient is the sum over all of them"]
        yield summed(scene, node)
        return
    if node.kind in (OUT, MODULE):
        yield from equations(scene, node, Step(direction=BACKWARD, node=node.id, wires=()))
        return
    if node.says:
        yield [(node.says, "faint")]
    yield forward(scene, node)
    for local in scene.locals:
        if local.node == node.id:
            yield from cells(scene, local)
    if node.source is not None:
        yield [(f"{node.source.file}:{node.source.line}   {node.source.text}", "faint")]


def cells(scene: Scene, local: Local) -> Iterator[Row]:
    """Yield local, upstream and downstream gradient of one operand: symbols, then numbers."""
    me = scene.by_id[local.node].label
    rule = local.expression if local.expression is not None else local.rule
    symbols = ["" if rule is None else unicode(rule), f"∂{scene.output}/∂{me}",
               f"∂{scene.output}/∂{local.to}"]  # fmt: skip
    value = local.value if isinstance(local.value, float) else None
    numbers = [wire_text(value), grad_text(local.upstream), grad_text(local.downstream)]
    widths = [max(map(len, pair)) for pair in zip(symbols, numbers, strict=True)]
    styles = ("local", "gradient", "gradient")
    name = f"to {local.to}   "
    signs = (" × ", " = ", "")
    for texts, start in ((symbols, name), (numbers, " " * len(name))):
        row: Row = [(start, "faint")]
        for text, width, style, sign in zip(texts, widths, styles, signs, strict=True):
            row += [(text.rjust(width), style), (sign, "faint")]
        yield row
