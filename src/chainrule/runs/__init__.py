"""Runs on the disk: folders, checkpoints and the atomic writing beneath them."""

from chainrule.runs.checkpoint import Checkpoint, load, save
from chainrule.runs.folder import Run

__all__ = ["Checkpoint", "Run", "load", "save"]
