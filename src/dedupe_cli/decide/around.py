"""Later rounds look around what was cut: what stands as it stood, beside all that it is like, was decided on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.decide.candidate_index import blocks_of, edges, inside, touched
from dedupe_cli.decide.runs import REACH
from dedupe_cli.document.rows import edges_of
from dedupe_cli.search.hashes import mix
from dedupe_cli.text.spans import union
from dedupe_cli.text.sums import covering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.document.trace import Trace
    from dedupe_cli.document.view import View
    from dedupe_cli.model import Span
    from dedupe_cli.text.alignment import Alignment

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

# So many blocks on either side of what changed are looked at again: as far as a run may reach.
_NEAR = REACH + 1
# A text of fewer folded characters is looked at as a whole: there each repeat counts for all others.
LONG = 1 << 17


class Looked(NamedTuple):
    """What a round looked at: the parts of its passages in each block of their copies, and what stood then.

    ``rows``: start and end of a part, start and end of what it is like, in characters of the original; ``keys`` tells
    them and the differences between from others, ``blocks`` is the block of each. ``stood``: which characters of the
    original were there.
    """

    rows: Ints
    keys: NDArray[np.uint64]
    blocks: Ints
    stood: Flags

    @classmethod
    def of(cls, view: View, trace: Trace, length: int, alignments: Sequence[Alignment]) -> Looked:
        """Note what a round looks at; ``length`` is that of the original."""
        stood = np.zeros(length, dtype=bool)
        for at, size in zip(trace.origin, trace.length, strict=True):
            stood[at : at + size] = True
        rows, blocks, edits = _parts(view, alignments)
        origin = np.flatnonzero(stood)
        placed = origin[view.fold.offsets[rows - np.array([0, 1, 0, 1])]] + np.array([0, 1, 0, 1])
        keys = mix(edits)
        for column in placed.T:
            keys = mix(keys ^ column.astype(np.uint64))
        return cls(placed, keys, blocks, stood)

    def again(
        self, view: View, before: Looked, candidates: Sequence[Span]
    ) -> tuple[Flags, Callable[[Sequence[Span]], Flags]]:
        """Tell of each block whether it is to be decided again: what it is like, or what is around it, changed.

        So are the other blocks of its candidate, which is one of some spans of the original.
        And what tells of spans of the original whether what was said about them in the round ``before`` then holds.
        """
        last, standing = edges_of(view.spans)[1], np.append(0, np.cumsum(self.stood))
        cut = before.stood & ~self.stood
        seams = standing[np.flatnonzero(np.diff(cut)) + 1]
        behind = np.searchsorted(last, seams, "right")
        near = _around(np.concatenate([behind - 1, behind]), _NEAR, len(view))
        changed = np.concatenate(
            [self.rows[~np.isin(self.keys, before.keys)], before.rows[~np.isin(before.keys, self.keys)]]
        )
        wanted = _around(np.flatnonzero(self._touched(view, changed.reshape(-1, 2))), 1, len(view))
        like = blocks_of(view, *view.fold.places(standing[self.rows[:, 2:]].ravel()).reshape(-1, 2).T)
        wanted[self.blocks[near[self.blocks] | _any(near, np.column_stack(like))]] = True
        runs = standing[np.array([(run.start, run.end) for run in union(candidates)], dtype=np.int64).reshape(-1, 2)]
        runs = (np.searchsorted(last, runs, "right") + np.array([0, 1])).clip(0, len(view))
        for far in (0, _NEAR):  # what is beside a candidate is evidence for it
            wanted = _around(np.flatnonzero(wanted), far, len(view))
            wanted |= _covered(runs[_any(wanted, runs)], len(view))

        def holds(spans: Sequence[Span]) -> Flags:
            start, end = np.array([(s.start, s.end) for s in spans], dtype=np.int64).reshape(-1, 2).T
            block = np.searchsorted(last, standing[start], "right").clip(0, max(len(view) - 1, 0))
            found: Flags = (standing[end] - standing[start] == end - start) & ~wanted[block]
            return found

        return wanted, holds

    def _touched(self, view: View, ranges: Ints) -> Flags:
        """Tell of each block whether one of some ranges of the original touches it."""
        marked = np.append(0, np.cumsum(_covered(ranges, len(self.stood))[self.stood]))
        first, last = edges_of(view.spans)
        touched: Flags = marked[last] > marked[first]
        return touched


def _parts(view: View, alignments: Sequence[Alignment]) -> tuple[Ints, Ints, Ints]:
    """Return the parts of passages in each block of their copies: start and end there, and of what it is like.

    With the block, and how many differences begin before the end of the part, less those before its start.
    """
    start, end = edges([(row.b0, row.b1) for row in alignments])
    owner, block = touched(view, start, end)
    *_, low, high = inside(view, block, start[owner], end[owner])
    some = low < high
    owner, block, low, high = owner[some], block[some], low[some], high[some]
    # Of all differences in a row: how far the kept text is behind each, of the passages without any their own.
    width, size = np.int64(len(view.fold) + 1), len(view.fold)
    counts = np.array([len(row.blocks) for row in alignments], dtype=np.int64)
    blocks = np.array([block for row in alignments for block in row.blocks], dtype=np.int64).reshape(-1, 4)
    ends = np.repeat(np.arange(len(alignments)), counts) * width + blocks[:, 3]
    heads = np.cumsum(counts) - counts
    first = np.array([row.a0 - row.b0 for row in alignments], dtype=np.int64)
    away = np.append(blocks[:, 1] - blocks[:, 3], 0)

    def kept(place: Ints) -> tuple[Ints, Ints]:
        number = np.searchsorted(ends, owner * width + place, side="right")
        distance = np.where(number > heads[owner], away[number - 1], first[owner])
        return np.clip(place + distance, 0, size), number

    (kept_low, before), (kept_high, behind) = kept(low), kept(high)
    kept_low = np.minimum(kept_low, size - 1)
    rows = np.column_stack([low, high, kept_low, np.maximum(kept_high, kept_low + 1)])
    return rows, block, behind - before


def _any(flags: Flags, ranges: Ints) -> Flags:
    """Tell of ranges whether a flag is set in them."""
    count = np.append(0, np.cumsum(flags))
    found: Flags = count[ranges[:, 1]] > count[ranges[:, 0]]
    return found


def _around(blocks: Ints, far: int, size: int) -> Flags:
    """Tell of each block whether one of some is so near."""
    return _covered(np.column_stack([blocks - far, blocks + far + 1]).clip(0, size), size)


def _covered(ranges: Ints, size: int) -> Flags:
    """Tell of each place whether a range covers it."""
    covered: Flags = covering(ranges[:, 0], ranges[:, 1], size) > 0
    return covered
