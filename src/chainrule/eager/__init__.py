"""Gates that compute at once, and the transforms of functions."""
