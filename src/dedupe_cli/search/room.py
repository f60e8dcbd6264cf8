"""How much more may cross each cell of a text: what is alike in very many places is compared with a few of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# More cells than this are counted as an array.
_FEW = 24


class Room:
    """Room for ``most`` stretches in each cell of so many characters of a text of a ``size``.

    For ``fewer`` where it is told of a cell that much in it is ``common``: stands in many places.
    """

    def __init__(self, size: int, cell: int, most: int, fewer: int, common: NDArray[np.bool_] | None) -> None:
        # Bytes: mostly a cell or two are looked at, which numpy is slow at.
        self._cell, self._left = cell, bytearray([most]) * (size // cell + 2)
        self._cells = np.frombuffer(self._left, dtype=np.uint8)
        if common is not None:
            self._cells[common[: len(self._left)]] = fewer

    def take(self, start: int, end: int) -> None:
        """Take room for a stretch."""
        left, low, high = self._left, start // self._cell, end // self._cell + 1
        if high - low > _FEW:
            part = self._cells[low:high]
            part -= part > 0
            return
        for cell in range(low, high):
            if left[cell]:
                left[cell] -= 1

    def is_full(self, place: int) -> bool:
        """Tell whether there is no room at a place: whatever stands there has counterparts enough."""
        return not self._left[place // self._cell]

    def is_crowded(self, start: int, end: int) -> bool:
        """Tell whether there is no room in more than half of the cells of a stretch."""
        low, high = start // self._cell, end // self._cell + 1
        return 2 * self._left.count(0, low, high) > high - low
