"""Passages without the stretches that take no part: what is ignored is compared with nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe_cli.model import Span
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.fold import Fold


def apart(fold: Fold, alignments: Sequence[Alignment], ignored: Sequence[Span], least: int) -> tuple[Alignment, ...]:
    """Return the alignments with what touches an ignored span cut out, on both sides, in text order of the copies.

    ``ignored`` are disjoint spans in text order; pieces that weigh less than ``least`` are left out.
    """
    if not ignored:
        return tuple(alignments)
    edges = np.array([(span.start, span.end) for span in ignored], dtype=np.int64)
    low = np.searchsorted(fold.offsets, edges[:, 0])
    high = np.searchsorted(fold.offsets, edges[:, 1])
    holes = [(a, b) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    out = {
        (part.b0, part.b1, part.a0, part.a1): part
        for alignment in alignments
        for half in _clear(alignment, holes)
        for turned in _clear(half.turned(), holes)
        if fold.weight((part := turned.turned()).b0, part.b1) >= least and part.a0 < part.a1
    }
    return tuple(out[key] for key in sorted(out))


def _clear(alignment: Alignment, holes: Sequence[tuple[int, int]]) -> Iterator[Alignment]:
    """Yield the parts of an alignment whose copy side lies between the holes."""
    at = alignment.b0
    for start, end in holes:
        if end < at or start > alignment.b1:
            continue
        if start > at:
            yield alignment.clip(at, start)
        at = max(at, end)
    if at < alignment.b1:
        yield alignment.clip(at, alignment.b1)
