"""The letters and digits of a text, which say something, as marks and white space do not."""

from __future__ import annotations


def letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


def bare(text: str) -> str:
    """Return the letters and digits of a text in one case: of two texts that say the same they are equal."""
    return letters(text).casefold()


def says(text: str) -> bool:
    """Tell whether a text has a letter or digit."""
    return any(map(str.isalnum, text))
