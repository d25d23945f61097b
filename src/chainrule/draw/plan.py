"""The plan of native code in the terminal: passes, kernels in their order, memory."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from chainrule.compiler.describe import Description, Stage, Stored, Task
from chainrule.compiler.route import figure
from chainrule.draw.numbers import shape
from chainrule.draw.terminal import (
    RenderableType,
    Text,
    heading,
    indented,
    line,
    plain_text,
    stacked,
    table,
)

WIDTH = 100
BARS = 48  # kernels up to which the life of an array is drawn
MANY = 40  # arrays that are listed
KINDS = {
    "map": "entry by entry",
    "reduce": "combines entries",
    "product": "sums of products",
    "blas": "sums of products",
    "writes": "part by part",
    "running": "running sums",
    "order": "sorts",
    "call": "calls the interpreter: there is no native code for this gate",
}


def text(plan: Description, ir: str = "", assembly: str = "") -> str:
    """Return a plan as plain text, with the code that belongs to it."""
    shown = plain_text(stacked(sections(plan)), WIDTH)
    for title, code in (("In LLVM's assembly language", ir), ("In the processor's", assembly)):
        if code:
            shown += f"\n\n{title}\n\n{code.rstrip()}"
    return shown


def sections(plan: Description) -> list[RenderableType]:
    """Return title, passes, kernels and memory."""
    sizes = {x.name: x.shape for x in plan.arrays}
    return [
        title(plan),
        heading("The passes, and what each changed"),
        indented(passes(plan.stages)),
        heading("The kernels in the order of execution"),
        *(indented(kernel(task, sizes)) for task in plan.tasks),
        heading("The memory"),
        indented(memory(plan)),
        *lives(plan),
    ]


def title(plan: Description) -> RenderableType:
    """Return what the plan is of, and the processor it is for."""
    functions = len({task.function for task in plan.tasks})
    shared = f", {counted(functions, 'function')}" * (functions < len(plan.tasks))
    host = plan.host
    bits = 8 * host.vector_bytes
    rows = [
        line((plan.title or "a circuit", "strong")),
        line(f"{counted(plan.gates, 'gate')} in {counted(len(plan.tasks), 'kernel')}{shared}"),
        line(f"for {host.triple.partition('-')[0]} with {host.registers} registers of {bits} bits"),
    ]
    told = [repetition(plan), sharing(plan)]
    return stacked([*rows, *(line(words) for words in told if words)])


def repetition(plan: Description) -> str:
    """Say how the circuit is repeated in native code, if it is."""
    steps = plan.steps
    said = []
    if steps.updates:
        said.append(f"{counted(len(steps.updates), 'array')} updated in place")
    if steps.sliced or steps.stacked:
        said.append("repeated step by step in native code")
    if steps.flushes:
        said.append("denormal numbers count as 0")
    return "; ".join(said)


def sharing(plan: Description) -> str:
    """Say how many threads share a run, where there is something to share."""
    if all(task.parts == 1 for task in plan.tasks):
        return ""
    return f"by {counted(plan.threads.threads, 'thread')}: {plan.threads.reason}"


def counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"


# Passes ------------------------------------------------------------------------------------------


def passes(stages: Sequence[Stage]) -> RenderableType:
    """Return a row for each pass: how many gates there were, and which went and came."""
    rows = []
    for stage in stages:
        gone, new = listed(stage.gone), listed(stage.new)
        words = [*([f"− {gone}"] if gone else []), *([f"+ {new}"] if new else [])]
        count = f"{stage.before} → {stage.after}"
        rows.append((line(stage.name), line(count), line(("  ".join(words) or "nothing", "faint"))))
    return table(("pass", "gates", "what changed"), rows, folding=[2])


def listed(ops: Mapping[str, int]) -> str:
    """Write what happened how often: `exp, 2 multiply`."""
    return ", ".join(f"{n} {name}" if n > 1 else name for name, n in sorted(ops.items()))


# Kernels -----------------------------------------------------------------------------------------


def kernel(task: Task, sizes: Mapping[str, Sequence[int]]) -> RenderableType:
    """Return a kernel: what it computes, from which arrays to which, how, and how much that is."""
    written = ", ".join(sized(name, sizes[name]) for name in task.writes)
    rows = [
        (line((f"{task.number}", "strong")), line((gates(task), "strong"))),
        (line(), line((f"reads {', '.join(task.reads) or 'nothing'}", "faint"))),
        (line(), line((f"writes {written}", "faint"))),
        (line(), line((effort(task), "faint"))),
    ]
    made = table(("", ""), rows, folding=[1])
    made.columns[0].min_width = 3
    return made


def gates(task: Task) -> str:
    """Write the gates by their modules: `layers.0: matmul, add; layers.1: relu`."""
    by_module: dict[str, list[str]] = {}
    for module, op, variable in task.gates:
        word = f"{variable} = {op}" if variable else op
        by_module.setdefault(module, []).append(word)
    parts = [f"{m}: {repeated(words)}" if m else repeated(words) for m, words in by_module.items()]
    return "; ".join(parts)


def repeated(words: Sequence[str]) -> str:
    """Write words in their order, those in a row once: `add, 3 multiply`."""
    runs = [(word, len(list(same))) for word, same in groupby(words)]
    return ", ".join(f"{n} {word}" if n > 1 else word for word, n in runs)


def effort(task: Task) -> str:
    """Say how the kernel works, and how much."""
    if task.kind == "call":
        return KINDS["call"]
    flop = "" if task.flop is None else f"{figure(task.flop, 'FLOP')} on "
    amount = flop + figure(task.traffic, "B")
    said = [f"{KINDS[task.kind]}: {amount}"]
    if task.route is not None:
        said = [f"{task.route.name}, {task.route.reason}"]
        if not task.route.reason.startswith(flop):
            said.append(f"in all {amount}")
    if task.parts > 1:
        said.append(f"cut into {task.parts} parts")
    if task.same_as is not None:
        said.append(f"the function of kernel {task.same_as}")
    return in_lines(said)


def in_lines(parts: Sequence[str], width: int = WIDTH - 7) -> str:
    """Join parts by semicolons, with line breaks between them where the width asks for it."""
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]}; {part}"
        if len(longer) <= width:
            lines[-1] = longer
        else:
            lines[-1] += ";"
            lines.append(part)
    return "\n".join(lines)


# Memory ------------------------------------------------------------------------------------------


def memory(plan: Description) -> RenderableType:
    """Return how much memory there is of each kind."""
    rows = []
    for kind, word in (("input", "inputs"), ("output", "outputs"), ("constant", "constants")):
        arrays = [x for x in plan.arrays if x.kind == kind]
        if arrays:
            names = ", ".join(map(outside, arrays[:MANY]))
            more = f" and {len(arrays) - MANY} more" if len(arrays) > MANY else ""
            size = figure(sum(x.size for x in arrays), "B")
            rows.append((line(word), line(size), line((names + more, "faint"))))
    inner = [x for x in plan.arrays if x.kind == "arena"]
    whole = figure(sum(x.size for x in inner), "B")
    if inner:
        told = f"one arena for {counted(len(inner), 'array')} of {whole} together"
        rows.append((line("between"), line(figure(plan.arena, "B")), line((told, "faint"))))
    if plan.scratch:
        told = "for copies that products and sorting make for themselves"
        rows.append((line("scratch"), line(figure(plan.scratch, "B")), line((told, "faint"))))
    return table(("", "", ""), rows, folding=[2])


def outside(array: Stored) -> str:
    """Write an array that is given from outside, and whether an output takes its place."""
    return f"{sized(array.name, array.shape)}{' in place' * array.updated}"


def sized(name: str, sizes: Sequence[int]) -> str:
    """Write an array: `x[32×64]`; a single number by its name alone."""
    return f"{name}[{shape(sizes)}]" if sizes else name


def lives(plan: Description) -> list[RenderableType]:
    """Return when each array of the arena lives and where: what does not overlap shares a place."""
    inner = [x for x in plan.arrays if x.kind == "arena"]
    if not inner:
        return []
    rows = [
        (
            line(x.name),
            line(figure(x.size, "B")),
            line(f"{x.offset}"),
            line((life(x, len(plan.tasks)), "faint")),
        )
        for x in inner[:MANY]
    ]
    if len(inner) > MANY:
        rows.append((line(f"and {len(inner) - MANY} more"), line(), line(), line()))
    header = ("in the arena", "size", "from byte", "lives while these kernels run")
    return [Text(), indented(table(header, rows, folding=[0]))]


def life(array: Stored, kernels: int) -> str:
    """Draw the kernels between first and last use, or name them where there are many."""
    if kernels > BARS:
        return f"{array.first} to {array.last}"
    return "".join("█" if array.first <= n <= array.last else "·" for n in range(kernels))
