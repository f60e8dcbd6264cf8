"""Which blocks passages can do anything to: all at once, before any of them is looked at.

Two texts of some length have many phrases in common, nearly all of which are too short for what they stand in.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.decide.choose_kept import WHOLE
from dedupe_cli.decide.cover import PIECES_NOISY, REMAINDER_LETTERS
from dedupe_cli.decide.inside import EDGE_WEIGHT, LEAST_INSIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.document.view import View
    from dedupe_cli.text.alignment import Alignment

    Ints = NDArray[np.int64]


def by_copy(view: View, alignments: Sequence[Alignment]) -> dict[int, list[Alignment]]:
    """List for each block the passages whose later side touches it.

    Left out are blocks of which nothing can go or be held back: no passage reaches near both of its edges or is enough
    for a cut inside, and all together say too little of it.
    """
    start, end = edges([(row.b0, row.b1) for row in alignments])
    owner, block = touched(view, start, end)
    low, high, first, last = inside(view, block, start[owner], end[owner])
    weight = view.fold.sums.at
    size = weight(last) - weight(first)
    whole = weight(end) - weight(start)
    reaches = _reaches(view, low, high, first, last) | (last - first >= WHOLE * (high - low))
    reaches |= (whole[owner] >= LEAST_INSIDE) & (size >= EDGE_WEIGHT)
    useful = np.bincount(block[reaches], minlength=len(view)) > 0
    count = np.bincount(block, minlength=len(view))
    pieces = np.minimum(2 * count - 1, PIECES_NOISY)  # the ends of one passage may stick out on both sides of another
    said = np.bincount(block, size, minlength=len(view)) + REMAINDER_LETTERS * (pieces + 1)
    useful |= (count > 1) & (said >= weight(view.ends) - weight(view.starts))
    return _listed(alignments, owner, block, useful)


def by_kept(view: View, alignments: Sequence[Alignment]) -> dict[int, list[Alignment]]:
    """List for each block the passages whose earlier side touches it, where one reaches near both of its edges."""
    start, end = edges([(row.a0, row.a1) for row in alignments])
    owner, block = touched(view, start, end)
    reaches = _reaches(view, *inside(view, block, start[owner], end[owner]))
    useful = np.bincount(block[reaches], minlength=len(view)) > 0
    return _listed(alignments, owner, block, useful)


def edges(rows: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    """Return the starts and the ends of some ranges."""
    found = np.array(rows, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def blocks_of(view: View, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return the first block of each folded range and the one behind its last, as ``View.blocks_in`` of one."""
    first = np.searchsorted(view.ends, start, side="right")
    return first, np.maximum(np.searchsorted(view.starts, end, side="left"), first)


def touched(view: View, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return pairs of a range (its index) and a block that it touches."""
    first, behind = blocks_of(view, start, end)
    count = behind - first
    owner = np.repeat(np.arange(len(start)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    return owner, first[owner] + step


def inside(view: View, block: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the edges of some blocks, and those of the parts of ranges that lie in them."""
    low, high = view.starts[block], view.ends[block]
    return low, high, np.maximum(start, low), np.minimum(end, high)


def _reaches(view: View, low: Ints, high: Ints, first: Ints, last: Ints) -> NDArray[np.bool_]:
    """Tell of which parts what lies before and behind them in their block may be a difference."""
    weight = view.fold.sums.at
    near: NDArray[np.bool_] = weight(first) - weight(low) <= REMAINDER_LETTERS
    near &= weight(high) - weight(last) <= REMAINDER_LETTERS
    return near


def _listed(
    alignments: Sequence[Alignment], owner: Ints, block: Ints, useful: NDArray[np.bool_]
) -> dict[int, list[Alignment]]:
    stays = np.flatnonzero(useful[block])
    stays = stays[np.argsort(block[stays], kind="stable")]
    blocks, rows = block[stays], [alignments[index] for index in owner[stays].tolist()]
    heads = np.flatnonzero(np.append(blocks[:1] >= 0, blocks[1:] != blocks[:-1]))
    edges: list[int] = [*heads.tolist(), len(blocks)]
    return {int(blocks[start]): rows[start:end] for start, end in pairwise(edges)}
