"""The report of a blame in a terminal."""

import math
from dataclasses import replace

from chainrule.draw.blame import listed, text
from chainrule.explain.blame import Blame, Line, Operand

FOUND = Blame(
    "gate", 41233, math.nan, "layers.3.h#0@grad", "divide", rule_of="log", phase="backward",
    element=(5, 2), elements=2, batch=32, rows=(1207,),
    operands=(
        Operand("loss@grad", (32, 4), "float32", -0.25, 0.25, at=(0.0,), reaching=1),
        Operand("layers.2", (32, 4), "float32", 0.0, 3.1e7, at=(0.0,), reaching=1),
    ),
    result=Operand("layers.3.h#0@grad", (32, 4), "float32", -1.0, 2.0, 1, 1, (math.nan,), 1),
    source=Line("net.py", 12, "h = cr.log(x)"),
    reached=("layers.2@grad", "layers.0.weight@update"),
    remedy="bound what goes in: cr.log(cr.maximum(x, 1e-7)), and look at the row of the data",
)  # fmt: skip

REPORT = """\
step 41233: the gradient of log in layers.3.h#0 (net.py:12) made NaN of 0 and 0, row 1207 of \
the data

                           shape    min    max  NaN  inf  at [5, 2]
  takes loss@grad          32×4   −0.25   0.25            0
  takes layers.2           32×4       0  3.1e7            0
  gives layers.3.h#0@grad  32×4      −1      2    1    1  NaN

  entries  2 of them at fault
  line     net.py:12  h = cr.log(x)
  rows     row 1207 of the data
  reached  layers.2@grad, layers.0.weight@update
  try      bound what goes in: cr.log(cr.maximum(x, 1e-7)), and look at the row of the
           data
"""


def test_report() -> None:
    assert text(FOUND) == REPORT


def test_what_is_not_known_is_left_out() -> None:
    bare = Blame("unknown", 3, math.inf, note="only the whole step does not", computed_by="native")
    assert text(bare) == (
        "step 3: the gates one by one stay finite\n\n"
        "  note     only the whole step does not\n"
        "  computed gate by gate in native code\n"
    )


def test_many_entries() -> None:
    many = replace(FOUND.operands[0], at=(1.0, 2.0), reaching=700)
    assert "1 2 … the largest of 700" in text(replace(FOUND, operands=(many,)))


def test_many_names_are_shortened() -> None:
    names = [f"layers.{i}" for i in range(30)]
    assert listed(names[:12]) == ", ".join(names[:12])
    assert listed(names).startswith("layers.0, ")
    assert listed(names).endswith("layers.8, … 19 more …, layers.28, layers.29")
