"""A long sequence of whole numbers, few of them different: of each the index of its value is kept, in a byte or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Indexed:
    """``values`` are those that occur, ascending; ``index`` says which of them each number is."""

    values: NDArray[np.int64]
    index: NDArray[Any]

    def __len__(self) -> int:
        return len(self.index)

    def at(self, place: int) -> int:
        """Return one number."""
        return int(self.values[self.index[place]])

    def part(self, start: int, end: int) -> NDArray[np.int64]:
        """Return the numbers ``start <= i < end`` that there are."""
        return self.of(self.values, start, end)

    def of(self, table: NDArray[Any], start: int, end: int) -> NDArray[Any]:
        """Return for the same numbers what a table, parallel to ``values``, has for them."""
        found: NDArray[Any] = table[self.index[start:end]]
        return found


def different(values: NDArray[Any]) -> NDArray[Any]:
    """Return the values that occur, ascending.

    ``np.unique`` does the same, but loads the masked arrays of numpy to ask whether it was given one (8 ms).
    """
    ordered = np.sort(values)
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def index_kind(count: int) -> type[np.uint8 | np.uint16 | np.uint32]:
    """Return the narrowest type that tells so many values apart."""
    return np.uint8 if count <= 1 << 8 else np.uint16 if count <= 1 << 16 else np.uint32
