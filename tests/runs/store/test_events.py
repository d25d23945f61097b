"""An event comes back as it was put in."""

import math
from pathlib import Path

import numpy as np

from chainrule.runs.store import Store


def test_events(store: Store, tmp_path: Path) -> None:
    data = {"shape": (2, 3), "rate": np.float32(0.5), "loss": math.nan, "name": "nan <b>é"}
    first = store.add_event("start", 0, data)
    second = store.add_event("finding", 7, {"path": Path("a")})
    reader = Store.open(tmp_path)
    one, two = reader.events()
    assert (one.id, one.kind, one.step) == (first, "start", 0)
    assert one.data["shape"] == [2, 3]
    assert one.data["rate"] == 0.5
    assert math.isnan(one.data["loss"])
    assert one.data["name"] == "nan <b>é"
    assert two.time >= one.time
    assert reader.events(after=first) == [two]
    assert reader.events(after=second) == []
