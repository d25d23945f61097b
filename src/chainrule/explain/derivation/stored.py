"""A derivation as JSON, to the last bit.

The fields are those of `records.Derivation`; what is None or empty is left out. Numbers, arrays and
expressions are as in a scene. One more form occurs in expressions: `["partial", "f", "q"]` is
∂f/∂q. A derivation of one path:

    {"schema": "chainrule.derivation/1", "title": "(x + y) * z", "formula": [...],
     "output": "f", "value": -12.0, "wrt": "x", "name": "x", "node": "n0",
     "leaves": [{"node": "n0", "label": "x", "name": "x", "value": -2.0}, ...],
     "gates": [{"node": "n3", "label": "v1", "name": "add#1", "op": "add",
                "formula": ["add", "x", "y"], "value": 3.0}, ...],
     "paths": 1,
     "lines": [{"node": "n4", "label": "f", "gradient": 1.0},
               {"node": "n3", "label": "v1", "gradient": -4.0, "terms": [TERM]}, ...],
     "chain": ["n4", "n3"], "gradient": -4.0,
     "check": [{"input": "x", "value": -2.0, "backprop": -4.0, "difference": -4.0,
                "error": 1e-12, "step": 0.05, "verdict": "agrees", "ok": true}],
     "update": {"rate": 0.1, "old": -2.0, "gradient": -4.0, "new": -1.6},
     "evaluations": {"inputs": 3, "gates": 2, "paths": 3,
                     "backprop": {"values": 2, "locals": 4, "ran": true},
                     "differences": {...}, "written_out": {...}},
     "notes": ["..."]}

A TERM is `∂f/∂of · ∂of/∂by`, what one use of a value contributes. The gate `of` has the id `gate`:

    {"gate": "n4", "of": "f", "by": "v1", "operand": 0, "local": "z", "number": -4.0,
     "upstream": 1.0, "downstream": -4.0, "sign": "·",
     "parts": [{"expression": ["partial", "f", "f"], "shape": [], "upstream": true},
               {"expression": "z", "shape": []}]}

With `chain` the gradient is one product: of the `local` (in numbers: `number`) of the one term that
each line but the first has; `chain` holds the gates' ids, from the output to the value, and nothing
more needs to be shown. Without it `lines` are shown, each the sum over its terms; the
first is the output's own and has none. The part with `upstream` true is a gradient, the other parts
are local. A part's `shape` is empty for a number and left out where it is not known; `sign` is `∘`
entry by entry, `@` for the matrix product; `then` is `sum` where the entries of the product are
added up, `spread` where every entry receives it. Where `gradient` is missing, `reason` says why
none arrives. Counts that no double holds exactly are texts, such as "1.27e30".
"""

import json
from typing import Any

from chainrule.explain.derivation.records import SCHEMA, Count, Derivation
from chainrule.explain.scene.stored import record_data

EXACT = 2**53  # up to here a double holds whole numbers


def derivation_data(derivation: Derivation) -> dict[str, Any]:
    """Return the derivation as JSON has it: dicts, lists, texts and numbers."""
    found = {"schema": SCHEMA, **record_data(derivation)}
    found["paths"] = whole(derivation.paths)
    if derivation.chain is not None:
        found["chain"] = [term.gate for term in derivation.chain]
    given = derivation.evaluations
    if given is not None:
        found["evaluations"] = {
            "inputs": given.inputs,
            "gates": given.gates,
            "paths": whole(given.paths),
            "backprop": count_data(given.backprop),
            "differences": count_data(given.differences),
            "written_out": count_data(given.written_out),
        }
    return found


def derivation_text(derivation: Derivation) -> str:
    """Return the derivation as one line of JSON."""
    data = derivation_data(derivation)
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def count_data(count: Count) -> dict[str, Any]:
    return {"values": whole(count.values), "locals": whole(count.locals), "ran": count.ran}


def whole(number: int, digits: int = 3) -> int | str:
    """Return a whole number, or a text where it is larger than a double holds exactly.

    >>> whole(12), whole(10**30 // 7)
    (12, '1.43e29')
    """
    return number if number <= EXACT else power_of_ten(number, digits)


def power_of_ten(number: int, digits: int) -> str:
    """Write a number of any size with a few digits and an exponent.

    >>> power_of_ten(2**20000, 3)
    '3.98e6020'
    """
    exponent = max(int((number.bit_length() - 1) * 0.30102999566398114), digits)
    leading = number // 10 ** (exponent - digits)
    while leading >= 10 ** (digits + 1):
        leading, exponent = leading // 10, exponent + 1
    shown = round(leading / 10)
    if shown >= 10**digits:
        shown, exponent = shown // 10, exponent + 1
    text = str(shown)
    return f"{text[0]}.{text[1:]}e{exponent}"
