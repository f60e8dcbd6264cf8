"""Decisions become repeats, N-way groups, ordered edits, notes."""
