"""The doctor: what is wrong with a training run, from what was recorded of it."""
