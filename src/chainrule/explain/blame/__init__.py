"""Where the first number that is not finite came from, as plain data."""

from chainrule.explain.blame.records import Blame, Line, Operand

__all__ = ["Blame", "Line", "Operand"]
