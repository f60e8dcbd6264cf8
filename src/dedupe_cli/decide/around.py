"""Later rounds look around what was cut: what stands as it stood, beside all that it is like, was decided on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.decide.candidate_index import blocks_of, edges
from dedupe_cli.decide.runs import REACH
from dedupe_cli.document.rows import edges_of
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
    """What a round looked at: where its passages stood in the original, and which characters of that were there.

    ``rows``: start and end of the copy, start and end of the kept text.
    """

    rows: Ints
    stood: Flags

    @classmethod
    def of(cls, view: View, trace: Trace, length: int, alignments: Sequence[Alignment]) -> Looked:
        """Note what a round looks at; ``length`` is that of the original."""
        stood = np.zeros(length, dtype=bool)
        for at, size in zip(trace.origin, trace.length, strict=True):
            stood[at : at + size] = True
        folded = np.array([(a.b0, a.b1 - 1, a.a0, a.a1 - 1) for a in alignments], dtype=np.int64).reshape(-1, 4)
        origin = np.flatnonzero(stood)
        return cls(origin[view.fold.offsets[folded]] + np.array([0, 1, 0, 1]), stood)

    def again(
        self, view: View, before: Looked, alignments: Sequence[Alignment]
    ) -> tuple[list[Alignment], Callable[[Sequence[Span]], Flags]]:
        """Return the passages that the round ``before`` did not see as they are now, with all of their blocks.

        And what tells of spans of the original whether what was said about them then holds.
        """
        copies, like = (
            np.column_stack(blocks_of(view, *edges(side)))
            for side in ([(a.b0, a.b1) for a in alignments], [(a.a0, a.a1) for a in alignments])
        )
        last, standing = edges_of(view.spans)[1], np.append(0, np.cumsum(self.stood))
        near, marked = self._changed(view, before, standing)
        wanted = marked | _covered(copies[_any(near, copies) | _any(near, like)], len(view))
        some = [a for a, yes in zip(alignments, _any(wanted, copies).tolist(), strict=True) if yes]

        def holds(spans: Sequence[Span]) -> Flags:
            start, end = np.array([(s.start, s.end) for s in spans], dtype=np.int64).reshape(-1, 2).T
            block = np.searchsorted(last, standing[start], "right").clip(0, max(len(view) - 1, 0))
            found: Flags = (standing[end] - standing[start] == end - start) & ~wanted[block]
            return found

        return some, holds

    def _changed(self, view: View, before: Looked, standing: Ints) -> tuple[Flags, Flags]:
        """Tell of each block whether it is near a cut; and whether a passage of it is new, or went, on either side.

        ``standing`` counts for each place of the original the characters before it that stand.
        """
        cut = before.stood & ~self.stood
        lost = before.rows[_any(cut, before.rows[:, :2]) | _any(cut, before.rows[:, 2:])]
        known = set(map(tuple, before.rows.tolist()))
        new = self.rows[[row not in known for row in map(tuple, self.rows.tolist())]]
        marked = _covered(np.concatenate([lost, new]).reshape(-1, 2), len(cut))[self.stood]
        first, last = edges_of(view.spans)
        count = np.append(0, np.cumsum(marked))
        seams = standing[np.flatnonzero(np.diff(cut)) + 1]
        behind = np.searchsorted(last, seams, "right")
        near = _around(np.concatenate([behind - 1, behind]), _NEAR, len(view))
        return near, _around(np.flatnonzero(count[last] > count[first]), 1, len(view))


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
