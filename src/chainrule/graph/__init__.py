"""The circuit: gates, the ops they are made of, shapes, and the one interpreter."""
