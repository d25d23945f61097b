"""Runs on the disk: folders and checkpoints."""

from chainrule.runs.checkpoint import Checkpoint, load, save
from chainrule.runs.folder import Run

__all__ = ["Checkpoint", "Run", "load", "save"]
