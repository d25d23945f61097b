"""Both passes, step by step, in a terminal."""
