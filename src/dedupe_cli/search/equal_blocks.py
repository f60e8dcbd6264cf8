"""Blocks that say the same letter by letter, and runs of short ones that do, as passages.

Where very much is alike, a place is linked to a few others only, and its equal need not be one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.text.alignment import Alignment, EqualStretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.document.view import View
    from dedupe_cli.text.indexed import Indexed

# A block is equal to an earlier one only if some window of it stands in so many places.
_PLACES = 2


def with_equal_blocks(
    view: View,
    found: Sequence[Alignment],
    popularity: Indexed,
    least: int,
    marks: NDArray[np.int32] | None = None,
) -> tuple[Alignment, ...]:
    """Add a passage for each block, and each run of short blocks, that is equal to an earlier one.

    Where none of those that are ``found`` covers it without a difference. These are in text order of their copies, and
    so is the result. Blocks and runs that weigh less than ``least`` are left out, and what lies in places of one number
    of ``marks`` with its counterpart (0: no number). Linear in the text.
    """
    equal: EqualStretches | None = None
    out: list[Alignment] = []
    for row in _equal(view, _shared(view, popularity), least):
        if marks is not None and 0 < marks[row.b0] == marks[row.b1 - 1] == marks[row.a0] == marks[row.a1 - 1]:
            continue
        equal = equal or EqualStretches(found)
        if not equal.cover(row.b0, row.b1):
            out.append(row)
    if not out:
        return tuple(found)
    return tuple(sorted([*found, *out], key=lambda row: (row.b0, row.b1, row.a0, row.a1)))


def _equal(view: View, shared: Sequence[int], least: int) -> Iterator[Alignment]:
    """Yield the blocks, and the runs of blocks that are each too light, that are equal to earlier ones; with the first.

    What is looked up is as many blocks as weigh enough together, as windows of letters are elsewhere.
    """
    first: dict[tuple[int, int], int] = {}
    text = view.fold.string
    rows = [view.edges(block) for block in shared]
    behind = _window_ends(view, shared, least)
    at = 0
    while at < len(rows):
        start, size = at, behind[at] - at
        at += 1
        if not size:
            continue
        kept = first.setdefault((hash(text[rows[start][0] : rows[start + size - 1][1]]), size), start)
        length = _run_length(view, rows, kept, start) if size > 1 else 1
        if kept < start and length >= size and text[slice(*rows[kept])] == text[slice(*rows[start])]:
            yield Alignment(rows[kept][0], rows[kept + length - 1][1], rows[start][0], rows[start + length - 1][1])
            at = start + length


def _window_ends(view: View, shared: Sequence[int], least: int) -> list[int]:
    """Index behind the last of the blocks from each one on that weigh enough together; the index itself for none.

    They stand one behind the other; one that weighs enough is alone.
    """
    some, each = np.array(shared, dtype=np.int64), np.arange(len(shared))
    starts, ends = view.starts[some], view.ends[some]
    before, behind = view.fold.sums.at(starts), view.fold.sums.at(ends)
    end = np.searchsorted(behind, before + least) + 1
    last = np.flatnonzero(np.append(starts[1:] > ends[:-1], True))  # other text stands behind it
    heavy = np.append(np.flatnonzero(behind - before >= least), len(some))
    limit = np.maximum(heavy[np.searchsorted(heavy, each)], each + 1)
    limit = np.minimum(last[np.searchsorted(last, each)] + 1, limit)
    out: list[int] = np.where(end <= limit, end, each).tolist()
    return out


def _run_length(view: View, rows: Sequence[tuple[int, int]], kept: int, copy: int) -> int:
    """Count the blocks that are equal one by one from two on; what is kept ends before the copy begins."""
    text, length = view.fold.string, 0
    while kept + length < copy and copy + length < len(rows):
        (start, end), (low, high) = rows[kept + length], rows[copy + length]
        if length and (start > rows[kept + length - 1][1] or low > rows[copy + length - 1][1]):
            break
        if text[start:end] != text[low:high]:
            break
        length += 1
    return length


def _shared(view: View, popularity: Indexed) -> list[int]:
    """Return the blocks some window of which stands in other places, too."""
    if not len(popularity):
        return []
    most = np.maximum.reduceat(popularity.index, np.minimum(view.starts, len(popularity) - 1))
    shared = most >= np.searchsorted(popularity.values, _PLACES)
    found: list[int] = np.flatnonzero(shared & (view.ends > view.starts)).tolist()
    return found
