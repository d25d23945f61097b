"""Training: one step as one circuit, and the loop around it."""

from chainrule.train.control import Control
from chainrule.train.fit import fit
from chainrule.train.loop import Fit
from chainrule.train.metrics import METRICS
from chainrule.train.progress import Progress
from chainrule.train.record import Probes, Watch
from chainrule.train.reproducer import replay
from chainrule.train.tasks import GOALS
from chainrule.train.trainer import Trainer

__all__ = [
    "GOALS",
    "METRICS",
    "Control",
    "Fit",
    "Probes",
    "Progress",
    "Trainer",
    "Watch",
    "fit",
    "replay",
]
