"""The passes: each takes a circuit and returns one that computes the same."""
