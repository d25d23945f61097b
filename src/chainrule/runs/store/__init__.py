"""The recording of a run: series, histograms and events in one file that others read meanwhile."""

from chainrule.runs.store.columns import Reduced
from chainrule.runs.store.events import Event
from chainrule.runs.store.store import Store

__all__ = ["Event", "Reduced", "Store"]
