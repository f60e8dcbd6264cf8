"""The cleaners in the order in which they run."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from dedupe_cli.cleaners import (
    blank_lines,
    broken_paragraph,
    control_chars,
    dashes,
    ellipsis,
    entities,
    furniture,
    han_space,
    hyphenation,
    invisible,
    mojibake,
    quotes,
    remove_phrases,
    stutter,
    trailing_space,
    width,
    wrap,
)

if TYPE_CHECKING:
    from dedupe_cli.cleaners.cleaner import Cleaner

# First what a text says at all, then what cannot be seen, lines and words, last the white space that the others leave.
CLEANERS: tuple[Cleaner, ...] = (
    mojibake.CLEANER,
    entities.CLEANER,
    control_chars.CLEANER,
    invisible.CLEANER,
    remove_phrases.CLEANER,
    furniture.CLEANER,
    hyphenation.CLEANER,
    wrap.CLEANER,
    broken_paragraph.CLEANER,
    width.CLEANER,
    han_space.CLEANER,
    quotes.CLEANER,
    dashes.CLEANER,
    ellipsis.CLEANER,
    stutter.CLEANER,
    trailing_space.CLEANER,
    blank_lines.CLEANER,
)
BY_CODE = {cleaner.code: cleaner for cleaner in CLEANERS}


def enabled(names: Collection[str], phrases: Collection[str] = ()) -> list[Cleaner]:
    """Return the cleaners of these names in the order in which they run; ``phrases`` are those to take out."""
    found = [cleaner for cleaner in CLEANERS if cleaner.name in names]
    return [remove_phrases.cleaner(phrases) if c is remove_phrases.CLEANER else c for c in found]
