"""Hashed windows of folded text (k-grams of variable length)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.search.hashes import Hashes, mix
from dedupe_cli.text.fold import HAN_WEIGHT, LETTER_WEIGHT, Fold, index_type

if TYPE_CHECKING:
    from numpy.typing import NDArray


# The shortest window that weighs at least this much: five Han characters, eleven Latin letters, or a mixture.
WINDOW_WEIGHT = 55
# In a text of so many folded characters a window of that weight stands in many places by chance. There windows are
# wider, and of LONG_STEP in a row only the one with the least hash is kept (minimizers, Roberts et al. 2004): every
# equal stretch of ten Han characters or nineteen letters still has one.
LONG, LONG_WEIGHT, LONG_STEP = 1 << 22, 77, 4
# The widest window that is hashed, in weight. A character weighs four at least.
WIDEST = WINDOW_WEIGHT << 6

# Characters hashed at a time: the arrays of one piece stay in the processor's cache, and no array of eight bytes
# a character is made that outlives its piece.
_PIECE = 1 << 15


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of one weight that stand more than once, in order of a hash: equal ones stand side by side.

    ``places``: where each begins (int32, or int64 where that does not do); ``opens``: it is not equal to the one
    before. Equal ones are in text order. ``count``: number of places at which such a window fits.
    """

    weight: int
    count: int
    places: NDArray[Any]
    opens: NDArray[np.bool_]


def window_ends(fold: Fold, places: NDArray[np.int64], weight: int) -> NDArray[np.int64]:
    """Find where the shortest window of at least ``weight`` that begins at each place ends; it must fit.

    A character weighs from five to eleven. So a window of none but the lightest ends behind as many as that takes, and
    none ends before as many of the heaviest as that takes: where they do, it ends there. Mostly one or the other is so.
    """
    sums, size = fold.sums, len(fold)
    before = sums.at(places)
    most, least = -(-weight // LETTER_WEIGHT), -(-weight // HAN_WEIGHT)
    ends: NDArray[np.int64] = places + np.int64(most)
    light = ends <= size
    light &= sums.at(np.minimum(ends, size)) - before == LETTER_WEIGHT * most
    at = np.flatnonzero(~light)
    if not len(at):
        return ends
    ends[at] = places[at] + least
    at = at[sums.at(np.minimum(ends[at], size)) - before[at] < weight]
    ends[at] = sums.first(before[at] + weight)
    return ends


def room(fold: Fold, weight: int) -> int:
    """Count the places of a text at which a window of at least ``weight`` fits."""
    goal = fold.sums.between(0, len(fold)) - weight + 1
    return int(fold.sums.first(np.array([goal], dtype=np.int64))[0])


def windows(fold: Fold, weight: int = WINDOW_WEIGHT, places: NDArray[np.int64] | None = None) -> Windows:
    """Sort the windows that begin at the given places (ascending; by default all) by their hashes.

    Those that stand once are left out. At all places of a long text (see ``LONG``) only minimizers are looked at.

    The place is written into the low bits of the hash, so that one sort of plain numbers does all; 40 bits of hash are
    left for ten million places. A collision makes a seed that later comparison refutes.
    """
    count = room(fold, weight)
    low = np.uint64((1 << max(len(fold).bit_length(), 1)) - 1)
    fewer = places is None and weight > WINDOW_WEIGHT
    if places is None:
        keys = np.empty(count // 2 if fewer else count, dtype=np.uint64)
        pieces = _every(count)
    else:
        places = places[: int(np.searchsorted(places, count))]
        keys = np.empty(len(places), dtype=np.uint64)
        pieces = _pieces(places)
    size = 0
    for part in pieces:
        found = (_hashes(fold, part, weight) & ~low) | part.astype(np.uint64)
        if fewer:
            found = found[_least(found)]
        if size + len(found) > len(keys):
            keys.resize(size + len(keys) // 8 + len(found), refcheck=False)
        keys[size : size + len(found)] = found
        size += len(found)
    keys.resize(size, refcheck=False)  # in its place: a copy would be as large again
    keys.sort()
    opens = np.ones(size + 1, dtype=bool)
    for at in range(1, size, _PIECE):
        end = min(at + _PIECE, size)
        np.greater(keys[at:end] ^ keys[at - 1 : end - 1], low, out=opens[at:end])
    once = opens[:-1] & opens[1:]
    keys, opens = keys[~once], opens[:-1][~once]
    keys &= low
    return Windows(weight, count, keys.astype(index_type(len(fold))), opens)


def _least(keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Tell which keys are the least of ``LONG_STEP`` in a row; at the edges of a piece of fewer."""
    count = len(keys)
    padded = np.full(count + 2 * (LONG_STEP - 1), ~np.uint64(0), dtype=np.uint64)
    padded[LONG_STEP - 1 : LONG_STEP - 1 + count] = keys
    rows = padded[: count + LONG_STEP - 1].copy()  # the least of each row of LONG_STEP
    for step in range(1, LONG_STEP):
        np.minimum(rows, padded[step : step + count + LONG_STEP - 1], out=rows)
    chosen: NDArray[np.bool_] = rows[:count] == keys
    for step in range(1, LONG_STEP):
        chosen |= rows[step : step + count] == keys
    return chosen


def _every(count: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, count, _PIECE):
        yield np.arange(start, min(start + _PIECE, count), dtype=np.int64)


def _pieces(places: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Cut places into stretches that one piece of text holds."""
    at = 0
    while at < len(places):
        stop = int(np.searchsorted(places, places[at] + _PIECE))
        yield places[at:stop]
        at = stop


def _hashes(fold: Fold, places: NDArray[np.int64], weight: int) -> NDArray[np.uint64]:
    """Hash the windows at some places of one piece of text."""
    first = int(places[0])
    ends = window_ends(fold, places, weight) - first
    return mix(Hashes(fold.codes[first : first + int(ends[-1])]).of(places - first, ends))
