"""Tables: read them, encode them for a net, and deal their rows out.

table = open_table("iris.csv")                      a file, or the name of a built-in set
encoder = Encoder.fit(table, "species")             what to learn, from which inputs
train, held_out = split(len(table), 0.2, seed=0, labels=encoder.targets(table))
encoder = Encoder.fit(table, "species", rows=train) statistics from the training rows alone
x, y = encoder.inputs(table), encoder.targets(table)
for rows in batches(order(len(train), epoch=0, seed=0), 32): ...
"""

from chainrule.data.batches import batches, order, order_alternating, split
from chainrule.data.builtin import NAMES, load
from chainrule.data.column import Column, Kind
from chainrule.data.encode import Encoder
from chainrule.data.features import Feature
from chainrule.data.reading import open_table, read
from chainrule.data.table import Table
from chainrule.data.target import TASKS, Target, Task

__all__ = [
    "NAMES",
    "TASKS",
    "Column",
    "Encoder",
    "Feature",
    "Kind",
    "Table",
    "Target",
    "Task",
    "batches",
    "load",
    "open_table",
    "order",
    "order_alternating",
    "read",
    "split",
]
