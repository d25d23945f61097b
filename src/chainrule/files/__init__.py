"""Files that are written whole or not at all, and what it means when they cannot be."""
