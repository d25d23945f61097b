"""What gates are called: the variable they were stored in, or their op and a number."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from chainrule.graph.source import Place, resolve

LETTERS = ("v", "u", "t", "s")
SHORT = {"weight": "W", "bias": "b", "scale": "γ", "shift": "β"}  # of parameters in formulas


def gate_names(
    gates: Iterable[Any], taken: Iterable[str] = (), outside: Place = None
) -> dict[Any, str]:
    """Return a name for each gate, leaves left out, in execution order.

    A gate bears the variable that its result was stored in; when several do, the later ones get a
    number: `h`, `h#2`. The others bear their op and a number: `multiply#1`.

    Args:
        gates: in execution order.
        taken: names that are in use, such as those of the arguments.
        outside: the place from which the circuit was asked for; a variable there names no gate.
    """
    names: dict[Any, str] = {}
    used = Counter(list(taken))  # the names, also of a mapping
    for gate in gates:
        if gate.op is None:
            continue
        variable = stored_in(gate, outside)
        base = variable or gate.op.name
        used[base] += 1
        numbered = used[base] > 1 or not variable
        names[gate] = f"{base}#{used[base]}" if numbered else base
    return names


def stored_in(gate: Any, outside: Place) -> str:
    """Return the variable that the user's code stored the gate in, or nothing."""
    if gate.place is None or gate.place == outside:
        return ""
    source = resolve(gate.place)
    return source.variable if source else ""


def short_labels(names: Mapping[Any, str], taken: Iterable[str]) -> dict[Any, str]:
    """Return what formulas call the gates: `q` where a variable says so, else `v3`, the last `f`.

    The number is the gate's place in the order of execution. A variable that was assigned again,
    `h#2`, becomes `h2` where that is free, and `h_2` or `h__2` where it is not.
    """
    words = {*taken, *(n for n in names.values() if "#" not in n)}
    letter = next(c for c in LETTERS if not any(re.fullmatch(rf"{c}\d+", w) for w in words))
    labels = {}
    for i, (gate, name) in enumerate(names.items(), 1):
        if is_repeat(name, words):
            labels[gate] = numbered(name, words)
            words.add(labels[gate])
        else:
            labels[gate] = f"{letter}{i}" if "#" in name else name
    if names:
        last = next(reversed(names))
        if labels[last] == f"{letter}{len(names)}":
            labels[last] = next(w for w in ("f", "out", "result") if w not in words)
    return labels


def is_repeat(name: str, words: set[str]) -> bool:
    """Tell whether this is a variable that was assigned again: `h#2` beside `h`."""
    word, repeated, _ = name.partition("#")
    return bool(repeated) and word in words


def numbered(name: str, words: set[str]) -> str:
    """Return a word for `h#2` that is no other's."""
    word, _, number = name.partition("#")
    return next(w for n in count() if (w := f"{word}{'_' * n}{number}") not in words)


def leaf_labels(names: Iterable[str]) -> dict[str, str]:
    """Return what formulas call the leaves: themselves, or `W1` for `model.layers.0.weight`.

    The last part of a path gives the letter. Where several leaves share it, they are numbered by
    the modules that hold them, so that `W2` and `b2` belong together.

    >>> leaf_labels(["x", "net.0.weight", "net.0.bias", "net.2.weight"])
    {'x': 'x', 'net.0.weight': 'W1', 'net.0.bias': 'b1', 'net.2.weight': 'W2'}
    """
    names = list(names)
    dotted = [name for name in names if "." in name]
    owners = list(dict.fromkeys(name.rpartition(".")[0] for name in dotted))
    taken = {name for name in names if "." not in name}
    labels = {name: name for name in taken}
    for name in dotted:
        owner, _, last = name.rpartition(".")
        word = SHORT.get(last) or (last if last.isidentifier() else owner.rpartition(".")[2] or "p")
        number = last if last.isdigit() else str(owners.index(owner) + 1)
        label = f"{word}{number}" if last.isdigit() or len(owners) > 1 else word
        while label in taken:
            label += "_"
        taken.add(label)
        labels[name] = label
    return {name: labels[name] for name in names}


def constant_labels(arrays: Iterable[Any], taken: Iterable[str]) -> dict[Any, str]:
    """Return what formulas call the arrays that take part as they are: `c1`, `c2`."""
    words = {*taken}
    free = (label for i in count(1) if (label := f"c{i}") not in words)
    return dict(zip(arrays, free, strict=False))
