"""Running sums of small numbers, such as the weights of letters: exact, and narrow where there are many.

Of a long sequence a total is kept for every sixteenth place, and for each place what was added since: a byte and a
quarter a place, where plain sums take four or eight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]
    Numbers = NDArray[Any]  # whole or real

# Numbers are at most this; fifteen of them fit into a byte.
LARGEST = 17
_BITS = 4
_ROW = 1 << _BITS
# Sequences up to this length are summed up plainly: it takes one step.
_PLAIN = 1 << 16
# Numbers that are summed up at a time.
_PIECE = 1 << 18


class Sums:
    """What the numbers of a sequence add up to before each of its places, and before its end.

    ``values(start, end)`` gives the numbers at ``start <= i < end``, each from 0 to ``LARGEST``; or, if they are
    ``real``, any small ones: then the sums of a long sequence are as exact as a ``float32`` is for the last few.
    """

    def __init__(self, size: int, values: Callable[[int, int], Numbers], *, real: bool = False) -> None:
        self._size = size
        plain = size <= _PLAIN
        self._bits = 31 if plain else _BITS
        base = np.float64 if real else np.int64 if size * LARGEST >= 1 << 31 else np.int32
        rest = (np.float64 if plain else np.float32) if real else np.int32 if plain else np.uint8
        self._base: Numbers = np.zeros(1 if plain else (size >> _BITS) + 1, dtype=base)
        self._rest: Numbers = np.zeros(size + 1, dtype=rest)
        if plain:
            np.cumsum(values(0, size), out=self._rest[1:])
        else:
            self._add(values)
        # Single places are looked up in these: numpy is slow at them.
        self._total, self._since = self._base.data, self._rest.data

    def _add(self, values: Callable[[int, int], Numbers]) -> None:
        sums, before = np.zeros(_PIECE + 1, dtype=self._base.dtype), self._base[0]
        for start in range(0, self._size + 1, _PIECE):
            end = min(start + _PIECE, self._size)
            here = sums[: end - start + 1]
            here[0] = before
            np.cumsum(values(start, end), out=here[1:])
            here[1:] += before
            before = here[-1]
            row = start >> _BITS
            heads = here[::_ROW] if end == self._size else here[:-1:_ROW]
            self._base[row : row + len(heads)] = heads
            rest = self._rest[start : start + len(heads) * _ROW]
            rest[:] = (here[: len(rest)] - np.repeat(heads, _ROW)[: len(rest)]).astype(rest.dtype)

    def __len__(self) -> int:
        """Return the number of sums, one more than there are numbers."""
        return self._size + 1

    def between(self, start: int, end: int) -> Any:
        """Add up the numbers at ``start <= i < end``."""
        total, since, bits = self._total, self._since, self._bits
        return total[end >> bits] + since[end] - total[start >> bits] - since[start]

    def at(self, places: Ints) -> Numbers:
        """Return what stands before each of some places."""
        out: Numbers = self._base[places >> self._bits]
        out += self._rest[places]
        return out

    def first(self, goals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first place before which at least so much stands, for each goal; the end and one where none is."""
        if self._bits != _BITS:
            found: NDArray[np.int64] = np.searchsorted(self._rest, goals.astype(self._rest.dtype), side="left")
            return found
        # Behind the head of the last row that has less, and not behind that of the next one.
        rows = np.searchsorted(self._base, goals.astype(self._base.dtype), side="left") - 1
        low, less = rows << _BITS, goals - self._base[np.maximum(rows, 0)]
        step = _ROW >> 1
        out = np.maximum(low, -1)
        while step:
            near = np.minimum(out + step, self._size)
            more = (self._rest[near] < less) & (out + step <= self._size)
            out += step * more
            step >>= 1
        return np.where(rows < 0, 0, out + 1)


def covering(starts: NDArray[np.int64], ends: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return how many of some ranges each of the places ``0 <= i < size`` is in."""
    steps = np.bincount(starts, minlength=size + 1) - np.bincount(ends, minlength=size + 1)
    found: NDArray[np.int64] = np.cumsum(steps[:size])
    return found
