"""Tandem runs: stretches of a sequence that repeat themselves at once.

Nearest earlier occurrences of windows of 4, 8, ... symbols give the period: inside a run of period p the
nearest earlier occurrence of a window of p or more symbols lies p back, and in two rounds that of a shorter
window too, unless the unit repeats itself inside. Short periods are tried one by one. Every candidate is then
grown by binary search over range hashes, so the result does not depend on which window found it. Cost n log n for
any sequence: a window is looked at only where the window of half its length stands elsewhere near it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.search.symbols import NARROW, wider

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from numpy.typing import NDArray

    from dedupe_cli.search.symbols import Hashes, Symbols

_WIDEST = 1 << 14  # windows, in symbols
# Periods that windows of NARROW symbols may miss.
_SHORT = 4 * NARROW
# So many places are compared with those of all such periods before them at once.
_FEW = 1 << 13


class Runs(NamedTuple):
    """Maximal runs: symbols ``start <= i < end`` repeat with ``period``, twice at least (see ``slack``)."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    period: NDArray[np.int64]


def find_runs(symbols: Symbols, *, slack: int = 0) -> Runs:
    """Find the tandem runs of a sequence of hashes, longest period last; none is longer than ``FAR``.

    A run may lack up to ``slack`` symbols of its second round.
    """
    n, hashes = len(symbols), symbols.hashes
    found = _short(symbols, min(_SHORT, n - 1), slack)
    width = NARROW
    if width <= n:
        at, before = symbols.narrow
        found.append(_even(at, at - before, width))
        while width * 2 <= min(_WIDEST, n) and len(at):
            at, before = wider(hashes, at, before, width, 2 * width)
            width *= 2
            found.append(_even(at, at - before, width))
    rows = np.concatenate(found) if found else np.zeros((0, 3), dtype=np.int64)
    return _grow(hashes, rows, n, slack)


def _short(symbols: Symbols, most: int, slack: int) -> list[NDArray[np.int64]]:
    """Rows (start, end, period) inside of all runs of the periods up to ``most``."""
    least = [period - (slack if period > slack + 1 else 0) for period in range(1, most + 1)]
    wide = next((period for period, symbols_of in enumerate(least, 1) if symbols_of >= NARROW), most + 1)
    found = [_shortest(symbols, period, least[period - 1]) for period in range(1, wide)]
    if wide > most:
        return found
    # The windows of longer ones stand earlier.
    values, later = symbols.values, symbols.narrow[0]
    periods = np.arange(wide, most + 1, dtype=later.dtype)
    if len(later) * 2 > len(values):  # so many that it costs less to look at all places side by side
        there = np.zeros(len(values), dtype=bool)
        there[later] = True
        for period in periods.tolist():
            at = np.flatnonzero(there[period:] & (values[period:] == values[:-period])).astype(later.dtype) + period
            found.append(_even(at, np.full(len(at), period, dtype=later.dtype), 1))
        return found
    for part in [periods] if len(later) <= _FEW else periods[:, None]:
        before = later - part[:, None]
        which, at = np.nonzero((values[later] == values[np.maximum(before, 0)]) & (before >= 0))
        found.append(_even(later[at], part[which], 1))
    return found


def _shortest(symbols: Symbols, period: int, least: int) -> NDArray[np.int64]:
    """Rows (start, end, period) inside of all runs of a period, of which ``least`` symbols must be there twice.

    A run has so many symbols that equal the one a period before; so two neighbours of those that are half as far
    apart do.
    """
    values = symbols.values
    step = max(least // 2, 1)
    equal = values[period::step] == values[: len(values) - period : step]
    if least >= 2:
        equal[1:] &= equal[:-1].copy()
        equal[:1] = False
    at = np.flatnonzero(equal)
    if not len(at):
        return np.zeros((0, 3), dtype=np.int64)
    low = period + (at - (least >= 2)) * step
    heads = np.flatnonzero(np.append(True, np.diff(at) != 1))
    tails = np.append(heads[1:], len(at)) - 1
    start, end = low[heads], period + at[tails] * step + 1
    if step > 1:  # only the sampled symbols are known to be equal
        hashes = symbols.hashes
        whole = hashes.of(start, end) == hashes.of(start - period, end - period)
        parts = np.repeat(whole, tails - heads + 1)
        start = np.concatenate([start[whole], low[~parts]])
        end = np.concatenate([end[whole], low[~parts] + 1])
    return np.stack([start, end, np.full(len(start), period)], axis=1)


def _even(at: NDArray[Any], distance: NDArray[Any], width: int) -> NDArray[np.int64]:
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
    rows: NDArray[np.int64] = np.stack([start[good], end[good], period[good]], axis=1).astype(np.int64)
    return rows


def _grow(hashes: Hashes, rows: NDArray[np.int64], n: int, slack: int) -> Runs:
    """Grow every candidate to both sides as far as the sequence equals itself one period on."""
    start, end, period = rows[:, 0], rows[:, 1], rows[:, 2]

    def behind(at: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.bool_]:
        last, back = end[at], end[at] - period[at]
        same: NDArray[np.bool_] = hashes.of(last, last + size) == hashes.of(back, back + size)
        return same

    def before(at: NDArray[np.int64], size: NDArray[np.int64]) -> NDArray[np.bool_]:
        first, back = start[at], start[at] - period[at]
        same: NDArray[np.bool_] = hashes.of(first - size, first) == hashes.of(back - size, back)
        return same

    end, start = end + _most(behind, n - end), start - _most(before, start - period) - period
    good = end - start >= 2 * period - np.where(period > slack + 1, slack, 0)
    start, end, period = start[good], end[good], period[good]
    order = np.argsort(period * np.int64(n + 1) + start)
    start, end, period = start[order], end[order], period[order]
    # Where a run of some period begins it is grown to its end, whatever it was found by.
    fresh = np.append(True, (np.diff(start) != 0) | (np.diff(period) != 0))[: len(start)]
    return Runs(start[fresh], end[fresh], period[fresh])


def _most(
    equal: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]], limit: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the greatest size up to ``limit`` for which some rows are ``equal``, and for all smaller ones.

    Most rows grow by nothing or little: sizes are doubled as long as they are equal, then halved.
    """
    low, high = np.zeros_like(limit), limit.copy()
    at, step = np.flatnonzero(limit > 0), 1
    while len(at):
        size = np.minimum(limit[at], step)
        good = equal(at, size)
        low[at[good]] = size[good]
        high[at[~good]] = size[~good] - 1
        at, step = at[good & (size < limit[at])], step * 2
    at = np.flatnonzero(low < high)
    while len(at):
        size = (low[at] + high[at] + 1) // 2
        good = equal(at, size)
        low[at[good]] = size[good]
        high[at[~good]] = size[~good] - 1
        at = at[low[at] < high[at]]
    return low
