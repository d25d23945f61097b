"""The record: plain data, and a text of its own."""

import json
import math

from chainrule.explain.blame import Blame, Line, Operand

X = Operand("layers.0", (2,), "float32", -1.0, 2.0, nan=1, inf=2, at=(-1.0,), reaching=1)
FOUND = Blame(
    "gate", 7, math.nan, "layers.1", "log", element=(1,), elements=1, operands=(X,),
    result=Operand("layers.1", (2,), "float32", None, None, nan=2, at=(math.nan,), reaching=1),
    source=Line("net.py", 12, "h = cr.log(x)"), rows=(17,), batch=32, reached=("loss",),
)  # fmt: skip


def test_data_is_json() -> None:
    found = json.loads(json.dumps(FOUND.data(), allow_nan=False))
    assert found["schema"] == "chainrule.blame/1"
    assert found["loss"] == "NaN"
    assert found["operands"][0]["at"] == [-1.0]
    assert found["result"]["at"] == ["NaN"]
    assert found["source"] == {"file": "net.py", "line": 12, "text": "h = cr.log(x)"}
    assert (found["rows"], found["element"], found["reached"]) == ([17], [1], ["loss"])


def test_text_and_line() -> None:
    assert str(FOUND).startswith("step 7: log in layers.1 (net.py:12) made NaN of -1, row 17")
    assert str(FOUND.source) == "net.py:12"
