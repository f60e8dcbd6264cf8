"""How much more may cross each cell of a text: what is alike in very many places is compared with a few of them.

Cells are counted from where a block begins, so that a cut elsewhere moves none of them: what is found in one place of a
text does not hang on how long the text before it is.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]  # int32 or int64

# More cells than this are counted as an array.
_FEW = 24


class Cells:
    """Cells of so many folded characters each, in blocks that begin at ``starts``; the last one of a block may be less.

    ``length`` is that of the text.
    """

    def __init__(self, length: int, starts: Ints, size: int) -> None:
        self._size = size
        begins = np.append(0, starts)
        begins = begins[np.append(True, begins[1:] > begins[:-1])]  # without letters one begins where the next one does
        self._begins = begins[begins < max(length, 1)]
        counts = -(-np.diff(np.append(self._begins, length)) // size)
        self._first = np.append(0, np.cumsum(counts))
        self._length = length
        # One place is looked up at a time, which numpy is slow at.
        self._begin, self._number = self._begins.data, self._first.data

    def __len__(self) -> int:
        return int(self._first[-1])

    def at(self, place: int) -> int:
        """Return the cell in which a place lies."""
        block = bisect_right(self._begin, place) - 1
        cell: int = self._number[block] + (place - self._begin[block]) // self._size
        return cell

    def of(self, places: Ints) -> Ints:
        """Return the cell of each of some places."""
        block = np.searchsorted(self._begins, places, side="right") - 1
        cells: Ints = self._first[block] + (places - self._begins[block]) // self._size
        return cells

    def edges(self) -> Ints:
        """Return where each cell begins, and where the text ends."""
        counts = np.diff(self._first)
        step = np.arange(len(self)) - np.repeat(self._first[:-1], counts)
        return np.append(np.repeat(self._begins, counts) + step * self._size, self._length)


class Room:
    """Room for ``most`` stretches in each cell of a text.

    For ``fewer`` where it is told of a cell that much in it is ``common``: stands in many places.
    """

    def __init__(self, cells: Cells, most: int, fewer: int, common: NDArray[np.bool_] | None) -> None:
        # Bytes: mostly a cell or two are looked at, which numpy is slow at.
        self._cells, self._left = cells, bytearray([most]) * (len(cells) + 1)  # one more for the end of the text
        self._numbers = np.frombuffer(self._left, dtype=np.uint8)
        if common is not None:
            self._numbers[:-1][common] = fewer

    def take(self, start: int, end: int) -> None:
        """Take room for a stretch."""
        left, low, high = self._left, self._cells.at(start), self._cells.at(end - 1) + 1
        if high - low > _FEW:
            part = self._numbers[low:high]
            part -= part > 0
            return
        for cell in range(low, high):
            if left[cell]:
                left[cell] -= 1

    def is_full(self, place: int) -> bool:
        """Tell whether there is no room at a place: whatever stands there has counterparts enough."""
        return not self._left[self._cells.at(place)]

    def is_crowded(self, start: int, end: int) -> bool:
        """Tell whether there is no room in more than half of the cells of a stretch."""
        low, high = self._cells.at(start), self._cells.at(end - 1) + 1
        return 2 * self._left.count(0, low, high) > high - low
