"""Running sums of small numbers, such as the weights of letters: exact, and narrow where there are many.

Of a long sequence a total is kept for every sixteenth place, and for each place what was added since: a byte and a
quarter a place, where plain sums take four or eight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[Any]

# Numbers are at most this; fifteen of them fit into a byte.
LARGEST = 17
_BITS = 4
_ROW = 1 << _BITS
# Sequences up to this length are summed up plainly: it takes one step.
_PLAIN = 1 << 16
# Of real numbers in a long sequence so many parts of one are counted; they are smaller than this.
_PARTS = 720
LARGEST_REAL = 6.0
# Numbers that are summed up at a time.
_PIECE = 1 << 18


class Sums:
    """What the numbers of a sequence add up to before each of its places, and before its end.

    ``values(start, end)`` gives the numbers at ``start <= i < end``, each from 0 to ``LARGEST``, or to what fifteen of
    make no more than a wider ``rest`` holds.
    """

    def __init__(
        self, size: int, values: Callable[[int, int], Ints], rest: type[np.uint8 | np.uint16] = np.uint8
    ) -> None:
        self._size = size
        plain = size <= _PLAIN
        self._bits = 31 if plain else _BITS
        wide = size * (np.iinfo(rest).max // (_ROW - 1)) >= 1 << 31
        self._base: Ints = np.zeros(1 if plain else (size >> _BITS) + 1, dtype=np.int64 if wide else np.int32)
        self._rest: Ints = np.zeros(size + 1, dtype=np.int32 if plain else rest)
        if plain:
            np.cumsum(values(0, size), out=self._rest[1:])
        else:
            self._add(values)
        # Single places are looked up in these: numpy is slow at them.
        self._total, self._since = self._base.data, self._rest.data

    def _add(self, values: Callable[[int, int], Ints]) -> None:
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

    def between(self, start: int, end: int) -> int:
        """Add up the numbers at ``start <= i < end``."""
        total, since, bits = self._total, self._since, self._bits
        found: int = total[end >> bits] + since[end] - total[start >> bits] - since[start]
        return found

    def at(self, places: Ints) -> Ints:
        """Return what stands before each of some places."""
        out: Ints = self._base[places >> self._bits]
        out += self._rest[places]
        return out

    def part(self, start: int, end: int) -> Ints:
        """Return what stands before each of the places ``start <= i < end``, less a number that is the same for all."""
        low, high = start >> self._bits, ((end - 1) >> self._bits) + 1
        skip = start - (low << self._bits)
        out = np.repeat(self._base[low:high], min(1 << self._bits, self._size + 1))[skip : skip + end - start]
        out += self._rest[start:end]
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


class RealSums:
    """The same of real numbers from 0 to ``LARGEST_REAL``; in a long sequence each is rounded to a 720th."""

    def __init__(self, size: int, values: Callable[[int, int], NDArray[np.float64]]) -> None:
        self._size = size
        self._plain: NDArray[np.float64] | None = None
        if size <= _PLAIN:
            self._plain = np.concatenate(([0.0], np.cumsum(values(0, size))))
        else:
            self._whole = Sums(
                size, lambda start, end: np.rint(values(start, end) * _PARTS).astype(np.uint16), np.uint16
            )

    def between(self, start: int, end: int) -> float:
        """Add up the numbers at ``start <= i < end``."""
        if self._plain is None:
            return self._whole.between(start, end) / _PARTS
        return float(self._plain[end] - self._plain[start])

    def at(self, places: Ints) -> NDArray[np.float64]:
        """Return what stands before each of some places."""
        out: NDArray[np.float64] = self._whole.at(places) / _PARTS if self._plain is None else self._plain[places]
        return out
