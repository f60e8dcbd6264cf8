"""What two places of a text have in common by chance: such stretches and chains are not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain as in_a_row
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.search.kgrams import WINDOW_WEIGHT
from dedupe_cli.search.seeds import POPULAR
from dedupe_cli.text.sums import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.chains import Run
    from dedupe_cli.search.room import Cells
    from dedupe_cli.text.fold import Fold
    from dedupe_cli.text.indexed import Indexed

    Ints = NDArray[np.int64]

# Where windows that stand in many places are so near, a chain must tell so many bits more than chance.
NEAR, MARGIN = 64, 16.0
# In a text of fewer folded characters few pairs of places share a window by chance.
FEW_PAIRS = 1 << 17
# A block says much more than a chain that leaves so much of it (100 letters, 45 Han characters).
_MUCH = 500
# A chain goes on where so many of the next letters are equal; of any two texts one in ten is.
_BESIDE, _ALIKE = 8, 4
# Windows that are looked at at a time; of so few what they tell is kept in full.
_PIECE, _IN_FULL = 1 << 18, 1 << 16


class Chance(NamedTuple):
    """What two places of a text have in common by chance.

    Each window tells as many bits as it is rare. ``weights`` are those of the text before each place, ``each`` the bits
    that a weight of windows tells which stand once, ``less`` what is to be taken off for the windows that stand more
    than once, which ``twice`` counts; ``common`` counts those that stand in many places. The ``last`` window begins
    before that place.
    """

    weights: Sums
    each: float
    twice: Sums
    less: Sums
    common: Sums
    last: int
    limit: float

    @classmethod
    def of(cls, fold: Fold, popularity: Indexed, weight: int = WINDOW_WEIGHT) -> Chance | None:
        """Measure a text by the windows of a weight; ``None`` when it is short and nothing stands in many places."""
        places, sizes = len(popularity), popularity.values
        many, more = sizes > POPULAR, sizes > 1
        if not many.any() and len(fold) < FEW_PAIRS:
            return None

        def counted(which: NDArray[np.bool_]) -> Sums:
            def values(start: int, end: int) -> NDArray[np.uint8]:
                out = np.zeros(end - start, dtype=np.uint8)
                found = popularity.of(which, start, end)
                out[: len(found)] = found
                return out

            return Sums(len(fold), values)

        twice = counted(more)
        count = twice.between(0, len(fold))
        shared = np.empty(count, dtype=np.float64 if count < _IN_FULL else np.float32)
        at = 0
        for start in range(0, places, _PIECE):
            end = min(start + _PIECE, places)
            here = popularity.of(more, start, end)
            found = popularity.of(np.log2(sizes), start, end)[here]
            found *= fold.weights(start, end)[here]
            shared[at : at + len(found)] = found / weight
            at += len(found)
        less = Sums(count, lambda start, end: shared[start:end], real=True)
        bits = float(np.log2(places))
        return cls(fold.sums, bits / weight, twice, less, counted(many), places, 2 * bits)

    def told(self, x0: NDArray[np.int64], x1: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how many bits some stretches tell."""
        x0, x1 = np.minimum(x0, self.last), np.minimum(x1, self.last)
        out = (self.weights.at(x1) - self.weights.at(x0)) * self.each
        out -= self.less.at(self.twice.at(x1)) - self.less.at(self.twice.at(x0))
        found: NDArray[np.float64] = out
        return found

    def crowds(self, cells: Cells) -> NDArray[np.bool_]:
        """Tell of each cell of the text whether many windows in it stand in many places."""
        edges = cells.edges()
        inside: NDArray[np.bool_] = np.diff(self.common.at(edges)) * 8 > np.diff(edges)
        return inside

    def refutes(self, x0: NDArray[np.int64], x1: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell of which stretches it is chance that they stand twice.

        Stretches that few places share, with nothing common around them, are not looked at. Others must be longer
        than what two places have in common by chance: among n places there are n * n pairs, so ``2 log2 n`` bits
        are chance (the statistics of Karlin and Altschul 1990).
        """
        chance: NDArray[np.bool_] = self._are_common(x0, x1) & (self.told(x0, x1) < self.limit)
        return chance

    def _are_common(self, x0: NDArray[np.int64], x1: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell near which stretches some window stands in many places."""
        last = len(self.common) - 1
        near: NDArray[np.bool_] = self.common.at(np.minimum(x1 + NEAR, last)) > self.common.at(np.maximum(x0 - NEAR, 0))
        return near

    def are_chance(self, found: Sequence[Sequence[Run]]) -> NDArray[np.bool_]:
        """Tell the same of chains, which must be longer: of chance chains there are many."""
        edges, heads = edges_of(found)
        near = self._are_common(edges[heads[:-1], 0], edges[heads[1:] - 1, 1])
        told = np.add.reduceat(self.told(edges[:, 0], edges[:, 1]), heads[:-1])
        chance: NDArray[np.bool_] = near & (told < self.limit + MARGIN)
        return chance

    def are_scraps(self, fold: Fold, found: Sequence[Sequence[Run]], starts: Ints, ends: Ints) -> NDArray[np.bool_]:
        """Tell of which chains it is chance that they stand twice, whatever is around them.

        Such a chain is also little of the blocks (``starts``, ``ends``) in which both of its sides stand, and the text
        goes on with other letters on both sides.
        """
        edges, heads = edges_of(found)
        first, last = edges[heads[:-1]], edges[heads[1:] - 1]
        scraps = np.add.reduceat(self.told(edges[:, 0], edges[:, 1]), heads[:-1]) < self.limit
        scraps &= _is_little(fold, first[:, 0], last[:, 1], starts, ends)
        scraps &= _is_little(fold, first[:, 0] - first[:, 2], last[:, 1] - last[:, 2], starts, ends)
        at = np.flatnonzero(scraps)
        scraps[at] = ~(_go_on(fold, first[at, 0] - 1, first[at, 2], -1) | _go_on(fold, last[at, 1], last[at, 2], 1))
        return scraps


def _is_little(fold: Fold, x0: Ints, x1: Ints, starts: Ints, ends: Ints) -> NDArray[np.bool_]:
    """Tell of which stretches the block in which they stand says much more."""
    block = np.minimum(np.searchsorted(ends, x0, side="right"), len(ends) - 1)
    low, high, weight = starts[block], ends[block], fold.sums.at
    little: NDArray[np.bool_] = (low <= x0) & (x1 <= high)
    little &= (weight(high) - weight(low)) - (weight(x1) - weight(x0)) > _MUCH
    return little


def _go_on(fold: Fold, place: Ints, shift: Ints, way: int) -> NDArray[np.bool_]:
    """Tell of places whether the letters from there on are alike on a diagonal or on the one beside it."""
    size, step = len(fold) - 1, way * np.arange(_BESIDE)
    here = np.clip(place[:, None] + step, 0, size)
    alike = np.zeros(len(place), dtype=bool)
    for aside in (-1, 0, 1):
        equal = fold.codes[here] == fold.codes[np.clip(here - shift[:, None] + aside, 0, size)]
        alike |= np.count_nonzero(equal, axis=1) >= _ALIKE
    return alike


def edges_of(found: Sequence[Sequence[Run]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return start, end and shift of the runs of all chains, and where each chain begins; one more at the end."""
    heads = np.cumsum([0, *map(len, found)])
    numbers = in_a_row.from_iterable(in_a_row.from_iterable(found))
    return np.fromiter(numbers, dtype=np.int64, count=3 * int(heads[-1])).reshape(-1, 3), heads
