"""Cleaners, one file each: they propose edits of dirt. A cleaner knows nothing of repeats."""
