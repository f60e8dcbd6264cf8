"""Which paragraphs of different texts may be near copies: those that share sampled windows, never all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.search.hashes import mix
from dedupe_cli.search.kgrams import window_ends, windows
from dedupe_cli.text.fold import Fold, fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

# Weight of a window: ten Han characters, 22 letters.
WINDOW = 110
# One place in so many begins a window; which ones is told by the characters there, so that copies agree on them.
SAMPLE = 4
# Each window is linked to so many before it, and to the first of its kind.
PREVIOUS = 3
# A window that stands in more paragraphs is a formula and says little.
COMMON = 64
# Two paragraphs are looked at when windows of this share of the shorter one are in both, and so many at least.
SHARE, LEAST = 0.12, 2
# So many earlier paragraphs are looked at for each, those that share most.
MOST = 3


def candidates(texts: Sequence[str], homes: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Return for each paragraph the earlier ones of other ``homes`` that may be near it, the likeliest first.

    ``texts`` are distinct paragraphs in order, ``homes`` the number of the text that each stands in first. Cost grows
    as n log n with all characters.
    """
    if len(texts) < 2:
        return {}
    folded, edges = _joined(texts)
    places, owner, opens = _sampled(folded, edges)
    if not len(places):
        return {}
    home = np.array(homes, dtype=np.int64)
    counts = np.bincount(owner, minlength=len(texts))
    later, earlier, shared = _counted(owner, opens, home, len(texts))
    enough = (shared >= LEAST) & (shared >= SHARE * np.minimum(counts[later], counts[earlier]))
    later, earlier, shared = later[enough], earlier[enough], shared[enough]
    out: dict[int, list[int]] = {}
    for at in np.lexsort((earlier, -shared, later)).tolist():
        near = out.setdefault(int(later[at]), [])
        if len(near) < MOST:
            near.append(int(earlier[at]))
    return {block: tuple(near) for block, near in out.items()}


def _joined(texts: Sequence[str]) -> tuple[Fold, Ints]:
    """Fold all paragraphs as one text; ``edges`` are where each begins, and the end."""
    one = fold("\n".join(texts))
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)])
    return one, np.searchsorted(one.offsets, starts)


def _sampled(folded: Fold, edges: Ints) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return the sampled windows inside of paragraphs, equal ones side by side: place, paragraph, opens a kind."""
    codes = folded.codes.astype(np.uint64)
    if len(codes) < 4:
        none = np.zeros(0, dtype=np.int64)
        return none, none, none.astype(bool)
    sign = mix(
        codes[:-3] * np.uint64(0x1F3D5B79) + codes[1:-2] * np.uint64(0x10FB) + codes[2:-1] * np.uint64(0x5B) + codes[3:]
    )
    chosen = np.flatnonzero(sign % np.uint64(SAMPLE) == 0)
    del codes, sign
    found = windows(folded, WINDOW, chosen)
    owner = np.searchsorted(edges, found.places, side="right") - 1
    inside = window_ends(folded, found.places, WINDOW) <= edges[owner + 1]
    group = np.cumsum(found.opens)[inside]
    places, owner = found.places[inside], owner[inside]
    opens = np.ones(len(places), dtype=bool)
    opens[1:] = group[1:] != group[:-1]
    return places, owner, opens


def _counted(owner: Ints, opens: NDArray[np.bool_], home: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Count the windows that each pair of paragraphs of different texts shares: later one, earlier one, number."""
    heads = np.flatnonzero(opens)
    sizes = np.diff(np.append(heads, len(opens)))
    rank = np.arange(len(opens)) - np.repeat(heads, sizes)
    rare = np.repeat(sizes <= COMMON, sizes)
    keys = []
    for step in range(1, PREVIOUS + 2):
        at = np.flatnonzero((rank >= step) & rare)
        back = at - (step if step <= PREVIOUS else rank[at])
        pair = home[owner[at]] != home[owner[back]]
        keys.append(owner[at][pair] * np.int64(count) + owner[back][pair])
    pairs, shared = np.unique(np.concatenate(keys), return_counts=True)
    return pairs // count, pairs % count, shared
