"""Groups around the documents that stay: each copy is similar to what is kept, never only to another copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

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


@dataclass(frozen=True, slots=True)
class Stars:
    """Of each copy that goes the edge to the document that stays, by its index; ``rows`` ascending."""

    rows: Rows
    edges: Rows


def stars(edges: Edges, score: dict[int, float]) -> Stars:
    """Choose what stays: the best of what is left, again and again; whatever is similar to it goes.

    The same as to walk the documents from the best to the worst: in each round those stay of which no better
    neighbour is undecided, and their neighbours go. A copy with several kept neighbours goes to the most similar one,
    then to the best.
    """
    known = np.unique(np.concatenate([edges.kept, edges.copy]))
    scores = np.array([score[row] for row in known.tolist()])
    place = np.empty(len(known), dtype=np.int64)
    place[np.lexsort((known, -scores))] = np.arange(len(known))
    one, two = (place[np.searchsorted(known, rows)] for rows in (edges.kept, edges.copy))
    better, worse = np.minimum(one, two), np.maximum(one, two)
    stays, goes = np.zeros(len(known), dtype=bool), np.zeros(len(known), dtype=bool)
    open_edges = np.arange(len(better))
    while len(open_edges):
        waits = np.zeros(len(known), dtype=bool)
        waits[worse[open_edges]] = True
        stays |= ~goes & ~waits
        goes[worse[open_edges[stays[better[open_edges]]]]] = True
        open_edges = open_edges[~(stays[better] | goes[better] | goes[worse])[open_edges]]
    stays |= ~goes
    own = np.flatnonzero(stays[one] != stays[two])
    mine, other = np.where(stays[one], two, one), np.where(stays[one], one, two)
    own = own[np.lexsort((other[own], -edges.similarity[own], mine[own]))]
    first = np.ones(len(own), dtype=bool)
    first[1:] = mine[own[1:]] != mine[own[:-1]]
    own = own[first]
    gone = np.where(stays[one[own]], edges.copy[own], edges.kept[own])
    order = np.argsort(gone)
    return Stars(gone[order], own[order])


def beyond(edges: Edges, found: Stars) -> NDArray[np.int64]:
    """Return pairs worth a look: what stays and is similar to a copy that goes, with what that copy goes for.

    Rows of a kept document and of another that stays too; those that were compared already may be among them.
    """
    kept = np.where(edges.kept[found.edges] == found.rows, edges.copy[found.edges], edges.kept[found.edges])
    pairs = []
    for one, two in ((edges.kept, edges.copy), (edges.copy, edges.kept)):
        at = np.searchsorted(found.rows, one)
        at = np.minimum(at, max(len(found.rows) - 1, 0))
        if not len(found.rows):
            continue
        through = (found.rows[at] == one) & ~np.isin(two, found.rows) & (kept[at] != two)
        pairs.append(np.stack([kept[at[through]], two[through]], axis=1))
    return np.unique(np.concatenate(pairs), axis=0) if pairs else np.zeros((0, 2), dtype=np.int64)
