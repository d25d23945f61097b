"""Circuits as expression trees: formulas, local derivatives, and their simplification."""
