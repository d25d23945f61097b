"""From a derivation to what is written: which equations, in which order, under which headings."""

from collections.abc import Iterator, Sequence

from chainrule.draw.derivation.costs import check_section, cost_section
from chainrule.draw.derivation.fit import EQUALS
from chainrule.draw.derivation.pieces import (
    FORWARD,
    GRADIENT,
    Atom,
    Block,
    Equation,
    Formula,
    Numeral,
    Part,
    Section,
    Sentence,
    Side,
    Sign,
    Words,
)
from chainrule.draw.derivation.terms import (
    dots,
    ends,
    factors,
    line_equation,
    names,
    numbers,
    symbols,
)
from chainrule.explain.derivation.products import partial
from chainrule.explain.derivation.records import Definition, Derivation, Term
from chainrule.graph.formula import Symbol

ENDS = 6  # equations at each end of a long list
LONGEST = 14  # equations that are all shown
FACTORS = 3  # factors at each end of a long product
LONGEST_PRODUCT = 9


def sections(derivation: Derivation) -> list[Section]:
    """Return everything that is said about a derivation, in reading order."""
    found = [title(derivation), forward(derivation)]
    if derivation.lines:
        found.append(backward(derivation))
    if derivation.check is not None:
        found.append(check_section(derivation))
    if derivation.update is not None:
        found.append(update(derivation))
    if derivation.evaluations is not None:
        found.append(cost_section(derivation.evaluations))
    return found


def title(derivation: Derivation) -> Section:
    """Return the function, where it is looked at, and what is asked for."""
    output, value = Formula(Symbol(derivation.output)), Numeral(derivation.value, FORWARD)
    whole: Atom = Words(called(derivation))
    if derivation.formula is not None:
        whole = Formula(derivation.formula)
    equations = [Equation((output,), ((whole,), (value,)))]
    if derivation.lines:
        left = Formula(partial(derivation.output, derivation.wrt))
        equations.append(Equation((left,), ((Numeral(derivation.gradient, GRADIENT),),)))
    parts: list[Part] = [Block(tuple(equations))]
    if 0 < len(derivation.leaves) <= LONGEST:
        parts.append(Sentence(("at ", *place(derivation.leaves))))
    parts += [Sentence((note + ".",)) for note in derivation.notes]
    if derivation.reason:
        wanted = Formula(partial(derivation.output, derivation.wrt))
        parts.append(Sentence(("There is no ", (wanted,), f": {derivation.reason}.")))
    return Section("", tuple(parts))


def called(derivation: Derivation) -> str:
    """Write a function with its arguments; an expression as it is."""
    title = "f" if derivation.title == "<lambda>" else derivation.title
    arguments = dict.fromkeys(leaf.name.partition(".")[0] for leaf in derivation.leaves)
    return f"{title}({', '.join(arguments)})" if title.isidentifier() else title


def place(leaves: Sequence[Definition]) -> Iterator[str | Side]:
    for i, leaf in enumerate(leaves):
        if i:
            yield ", "
        yield Formula(Symbol(leaf.label)), EQUALS, Numeral(leaf.value, FORWARD)


def forward(derivation: Derivation) -> Section:
    """Return the gates with their values: what the names in the derivation stand for."""
    shown, left_out = ends(derivation.gates, LONGEST, ENDS)
    equations = [more(left_out) if gate is None else defined(gate) for gate in shown]
    return Section("Forward: the value of every gate", (Block(tuple(equations)),))


def defined(gate: Definition) -> Equation:
    """Return `q = W x = ...`."""
    left = Formula(Symbol(gate.label))
    value: Side = (Numeral(gate.value, FORWARD),)
    if gate.formula is None:
        return Equation((left,), (value,), defines=gate.node)
    return Equation((left,), ((Formula(gate.formula),), value), defines=gate.node)


def backward(derivation: Derivation) -> Section:
    """Return the product of one path, or the gradients on the way line by line."""
    wrt, output = Formula(Symbol(derivation.wrt)), Formula(Symbol(derivation.output))
    chain = derivation.chain
    if chain:
        count = "one local derivative" if len(chain) == 1 else f"{len(chain):,} local derivatives"
        said = ("One path leads from ", (wrt,), " to ", (output,), f": a product of {count}.")
        return Section("Backward: the chain rule", (Sentence(said), product(derivation, chain)))
    shown, left_out = ends(derivation.lines, LONGEST, ENDS)
    equations = [
        more(left_out) if line is None else line_equation(derivation.output, line) for line in shown
    ]
    return Section(
        "Backward: the chain rule, from the output",
        (Sentence(tuple(paths_said(derivation))), Block(tuple(equations))),
    )


def paths_said(derivation: Derivation) -> Iterator[str | Side]:
    wrt, output = Formula(Symbol(derivation.wrt)), Formula(Symbol(derivation.output))
    if derivation.wrt == derivation.output:
        yield "By itself the output has the gradient that enters."
        return
    several = derivation.paths > 1
    yield f"{dots(derivation.paths)} paths lead from " if several else "One path leads from "
    yield (wrt,)
    yield " to "
    yield (output,)
    yield "; one line for each gradient on the way"
    yield ", a sum where a value is used more than once." if several else "."


def product(derivation: Derivation, chain: Sequence[Term]) -> Block:
    """Return the product as symbols, as local derivatives, as numbers, and its value."""
    shown, left_out = ends(chain, LONGEST_PRODUCT, FACTORS)
    note = f"{left_out:,} more" if left_out else ""
    left = Formula(partial(derivation.output, derivation.wrt), link=chain[-1].gate)
    sides = (
        factors(shown, names, note),
        factors(shown, symbols, note),
        factors(shown, numbers, note),
        (Numeral(derivation.gradient, GRADIENT),),
    )
    return Block((Equation((left,), sides),), stacked=True)


def update(derivation: Derivation) -> Section:
    """Return new = old - rate x gradient."""
    step = derivation.update
    assert step is not None
    wrt = Formula(Symbol(derivation.wrt))
    gradient = Formula(partial(derivation.output, derivation.wrt), GRADIENT)
    rate = Numeral(step.rate)
    sides: list[Side] = [(wrt, Sign("−"), rate, Sign("·"), gradient)]
    if not derivation.lines[-1].shape:
        old, slope = Numeral(step.old, FORWARD), Numeral(step.gradient, GRADIENT, factor=True)
        sides.append((old, Sign("−"), rate, Sign("·"), slope))
    sides.append((Numeral(step.new, FORWARD),))
    new = (Words("new"), wrt)
    return Section("Update: one step of gradient descent", (Block((Equation(new, tuple(sides)),)),))


def more(count: int) -> Equation:
    """Return the line that stands for equations that are left out."""
    return Equation((Sign("⋯"),), ((Words(f"{count:,} more"),),), equal=False)
