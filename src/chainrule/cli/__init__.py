"""The commands: one file each, and a table of them in `main.py`."""
