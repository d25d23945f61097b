"""The table of layers and the map of gradients as text."""
