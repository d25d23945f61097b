"""Numbers to put into a store."""

from typing import Any

import numpy as np

from chainrule.runs.store import Store

RNG = np.random.default_rng(0)


def filled(store: Store, steps: int = 100) -> Any:
    values = RNG.normal(size=steps)
    store.add(np.arange(1, steps + 1), {"loss": values})
    return values
