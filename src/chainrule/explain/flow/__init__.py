"""Gradients on their way through the layers, step by step: the table and the map as data."""
