"""Derivatives: the reverse pass, and the numeric check."""
