"""Which document of a group is the best one: of those that say most, the one that agrees most with the others.

Errors differ from copy to copy, so what most of them say is what the original said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Groups = Mapping[int, Sequence[int]]
    Pair = tuple[int, int]

# A document says as much as the one that says most when it has so many of its shingles; as many are asked at most.
WHOLE, ASKED = 0.97, 8
# In a group of more copies the one that says most stays: all of them would have to be compared with each that is asked.
LARGEST = 64


def pairs_asked(groups: Groups, score: Mapping[int, float]) -> list[Pair]:
    """Return the pairs of rows whose similarity decides; ``groups`` are copies by what stays."""
    pairs = {
        (min(one, two), max(one, two))
        for kept, copies in groups.items()
        for one in _whole(kept, copies, score)
        for two in (kept, *copies)
        if one != two
    }
    return sorted(pairs)


def agreed(
    groups: Groups, score: Mapping[int, float], similar: Mapping[Pair, float], times: Mapping[int, int]
) -> dict[int, int]:
    """Return for what stays in each group the row that is to stay instead, where another one is better.

    ``similar`` are the similarities of pairs that are similar enough (the lower row first): a row that is not similar
    to all others cannot stay for them. ``times``: how often a row stands in the same words. Of equally good ones the
    first stays.
    """
    out = {}
    for kept, copies in groups.items():
        members = (kept, *copies)
        best = (-1.0, 0)
        for row in _whole(kept, copies, score):
            others = [similar.get((min(row, each), max(row, each))) for each in members if each != row]
            if None in others:
                continue
            weights = (times.get(each, 1) for each in members if each != row)
            total = sum(w * s for w, s in zip(weights, others, strict=True) if s is not None)
            best = max(best, (total + 100.0 * (times.get(row, 1) - 1), -row))
        if best[0] >= 0 and -best[1] != kept:
            out[kept] = -best[1]
    return out


def _whole(kept: int, copies: Sequence[int], score: Mapping[int, float]) -> list[int]:
    """Return the rows of a group that say as much as the best one; none where there is nothing to choose."""

    def rows() -> Iterator[int]:
        yield kept
        yield from (row for row in sorted(copies) if score[row] >= WHOLE * score[kept])

    found = [row for row, _ in zip(rows(), range(ASKED), strict=False)]
    return found if len(found) > 1 and len(copies) <= LARGEST else []
