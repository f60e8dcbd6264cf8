"""Repeats between texts: units of each, runs of equal ones, near ones, groups and edits over all of them."""
