"""Write without end, and say after each write how many numbers there are: for a test that kills."""

import sys
from pathlib import Path

from chainrule.runs.store import Store

store = Store.create(Path(sys.argv[1]))
for step in range(1, 100_000):
    with store.together():
        store.add([step], {"loss": [step / 2]})
        store.add([step], {"twice": [step]})
    print(step, flush=True)
