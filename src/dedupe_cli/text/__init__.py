"""Strings and positions; knows nothing of repeats."""
