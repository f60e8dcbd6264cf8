"""Groups around the documents that stay: each copy is similar to what is kept, never only to another copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.corpus.ragged import heads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]


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
