"""Tandem runs: stretches of a sequence that repeat themselves at once.

Nearest earlier occurrences of windows of 4, 8, ... symbols give the period: inside a run of period p the
nearest earlier occurrence of a window of p or more symbols lies p back, and in two rounds that of a shorter
window too, unless the unit repeats itself inside. Short periods are tried one by one. Every candidate is then
grown by binary search over range hashes, so the result does not depend on which window found it. Cost n log n for
any sequence: a window is looked at only where the window of half its length stands elsewhere near it too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe_cli.search.hashes import Hashes, links

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]  # int32, or int64 for long sequences

# Symbols of the narrowest and of the widest windows that are looked for, and the periods that are tried one by one.
NARROW, _WIDEST, _SHORT = 4, 1 << 14, 16
# Symbols times periods that are looked at together.
_TOGETHER = 1 << 14
# What stands again farther on than so many symbols is no repetition in place.
FAR = 1 << 15


class Symbols:
    """A sequence of hashes; what is asked for often is made once."""

    def __init__(self, values: NDArray[np.uint64]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def hashes(self) -> Hashes:
        """Hashes of its ranges."""
        return Hashes(self.values)

    @cached_property
    def narrow(self) -> tuple[Ints, Ints]:
        """Places of windows of ``NARROW`` symbols that stand shortly before, and the nearest place of each."""
        return _near(*links(self.hashes.all(NARROW)))

    def wider(self, later: Ints, earlier: Ints, width: int) -> tuple[Ints, Ints]:
        """Return the same of windows of ``width`` symbols, which are looked for where narrower ones are linked."""
        fits = int(later.searchsorted(len(self) - width, side="right"))
        later, earlier = later[:fits], earlier[:fits]
        same = self.hashes.of(later, later + width) == self.hashes.of(earlier, earlier + width)
        if same.all():  # inside of a loop; what is equal to the nearest has none that is nearer
            return later, earlier
        places = np.zeros(int(later[-1]) + 1, dtype=bool)
        places[later] = places[earlier] = True
        some = np.flatnonzero(places).astype(later.dtype)
        after, before = links(self.hashes.of(some, some + width))
        return _near(some[after], some[before])


def _near(later: Ints, earlier: Ints) -> tuple[Ints, Ints]:
    """Return the links that are no longer than ``FAR``."""
    keep = later - earlier <= FAR
    return later[keep], earlier[keep]


class Runs(NamedTuple):
    """Maximal runs: symbols ``start <= i < end`` repeat with ``period``, twice at least (see ``slack``)."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    period: NDArray[np.int64]


def find_runs(symbols: Symbols, *, slack: int = 0) -> Runs:
    """Find the tandem runs of a sequence of hashes, longest period last; none is longer than ``FAR``.

    A run may lack up to ``slack`` symbols of its second round.
    """
    n = len(symbols)
    found = [_short(symbols.values, slack)]
    width = NARROW
    at, before = symbols.narrow
    while len(at):
        found.append(_even(at, at - before, width))
        width *= 2
        if width > min(_WIDEST, n):
            break
        at, before = symbols.wider(at, before, width)
    return _grow(symbols.hashes, np.concatenate(found), n, slack)


def _short(values: NDArray[np.uint64], slack: int) -> NDArray[np.int64]:
    """Return the runs of short periods, as rows (start, end, period); of a short sequence many periods at once."""
    n = len(values)
    periods = range(1, min(_SHORT, n - 1) + 1)
    several = max(_TOGETHER // (n + 1), 1)
    found = [np.zeros((0, 3), dtype=np.int64)]
    for first in range(0, len(periods), several):
        some = periods[first : first + several]
        same = np.zeros((len(some), n + 1), dtype=bool)  # what equals the symbol a period before; both ends do not
        for row, period in zip(same, some, strict=True):
            np.equal(values[period:], values[:-period], out=row[period:-1])
        flat = same.ravel()
        edges = (flat[1:] != flat[:-1]).nonzero()[0] + 1
        row, start = np.divmod(edges[::2], n + 1)
        rows = np.stack([start, start + edges[1::2] - edges[::2], row + some[0]], axis=1)
        found.append(rows[rows[:, 1] - rows[:, 0] >= _least(rows[:, 2], slack)])
    return np.concatenate(found)


def _least(period: NDArray[np.int64], slack: int) -> NDArray[np.int64]:
    """Symbols of runs that equal the one a period before, at least."""
    return period - np.where(period > slack + 1, slack, 0)


def _even(at: NDArray[Any], distance: NDArray[Any], width: int) -> NDArray[np.int64]:
    """Join places in a row that lie equally far from their earlier occurrence: rows (start, end, period)."""
    if not len(at):
        return np.zeros((0, 3), dtype=np.int64)
    fresh = np.ones(len(at), dtype=bool)
    np.logical_or(at[1:] != at[:-1] + 1, distance[1:] != distance[:-1], out=fresh[1:])
    head = fresh.nonzero()[0]
    rows = np.empty((len(head), 3), dtype=np.int64)
    start, end, period = rows.T
    start[:], period[:] = at[head], distance[head]
    end[:-1], end[-1] = at[head[1:] - 1], at[-1]
    end += width
    # Of two rounds a window sees at least a quarter unless the unit is itself a loop, which is found first.
    return rows[(end - start) * 4 >= period]


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
    good = end - start >= period + _least(period, slack)
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
