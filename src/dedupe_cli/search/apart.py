"""Passages without the stretches that take no part: what is ignored is compared with nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.model import Span
    from dedupe_cli.search.chains import Run
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.fold import Fold


def reaching_out(fold: Fold, chains: Sequence[list[Run]], ignored: Sequence[Span]) -> list[list[Run]]:
    """Return the chains that have a run of which both sides reach out of ignored spans (disjoint, in text order)."""
    if not ignored or not chains:
        return list(chains)
    free = _free(fold, *_holes(fold, ignored))
    runs = np.array([(run.x0, run.x1, run.shift) for chain in chains for run in chain], dtype=np.int64).reshape(-1, 3)
    x0, x1, shift = runs.T
    out = (free[x0] < free[x1]) & (free[x0 - shift] < free[x1 - shift])
    heads = np.cumsum([0, *map(len, chains)])[:-1]
    some = np.logical_or.reduceat(out, heads).tolist()
    return [chain for chain, stays in zip(chains, some, strict=True) if stays]


def _holes(fold: Fold, ignored: Sequence[Span]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the folded characters of spans begin and end; spans without any are left out."""
    edges = fold.places([edge for span in ignored for edge in (span.start, span.end)])
    low, high = edges[::2], edges[1::2]
    some = low < high
    return low[some], high[some]


def _free(fold: Fold, low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int32]:
    """Count the folded characters before each place that lie in none of the holes ``low <= i < high``."""
    edges = np.zeros(len(fold) + 1, dtype=np.int8)
    edges[low] += 1
    edges[high] -= 1
    free = np.zeros(len(fold) + 1, dtype=np.int32)
    np.cumsum(np.cumsum(edges[:-1], dtype=np.int8) == 0, out=free[1:])
    return free


def apart(fold: Fold, alignments: Sequence[Alignment], ignored: Sequence[Span], least: int) -> tuple[Alignment, ...]:
    """Return the alignments with what touches an ignored span cut out, on both sides, in text order of the copies.

    ``ignored`` are disjoint spans in text order; pieces that weigh less than ``least`` are left out.
    """
    if not ignored or not alignments:
        return tuple(alignments)
    low, high = _holes(fold, ignored)
    holes, free = (low.tolist(), high.tolist()), _free(fold, low, high)
    a0, a1, b0, b1 = np.array([(x.a0, x.a1, x.b0, x.b1) for x in alignments], dtype=np.int64).T
    whole = (free[a1] - free[a0] == a1 - a0) & (free[b1] - free[b0] == b1 - b0)
    out = {
        (part.b0, part.b1, part.a0, part.a1): part
        for alignment, is_whole in zip(alignments, whole.tolist(), strict=True)
        for part in ((alignment,) if is_whole else _parts(alignment, holes))
        if fold.weight(part.b0, part.b1) >= least and part.a0 < part.a1
    }
    return tuple(out[key] for key in sorted(out))


def _parts(alignment: Alignment, holes: tuple[Sequence[int], Sequence[int]]) -> Iterator[Alignment]:
    """Yield the parts of an alignment of which both sides lie between the holes."""
    for half in _clear(alignment, holes):
        for turned in _clear(half.turned(), holes):
            yield turned.turned()


def _clear(alignment: Alignment, holes: tuple[Sequence[int], Sequence[int]]) -> Iterator[Alignment]:
    """Yield the parts of an alignment whose copy side lies between the holes, of which starts and ends are given."""
    at, last = alignment.b0, alignment.b1
    starts, ends = holes
    for number in range(bisect_left(ends, at), bisect_right(starts, last)):
        if starts[number] > at:
            yield alignment.clip(at, starts[number])
        at = max(at, ends[number])
    if at < last:
        yield alignment.clip(at, last)
