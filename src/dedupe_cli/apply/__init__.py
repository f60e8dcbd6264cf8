"""Edits to texts, the proof of the result, texts to files."""
