"""What was not looked at fully: the caps that keep hostile texts in bounds are told, not silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Ranges that are so near to each other are told as one.
_BESIDE = 256


def stretches(start: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[tuple[int, int], ...]:
    """Join ranges that overlap or lie near each other; in text order."""
    if not len(start):
        return ()
    order = np.argsort(start)
    start, reach = start[order], np.maximum.accumulate(end[order])
    opens = np.flatnonzero(np.append(True, start[1:] > reach[:-1] + _BESIDE))
    last = np.append(opens[1:], len(start)) - 1
    return tuple(zip(start[opens].tolist(), reach[last].tolist(), strict=True))
