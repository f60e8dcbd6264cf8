"""Paths and bytes to texts, JSON to plans."""
