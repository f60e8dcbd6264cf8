"""Chains: seeds on one diagonal become runs, runs on near diagonals become chains.

The idea is minimap2's (Li 2018), on characters: exact stretches first (vectorised), then gaps and shifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from dedupe_cli.match.kgrams import Windows
    from dedupe_cli.match.seeds import Seeds
    from dedupe_cli.text.fold import Fold

# Two seeds of one diagonal belong together over at most this many characters that differ.
RUN_GAP = 12
# Two runs belong together over at most this weight of text that differs (45 Han characters, 100 letters) ...
CHAIN_GAP = 500
# ... and a shift of the diagonal of at most 12 characters plus half the gap.
CHAIN_SHIFT = 12
_LANE = 64


@dataclass(frozen=True, slots=True)
class Run:
    """Seeds on one diagonal: later stretch ``x0..x1``, earlier stretch ``x0 - shift .. x1 - shift``."""

    x0: int
    x1: int
    shift: int


def runs(fold: Fold, windows: Windows, seeds: Seeds, least: int) -> list[Run]:
    """Join seeds of one diagonal; returned in order of ``x0``.

    A run that weighs less than ``least`` and has no other run near it (same place, near diagonal) is chance and
    is left out here, while everything is still an array.
    """
    if not len(seeds.later):
        return []
    shift = seeds.later - seeds.earlier
    order = np.lexsort((seeds.later, shift))
    shift, later = shift[order], seeds.later[order]
    ends = windows.ends[later]
    opens = np.ones(len(later), dtype=bool)
    opens[1:] = (shift[1:] != shift[:-1]) | (later[1:] > ends[:-1] + RUN_GAP)
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(later)) - 1
    x0, x1, shifts = later[first], ends[last], shift[first]
    x1 = np.minimum(x1, x0 + shifts)  # a stretch that overlaps itself is a loop and is not looked at here
    weight = fold.cumulative[x1] - fold.cumulative[x0]
    keep = (x1 > x0) & ((weight >= least) | _has_company(x0, shifts))
    x0, x1, shifts = x0[keep], x1[keep], shifts[keep]
    order = np.lexsort((shifts, x0))
    return [Run(*r) for r in zip(x0[order].tolist(), x1[order].tolist(), shifts[order].tolist(), strict=True)]


def _has_company(x0: NDArray[np.int64], shift: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each run whether another one begins near it on a near diagonal (cells of 256 by 64 characters)."""
    row, lane = x0 >> 8, shift >> 6
    width = np.int64(1) << 32
    cells, counts = np.unique(row * width + lane, return_counts=True)
    near = np.zeros(len(x0), dtype=np.int64)
    for down in (-1, 0, 1):
        for side in (-1, 0, 1):
            key = (row + down) * width + lane + side
            at = np.minimum(np.searchsorted(cells, key), len(cells) - 1)
            near += np.where(cells[at] == key, counts[at], 0)
    return near > 1


def chains(fold: Fold, found: Iterable[Run]) -> list[list[Run]]:
    """Join runs that follow one another on near diagonals; each run goes to the nearest open chain.

    ``found`` comes in order of ``x0``; the earlier sides must follow one another too.
    """
    total = fold.cumulative
    lanes: dict[int, list[list[Run]]] = {}
    out: list[list[Run]] = []
    for run in found:
        lane = run.shift // _LANE
        best: list[Run] | None = None
        best_cost = CHAIN_GAP * 4
        for near in (lane - 1, lane, lane + 1):
            open_chains = lanes.get(near)
            if not open_chains:
                continue
            alive = [c for c in open_chains if total[run.x0] - total[c[-1].x1] <= CHAIN_GAP]
            if len(alive) != len(open_chains):
                lanes[near] = alive
            for chain in alive:
                cost = _joining_cost(chain[-1], run)
                if cost is not None and cost < best_cost:
                    best, best_cost = chain, cost
        if best is None:
            best = []
            out.append(best)
        else:
            lanes[best[-1].shift // _LANE].remove(best)
        best.append(run)
        lanes.setdefault(lane, []).append(best)
    return out


def _joining_cost(last: Run, run: Run) -> int | None:
    """Cost of letting ``run`` follow ``last`` in a chain, ``None`` when it cannot."""
    gap_x = run.x0 - last.x1
    gap_y = (run.x0 - run.shift) - (last.x1 - last.shift)
    drift = abs(run.shift - last.shift)
    if drift > CHAIN_SHIFT + max(gap_x, gap_y, 0) // 2:
        return None
    if run.x1 <= last.x1 or run.x1 - run.shift <= last.x1 - last.shift:
        return None
    return max(gap_x, gap_y, 0) + 4 * drift
