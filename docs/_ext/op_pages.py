"""One page for each op in the registry, from its declaration."""

import inspect
from pathlib import Path
from typing import Any

import docstrings
import op_example
from generated import write_pages
from sphinx.application import Sphinx

import chainrule as cr
from chainrule.draw.maths import latex
from chainrule.errors import ChainruleError
from chainrule.graph import shapes
from chainrule.graph.formula import Symbol
from chainrule.graph.registry import OPS, Op

MEANING = {
    "distributor": "hands the upstream gradient on, up to its sign, to every input",
    "router": "hands the upstream gradient to the inputs that won, and zero to the others",
    "switcher": "scales what one input receives by the other inputs",
    "scaler": "scales the gradient by a number that depends on this input alone",
    "mover": "rearranges the gradient",
    "mixer": "gives every input entry a weighted sum of the upstream gradient",
    "copier": "copies values forward and adds the gradients of the copies backward",
    "adder": "adds entries up forward and copies the gradient to each of them backward",
    "wall": "lets no gradient through",
}

USUAL = (-2.0, 2.0)


def declared() -> list[Op]:
    """Return the ops that the package declares, by public name."""
    ours = [op for op in OPS.values() if op.rule.__module__.startswith("chainrule.ops")]
    return sorted(ours, key=lambda op: op.public)


def pages() -> dict[str, str]:
    """Return file name -> Markdown."""
    found = {f"{op.public}.md": page(op) for op in declared()}
    return {"index.md": index(), **found}


def index() -> str:
    rows = [
        f"| [{docstrings.code(op.public)}]({op.public}.md) | {op.role} | {docstrings.summary(op)} |"
        for op in declared()
    ]
    names = [op.public for op in declared()]
    return "\n".join(
        [
            "# Gates",
            "",
            "Every kind of gate, from its declaration: what it computes, what it does to the "
            "gradient,",
            "and an example computed when this page was built.",
            "",
            "| gate | role | what happens to the gradient |",
            "|---|---|---|",
            *rows,
            "",
            "```{toctree}",
            ":hidden:",
            "",
            *names,
            "```",
            "",
        ]
    )


def page(op: Op) -> str:
    parts = [
        f"# {docstrings.escape(op.public)}",
        f"`{call(op)}`",
        formulas(op),
        f"## The gradient\n\n{docstrings.markdown(op)}",
        f"**Role: {op.role}.** It {MEANING[op.role]}.",
        fence("python", rule_source(op)),
        shape_section(op),
        domain_section(op),
        refusals(op),
        f"## Example\n\n{op_example.section(op)}",
    ]
    return "\n\n".join(p for p in parts if p) + "\n"


def call(op: Op) -> str:
    """Return how the op is called, with the defaults of its attributes."""
    shown = [f"*{p.name}" if p.kind is p.VAR_POSITIONAL else p.name
             for p in op.__signature__.parameters.values() if p.default is p.empty]  # fmt: skip
    attrs = [f"{name}={value!r}" for name, value in op.defaults.items()]
    return f"cr.{op.public}({', '.join([*shown, *attrs])})"


def formulas(op: Op) -> str:
    """Write what is computed: the readable form, and the computed one where they differ."""
    exact = formula_tex(op)
    if op.tex and exact and op.tex.replace(" ", "") != exact.replace(" ", ""):
        return f"{block(op.tex)}\n\nIt is computed as\n\n{block(exact)}"
    shown = op.tex or exact
    return block(shown) if shown else ""


def formula_tex(op: Op) -> str:
    if op.formula is None:
        return ""
    try:
        tree = op.expression(**{name: Symbol(name) for name in op.defaults})
    except (ChainruleError, TypeError):  # an attribute that is no number
        tree = op.expression(**op.defaults)
    return latex(tree) if tree is not None else ""


def block(tex: str) -> str:
    return f"$$\n{tex}\n$$"


def fence(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def rule_source(op: Op) -> str:
    """Return the rule as it stands in the source, without decorator and docstring."""
    text = inspect.cleandoc("\n" + inspect.getsource(op.rule))
    body = text[text.index("\ndef ") + 1 :] if "\ndef " in text else text
    start, _, rest = body.partition('"""')
    _, _, after = rest.partition('"""')
    return (start.rstrip() + after).rstrip() if after else body


def shape_section(op: Op) -> str:
    rows = [row for wanted in op_example.cases(op)[:6] if (row := shape_row(op, wanted))]
    if not rows:
        return ""
    head = "| inputs | attributes | output |\n|---|---|---|"
    lead = "Inputs broadcast against each other.\n\n" if op.shape is shapes.broadcast else ""
    return f"## Shapes\n\n{lead}{head}\n" + "\n".join(rows)


def shape_row(op: Op, wanted: Any) -> str:
    inputs, attrs, value = op_example.computed(op, wanted)
    listed = ", ".join(f"`{op_example.shape_of(x)}`" for x in inputs)
    given = ", ".join(f"`{name}={value!r}`" for name, value in attrs.items())
    return f"| {listed} | {given} | `{op_example.shape_of(value)}` |"


def domain_section(op: Op) -> str:
    lines = []
    if op.role != "wall" and op.domain not in (bool, USUAL):
        lines.append(f"Tests draw inputs from {intervals(op)}.")
    if op.kinks is not None:
        lines.append(
            "There are kinks, where the slope jumps; the text above says which side is taken, and "
            "a gradient check says *kink* there instead of *wrong*."
        )
    return f"## Domain\n\n{' '.join(lines)}" if lines else ""


def intervals(op: Op) -> str:
    several = not isinstance(op.domain[0], (int, float))
    found = op.domain if several else [op.domain]
    return " and ".join("booleans" if d is bool else f"({d[0]:g}, {d[1]:g})" for d in found)


def refusals(op: Op) -> str:
    """List what the op must refuse, and how it says so."""
    lines = [f"- `{wanted.says}`" for wanted in op.bad if "`" not in wanted.says]
    return "## Refused\n\nWith messages such as\n\n" + "\n".join(lines) if lines else ""


def write(app: Sphinx) -> None:
    write_pages(Path(app.srcdir) / "reference" / "ops", pages())


def setup(app: Sphinx) -> dict[str, Any]:
    assert cr.__version__
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
