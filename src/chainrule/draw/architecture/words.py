"""What is written in the picture of a net, and a net as plain text."""

import re
from collections.abc import Sequence

from chainrule.draw.architecture.fold import Run, Shown, runs
from chainrule.draw.numbers import shape
from chainrule.explain.architecture import WEIGHTS, Architecture, Block, Link

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SYMBOLS = ("+", "−", "×")
LONGEST = 26  # signs of a path


def theta(letter: str, numbers: Sequence[int]) -> str:
    """Write the name of a matrix, Θ⁽²⁾; of several that look alike, Θ⁽²⁾ … Θ⁽⁹⁾.

    >>> theta("Θ", [2]), theta("Θ", [2, 3, 4]), theta("b", [2, 4, 6])
    ('Θ⁽²⁾', 'Θ⁽²⁾ … Θ⁽⁴⁾', 'b⁽²⁾, b⁽⁴⁾ … b⁽⁶⁾')
    """
    written = [f"{letter}⁽{str(number).translate(RAISED)}⁾" for number in numbers]
    if len(written) == 1:
        return written[0]
    second = f", {written[1]}" if numbers[1] != numbers[0] + 1 else ""
    return f"{written[0]}{second} … {written[-1]}"


def link_lines(net: Architecture, shown: Shown) -> list[str]:
    """Return what is written about the weights that lead to a column."""
    link = shown.link
    if link is None:
        return []
    numbers = [weight_number(net, i) for i in shown.every]
    if link.kind != WEIGHTS:
        return [link.kind, *([parts(link)] if link.shape else [])]
    lines = [f"{theta('Θ', numbers)}  {shape(link.shape)}"]
    if link.bias is not None:
        lines.append(f"{theta('b', numbers)}  {shape(link.bias)}")
    return lines


def weight_number(net: Architecture, column: int) -> int:
    """Return which matrix leads to a column, counted from 1; what has no weights does not count."""
    return sum(link.kind == WEIGHTS for link in net.links[:column])


def parts(link: Link) -> str:
    """Write the shapes of parameters that are no weighted sum: 2×4×3 + 2×4."""
    return shape(link.shape) + (f" + {shape(link.bias)}" if link.bias is not None else "")


def name(net: Architecture, shown: Shown) -> str:
    """Return the name of a column; `layers.0…96` of those that it stands for."""
    first, last = (re.split(r"([. ])", net.columns[i].name) for i in (shown.index, shown.last))
    if first == last or len(first) != len(last):
        return shortened("".join(first))
    pairs = zip(first, last, strict=True)
    return shortened("".join(a if a == b else f"{a}…{b}" for a, b in pairs))


def shortened(path: str) -> str:
    return path if len(path) <= LONGEST else f"…{path[-LONGEST:].partition('.')[2]}"


def count(net: Architecture) -> str:
    """Write how many numbers there are to train."""
    return f"{net.parameters:,} parameter{'s' * (net.parameters != 1)}"


def heading(net: Architecture) -> str:
    """Return class and sizes: `MLP 64 – 128 – 64 – 10`."""
    if not net.columns:
        return net.title
    sizes = [*dict.fromkeys(c.units for c in net.columns)]
    if len(net.columns) <= 8:
        sizes = [c.units for c in net.columns]
    else:
        return net.title or f"{len(net.columns)} columns"
    return f"{net.title}  {' – '.join(f'{n:,}' for n in sizes)}".strip()


def text(net: Architecture) -> str:
    """Return a net as plain text, one line a column, input first.

    >>> from chainrule.explain.architecture import columns
    >>> print(text(columns([2, 2, 1])))
    2 – 2 – 1  [9 parameters]
      input   2
              │  Θ⁽¹⁾  2×2, b⁽¹⁾  2
      hidden  2
              │  Θ⁽²⁾  1×2, b⁽²⁾  1
      output  1
    """
    head = f"{heading(net)}  [{count(net)}]"
    return "\n".join([head, *(chain_lines(net) if net.columns else block_lines(net))])


def chain_lines(net: Architecture) -> list[str]:
    found = runs(net)
    every = [shown for run in found for shown in run.columns]
    names = max(len(name(net, shown)) for shown in every)
    digits = max(len(f"{shown.column.units:,}") for shown in every)
    lines = []
    for run in found:
        for k, shown in enumerate(run.columns):
            start = " " * (names + digits + 3)
            lines += [
                f"{start}│  {words}" for words in [", ".join(link_lines(net, shown))] if words
            ]
            units = f"{shown.column.units:,}".rjust(digits)
            line = f"  {name(net, shown):{names}}  {units}  {', '.join(notes(net, shown))}"
            last = k == len(run.columns) - 1 and run.times > 1
            lines.append(line.rstrip() + (f"   × {run.times}{of(run)}" if last else ""))
    return lines


def notes(net: Architecture, shown: Shown) -> list[str]:
    """Return what is done to a column; where earlier ones come in again, which they are."""
    sources = [net.columns[s.source].name for s in net.skips if s.target == shown.index]
    written = list(shown.column.notes)
    for source in reversed(sources):
        joins = [i for i, note in enumerate(written) if note in SYMBOLS]
        if joins:
            written[joins[-1]] += f" {source}"
    return written


def of(run: Run) -> str:
    """Say how many lines are repeated."""
    return f" (these {len(run.columns)})" if len(run.columns) > 1 else ""


def block_lines(net: Architecture) -> list[str]:
    """Return the modules inside, indented, in the order of execution."""
    lines: list[str] = []
    waiting = [(block, 1) for block in reversed(net.block.inner)] if net.block else []
    while waiting:
        block, depth = waiting.pop()
        lines.append(f"{'  ' * depth}{block.path}  {block.title}{arrays(block)}")
        waiting.extend((inner, depth + 1) for inner in reversed(block.inner))
    return lines


def arrays(block: Block) -> str:
    """Return shapes of parameters, and of what comes out."""
    own = ", ".join(f"{local} {shape(sizes)}" for local, sizes in block.arrays)
    out = f" → {shape(block.output)}" if block.output else ""
    return (f"  {own}" if own else "") + out
