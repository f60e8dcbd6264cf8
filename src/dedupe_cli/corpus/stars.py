"""Groups around the documents that stay: each copy is similar to what is kept, never only to another copy.

The best document of a group is, of those that say most, the one that agrees most with the others: errors differ from
copy to copy, so what most of them say is what the original said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.corpus.ragged import heads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Groups = Mapping[int, Sequence[int]]
    Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Edges:
    """Verified pairs as arrays of one length: ``kept`` is the better row, ``copy`` the other one.

    ``similarity`` in percent, ``rule`` the code of what differs.
    """

    kept: Rows
    copy: Rows
    similarity: NDArray[np.float64]
    rule: NDArray[Any]

    @property
    def known(self) -> Rows:
        """The rows of all pairs, ascending."""
        return np.unique(np.concatenate([self.kept, self.copy]))


@dataclass(frozen=True, slots=True)
class Stars:
    """The copies that go (``rows``, ascending), and of each the document that stays for it (``kept``)."""

    rows: Rows
    kept: Rows


def stars(edges: Edges, rank: Mapping[int, float]) -> Stars:
    """Choose what stays: the best of what is left, again and again; whatever is similar to it goes.

    The same as to walk the documents from the best to the worst: in each round those stay of which no better
    neighbour is undecided, and their neighbours go. A copy with several kept neighbours goes to the most similar one,
    then to the best.
    """
    known = edges.known
    ranks = np.array([rank[row] for row in known.tolist()])
    order = np.lexsort((known, -ranks))
    place = np.empty(len(known), dtype=np.int64)
    place[order] = np.arange(len(known))
    one, two = (place[np.searchsorted(known, rows)] for rows in (edges.kept, edges.copy))
    better, worse = np.minimum(one, two), np.maximum(one, two)
    stays, goes = np.zeros(len(known), dtype=bool), np.zeros(len(known), dtype=bool)
    undecided = np.arange(len(better))
    while len(undecided):
        waits = np.zeros(len(known), dtype=bool)
        waits[worse[undecided]] = True
        stays |= ~goes & ~waits
        goes[worse[undecided[stays[better[undecided]]]]] = True
        undecided = undecided[~(stays[better] | goes[better] | goes[worse])[undecided]]
    stays |= ~goes
    mine, other = np.where(stays[one], two, one), np.where(stays[one], one, two)
    own = np.flatnonzero(stays[one] != stays[two])
    own = own[np.lexsort((other[own], -edges.similarity[own], mine[own]))]
    own = own[heads(mine[own])]
    rows, kept = known[order[mine[own]]], known[order[other[own]]]
    ascending = np.argsort(rows)
    return Stars(rows[ascending], kept[ascending])


def beyond(edges: Edges, found: Stars) -> NDArray[np.int64]:
    """Return pairs worth a look: what stays and is similar to a copy that goes, with what that copy goes for.

    Rows of a kept document and of another that stays too; those that were compared already may be among them.
    """
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for one, two in ((edges.kept, edges.copy), (edges.copy, edges.kept)) if len(found.rows) else ():
        at = np.minimum(np.searchsorted(found.rows, one), len(found.rows) - 1)
        through = (found.rows[at] == one) & ~np.isin(two, found.rows) & (found.kept[at] != two)
        pairs.append(np.stack([found.kept[at[through]], two[through]], axis=1))
    return np.unique(np.concatenate(pairs), axis=0)


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
