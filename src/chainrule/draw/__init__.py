"""Ink for plain data: terminal, formulas, pictures."""
