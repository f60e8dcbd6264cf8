"""Seeds: two places that share a window; each place is linked to a few others, never all to all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.match.kgrams import Windows

# Links of each place to the places just before it in its bucket; one more goes to the first of the bucket, which
# keeps any number of copies tied to the one that is likely to stay.
PREVIOUS = 3


@dataclass(frozen=True, eq=False)
class Seeds:
    """Links between equal windows: ``later[i] > earlier[i]``, both folded positions.

    ``popularity`` (int32, one a window) is the number of places that share the window.
    """

    later: NDArray[np.int64]
    earlier: NDArray[np.int64]
    popularity: NDArray[np.int32]


def link(windows: Windows, previous: int = PREVIOUS) -> Seeds:
    """Link equal windows by sorting: n log n in the text, at most ``previous + 1`` links a place."""
    count = len(windows.hashes)
    order = np.argsort(windows.hashes, kind="stable")
    ranked = windows.hashes[order]
    opens = np.ones(count, dtype=bool)
    opens[1:] = ranked[1:] != ranked[:-1]
    first = np.flatnonzero(opens)
    sizes = np.diff(np.append(first, count))
    popularity = np.zeros(count, dtype=np.int32)
    popularity[order] = np.repeat(sizes, sizes)
    rank = np.arange(count) - np.repeat(first, sizes)
    later: list[NDArray[np.int64]] = []
    earlier: list[NDArray[np.int64]] = []
    for step in range(1, previous + 1):
        places = np.flatnonzero(rank >= step)
        later.append(order[places])
        earlier.append(order[places - step])
    places = np.flatnonzero(rank > previous)
    later.append(order[places])
    earlier.append(order[places - rank[places]])
    return Seeds(np.concatenate(later), np.concatenate(earlier), popularity)
