"""Chains: seeds on one diagonal become runs, runs on near diagonals become chains.

The idea is minimap2's (Li 2018), on characters: exact stretches first (vectorised), then gaps and shifts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe_cli.search.chance import Chance, edges_of
from dedupe_cli.search.room import Cells, Room
from dedupe_cli.search.unseen import stretches
from dedupe_cli.text.indexed import different

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.seeds import Seeds
    from dedupe_cli.text.fold import Fold

    # The end of a chain: where it stops to be open, in weight; its last ``x1`` and shift; all of it.
    _Tail = tuple[int, int, int, list["Run"]]

# Two seeds of one diagonal belong together over at most this many characters that differ.
RUN_GAP = 12
# Two runs belong together over at most this weight of text that differs (45 Han characters, 100 letters) ...
CHAIN_GAP = 500
# ... and a shift of the diagonal of at most 12 characters plus half the gap.
CHAIN_SHIFT = 12
_LANE = 64
# Of more runs than this that cross a cell of so many characters, the heaviest stay. A place has four links; noise
# breaks each of them two or three times in a cell.
CROWD, _CELL = 48, 64
# Of the chains that cross a place, so many with the earliest counterparts stay, and so many of the heaviest others.
# Where windows that stand in many places begin, fewer will do.
EARLIEST, HEAVIEST, _STEP = 4, 8, 16
EARLIEST_COMMON, HEAVIEST_COMMON = 2, 3
# Two runs may belong together that begin in one cell of so many characters or in neighbouring ones, so far aside.
NEAR_PLACE, NEAR_SHIFT = 256, 96
# Seeds that are joined at a time, and those that tell how these are spread over the diagonals.
_PART, _SAMPLE = 1 << 20, 1 << 14


class Run(NamedTuple):
    """Seeds on one diagonal: later stretch ``x0..x1``, earlier stretch ``x0 - shift .. x1 - shift``."""

    x0: int
    x1: int
    shift: int


def runs(
    fold: Fold, seeds: Seeds, chance: Chance | None, starts: NDArray[np.int64], least: int
) -> tuple[list[Run], tuple[tuple[int, int], ...]]:
    """Join seeds of one diagonal; returned in order of ``x0``, with the ranges where too many crossed.

    Left out here, while everything is still an array: a run that weighs less than ``least`` and has no other run
    near it (same place, near diagonal), and one that is made of what stands everywhere; both are chance. Where
    more than a few runs cross, the lightest of them are left out. ``starts``: where the blocks of the text begin.
    """
    if not len(seeds.first):
        return [], ()
    joined = [_on_diagonals(fold, seeds, chosen, chance) for chosen in _diagonals(seeds.shift)]
    x0, x1, shifts = (np.concatenate(column) for column in zip(*joined, strict=True))
    del joined
    weight = fold.sums.at(x1) - fold.sums.at(x0)
    keep = weight >= least
    if not keep.all():
        keep |= _has_company(Cells(len(fold), starts, NEAR_PLACE).of(x0), shifts)
    x0, x1, shifts, weight = x0[keep], x1[keep], shifts[keep], weight[keep]
    cells = Cells(len(fold), starts, _CELL)
    keep = _is_among_heaviest(cells.of(x0), cells.of(x1 - 1), weight)
    gone = ~keep & (weight >= least)  # lighter ones would not have been enough alone
    crowded = stretches(x0[gone], x1[gone])
    x0, x1, shifts = x0[keep], x1[keep], shifts[keep]
    order = np.lexsort((shifts, x0))
    places = zip(x0[order].tolist(), x1[order].tolist(), shifts[order].tolist(), strict=True)
    return list(map(Run._make, places)), crowded


def _diagonals(shift: NDArray[Any]) -> Iterator[NDArray[np.int64]]:
    """Yield which seeds lie on some neighbouring diagonals, ascending, all of one diagonal at once.

    So many at a time as ``_PART``, about: what is made of them on the way takes many times their room.
    """
    if len(shift) <= _PART:
        yield np.arange(len(shift))
        return
    some = np.sort(shift[:: len(shift) // _SAMPLE + 1])
    inner = different(some[:: max(1, len(some) * _PART // len(shift))])[1:]
    for low, high in pairwise([int(shift.min()), *inner.tolist(), int(shift.max()) + 1]):
        yield np.flatnonzero((shift >= low) & (shift < high))


def _on_diagonals(
    fold: Fold, seeds: Seeds, chosen: NDArray[np.int64], chance: Chance | None
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Join the chosen seeds that follow each other on one diagonal; starts, ends and diagonals of what is no chance."""
    shift, first, ends = seeds.shift[chosen], seeds.first[chosen], seeds.ends[chosen]
    order = np.argsort(shift.astype(np.int64) * (len(fold) + 1) + first)
    shift, first, ends = shift[order], first[order], ends[order]
    # The farthest end so far on each diagonal: diagonals are lifted apart, so that one pass does it.
    lift = np.cumsum(np.append(False, shift[1:] != shift[:-1])) * np.int64(len(fold) + RUN_GAP + 1)
    reach = np.maximum.accumulate(ends + lift)
    opens = np.ones(len(first), dtype=bool)
    opens[1:] = first[1:] + lift[1:] > reach[:-1] + RUN_GAP
    heads = np.flatnonzero(opens)
    tails = np.append(heads[1:], len(first)) - 1
    x0, x1, shifts = first[heads].astype(np.int64), reach[tails] - lift[tails], shift[heads].astype(np.int64)
    x1 = np.minimum(x1, x0 + 2 * shifts)  # what overlaps itself for longer is a loop and is not looked at here
    keep = x1 > x0
    if chance is not None:
        keep &= ~chance.refutes(x0, x1)
    return x0[keep], x1[keep], shifts[keep]


def _is_among_heaviest(low: NDArray[np.int64], high: NDArray[np.int64], weight: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of each run, from its first to its last cell, whether there is one in which it is among the heaviest."""
    keep = np.ones(len(low), dtype=bool)
    count = high - low + 1
    depth = np.zeros(int(high.max(initial=0)) + 2, dtype=np.int64)
    np.add.at(depth, low, 1)
    np.add.at(depth, high + 1, -1)
    crowded = np.concatenate(([0], np.cumsum(np.cumsum(depth) > CROWD)))
    inside = crowded[high + 1] - crowded[low]
    at = np.flatnonzero(inside == count)  # crowded from its start to its end: the others stay anyway
    if not len(at):
        return keep
    owner = np.repeat(at, count[at])
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count[at]) - count[at], count[at])
    cell = low[owner] + step
    order = np.lexsort((low[owner], -weight[owner], cell))
    cell, owner = cell[order], owner[order]
    heads = np.flatnonzero(np.append(True, cell[1:] != cell[:-1]))
    rank = np.arange(len(cell)) - np.repeat(heads, np.diff(np.append(heads, len(cell))))
    keep[at] = False
    keep[owner[rank < CROWD]] = True
    return keep


def _has_company(cells: NDArray[np.int64], shift: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each run whether another one begins in its cell, or in one beside it, on a near diagonal."""
    width = np.int64(1) << 32
    place = cells * width + shift
    order = np.argsort(place)
    place = place[order]
    near = np.zeros(len(place), dtype=np.int64)
    for down in (-width, np.int64(0), width):
        near += np.searchsorted(place, place + down + NEAR_SHIFT, side="right")
        near -= np.searchsorted(place, place + down - NEAR_SHIFT)
    company = np.empty(len(place), dtype=bool)
    company[order] = near > 1
    return company


def chains(fold: Fold, found: Sequence[Run]) -> list[list[Run]]:
    """Join runs that follow one another on near diagonals; each run goes to the nearest open chain.

    ``found`` comes in order of ``x0``; the earlier sides must follow one another too.
    """
    opens = fold.sums.at(np.array([run.x0 for run in found], dtype=np.int64)).tolist()
    closes = (fold.sums.at(np.array([run.x1 for run in found], dtype=np.int64)) + CHAIN_GAP).tolist()
    lanes: dict[int, list[_Tail]] = {}
    out: list[list[Run]] = []
    for run, here, limit in zip(found, opens, closes, strict=True):
        lane = run.shift // _LANE
        best: _Tail | None = None
        best_lane, best_cost = lane, CHAIN_GAP * 4
        for near in (lane - 1, lane, lane + 1):
            tails = lanes.get(near)
            if not tails:
                continue
            closed = False
            for tail in tails:
                if tail[0] < here:
                    closed = True
                    continue
                cost = _joining_cost(tail[1], tail[2], run)
                if cost is not None and cost < best_cost:
                    best, best_lane, best_cost = tail, near, cost
            if closed:
                lanes[near] = [tail for tail in tails if tail[0] >= here]
        if best is None:
            chain: list[Run] = []
            out.append(chain)
        else:
            chain = best[3]
            lanes[best_lane].remove(best)
        chain.append(run)
        lanes.setdefault(lane, []).append((limit, run.x1, run.shift, chain))
    return out


def filter_chains(
    fold: Fold, found: Sequence[list[Run]], chance: Chance | None, starts: NDArray[np.int64]
) -> list[list[Run]]:
    """Leave out chains that are chance, and where enough others cross all but the earliest and the heaviest.

    A copy that loses a counterpart so keeps others, and what they leave is found when they are gone.
    """
    if chance is not None and found:
        found = [chain for chain, gone in zip(found, chance.are_chance(found).tolist(), strict=True) if not gone]
    if len(found) <= EARLIEST + HEAVIEST:
        return list(found)
    start = np.array([chain[0].x0 for chain in found], dtype=np.int64)
    end = np.array([chain[-1].x1 for chain in found], dtype=np.int64)
    other = start - np.array([chain[0].shift for chain in found], dtype=np.int64)
    edges, heads = edges_of(found)
    weight = np.add.reduceat(fold.sums.at(edges[:, 1]) - fold.sums.at(edges[:, 0]), heads[:-1])
    cells = Cells(len(fold), starts, _STEP)
    common = None if chance is None else chance.crowds(cells)
    room = Room(cells, EARLIEST, EARLIEST_COMMON, common)
    keep = _shallow(start, end, np.lexsort((start, other)), room)
    rest = np.flatnonzero(~keep)
    room = Room(cells, HEAVIEST, HEAVIEST_COMMON, common)
    keep[rest[_shallow(start[rest], end[rest], np.lexsort((start[rest], -weight[rest])), room)]] = True
    return [chain for chain, stays in zip(found, keep.tolist(), strict=True) if stays]


def _shallow(
    start: NDArray[np.int64], end: NDArray[np.int64], order: NDArray[np.int64], room: Room
) -> NDArray[np.bool_]:
    """Take ranges in an order, each when half of its cells have room left."""
    keep = np.zeros(len(start), dtype=bool)
    for at, low, high in zip(order.tolist(), start[order].tolist(), end[order].tolist(), strict=True):
        if not room.is_crowded(low, high):
            keep[at] = True
            room.take(low, high)
    return keep


def _joining_cost(x1: int, shift: int, run: Run) -> int | None:
    """Cost of letting ``run`` follow a chain that ends at ``x1`` on a diagonal, ``None`` when it cannot."""
    gap = run.x0 - x1
    drift = run.shift - shift
    if drift < 0:
        gap, drift = gap - drift, -drift  # on the earlier side it is longer
        if run.x1 <= x1:
            return None
    elif run.x1 - drift <= x1:
        return None
    gap = max(gap, 0)
    return gap + 4 * drift if drift <= CHAIN_SHIFT + gap // 2 else None
