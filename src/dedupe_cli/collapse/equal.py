"""Blocks that say the same letter by letter, as passages.

Where very much is alike, a place is linked to a few others only, and its equal need not be one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.text.alignment import Alignment, EqualStretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.collapse.view import View
    from dedupe_cli.text.indexed import Indexed

# A block is equal to an earlier one only if some window of it stands in so many places.
_PLACES = 2


def with_equal_blocks(view: View, found: Sequence[Alignment], popularity: Indexed, least: int) -> tuple[Alignment, ...]:
    """Add a passage for each block that is equal to an earlier one, where none covers it without a difference.

    ``found`` are in text order of their copies, and so is the result. Blocks that weigh less than ``least`` are left
    out. Linear in the text.
    """
    first: dict[int, int] = {}
    equal: EqualStretches | None = None
    out: list[Alignment] = []
    text, weight = view.fold.string, view.fold.weight
    for block in _shared(view, popularity):
        low, high = view.edges(block)
        if weight(low, high) < least:
            continue
        kept = first.setdefault(hash(text[low:high]), block)
        start, end = view.edges(kept)
        if kept == block or text[start:end] != text[low:high]:
            continue
        equal = equal or EqualStretches(found)
        if not equal.cover(low, high):
            out.append(Alignment(start, end, low, high))
    if not out:
        return tuple(found)
    return tuple(sorted([*found, *out], key=lambda row: (row.b0, row.b1, row.a0, row.a1)))


def _shared(view: View, popularity: Indexed) -> list[int]:
    """Return the blocks some window of which stands in other places, too."""
    if not len(popularity):
        return []
    most = np.maximum.reduceat(popularity.index, np.minimum(view.starts, len(popularity) - 1))
    shared = most >= np.searchsorted(popularity.values, _PLACES)
    found: list[int] = np.flatnonzero(shared & (view.ends > view.starts)).tolist()
    return found
