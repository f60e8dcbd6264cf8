"""Tandem runs: stretches of a sequence that repeat themselves at once.

Nearest earlier occurrences of windows of 2, 4, 8, ... symbols give the period: inside a run of period p the
nearest earlier occurrence of a window of p or more symbols lies p back, and in two rounds that of a shorter
window too, unless the unit repeats itself inside. Every candidate is then grown by binary search over range
hashes, so the result does not depend on which window found it. Cost n log n for any sequence: a window is
looked at only where the window of half its length was already seen before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.match.tokens import Hashes

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NARROWEST, _WIDEST = 2, 1 << 14  # windows, in symbols


class Runs(NamedTuple):
    """Maximal runs: symbols ``start <= i < end`` repeat with ``period``, twice at least (see ``slack``)."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    period: NDArray[np.int64]


def previous(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Index of the nearest earlier equal key of every place, -1 where there is none."""
    order = np.argsort(keys, kind="stable")
    out = np.full(len(keys), -1, dtype=np.int64)
    same = keys[order[1:]] == keys[order[:-1]]
    out[order[1:][same]] = order[:-1][same]
    return out


def find_runs(values: NDArray[np.uint64], *, slack: int = 0) -> Runs:
    """Find the tandem runs of a sequence of hashes, longest period last.

    A run may lack up to ``slack`` symbols of its second round.
    """
    n = len(values)
    hashes = Hashes(values)
    places = np.arange(n, dtype=np.int64)
    found: list[NDArray[np.int64]] = []
    width = _NARROWEST
    while width <= min(_WIDEST, n) and len(places) > 1:
        places = places[places + width <= n]
        keys = hashes.of(places, places + width)
        before = previous(keys)
        seen = before >= 0
        at = places[seen]
        found.append(_even(at, at - places[before[seen]], width))
        repeated = seen.copy()
        repeated[before[seen]] = True
        places = places[repeated]
        width *= 2
    rows = np.concatenate(found) if found else np.zeros((0, 3), dtype=np.int64)
    return _grow(hashes, rows, n, slack)


def _even(at: NDArray[np.int64], distance: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Join places in a row that lie equally far from their earlier occurrence: rows (start, end, period)."""
    if not len(at):
        return np.zeros((0, 3), dtype=np.int64)
    fresh = np.ones(len(at), dtype=bool)
    fresh[1:] = (at[1:] != at[:-1] + 1) | (distance[1:] != distance[:-1])
    head = np.flatnonzero(fresh)
    tail = np.append(head[1:], len(at)) - 1
    start, end, period = at[head], at[tail] + width, distance[head]
    # Of two rounds a window sees at least a quarter unless the unit is itself a loop, which is found first.
    good = (end - start) * 4 >= period
    rows: NDArray[np.int64] = np.stack([start, end, period], axis=1)[good]
    return rows


def _grow(hashes: Hashes, rows: NDArray[np.int64], n: int, slack: int) -> Runs:
    """Grow every candidate to both sides as far as the sequence equals itself one period on."""
    start, end, period = rows[:, 0], rows[:, 1], rows[:, 2]
    low, high = np.zeros_like(end), n - end
    while np.any(low < high):  # most symbols that can be added behind
        middle = (low + high + 1) // 2
        good = hashes.of(end, end + middle) == hashes.of(end - period, end - period + middle)
        low, high = np.where(good, middle, low), np.where(good, high, middle - 1)
    end = end + low
    low, high = np.zeros_like(start), start - period
    while np.any(low < high):
        middle = (low + high + 1) // 2
        good = hashes.of(start - middle, start) == hashes.of(start - period - middle, start - period)
        low, high = np.where(good, middle, low), np.where(good, high, middle - 1)
    start = start - low - period
    good = end - start >= 2 * period - np.where(period > slack + 1, slack, 0)
    table = np.unique(np.stack([period[good], start[good], end[good]], axis=1), axis=0)
    return Runs(table[:, 1], table[:, 2], table[:, 0])
