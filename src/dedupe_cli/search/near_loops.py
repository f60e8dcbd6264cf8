"""Whole sentences said again in the neighbourhood of a loop.

A loop is seldom clean: rounds are left out, others slip in (A B C A C). Where a text repeats itself that much, a
sentence that stood there already goes, also when it is too short to be a distant copy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.search.hashes import previous
from dedupe_cli.search.removal import Removal, remove
from dedupe_cli.search.repeated_marks import is_paired, marks
from dedupe_cli.search.unseen import stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.scene import Scene
    from dedupe_cli.search.tokens import Tokens

# Letters; a Han character counts 3.
REACH = 2400  # how far back a sentence may stand
WINDOW = 800  # the neighbourhood that is judged
_LEAST = 24  # shortest sentence
_LEADS_ON = (":", '":', "*:", ")*:")
_SHARE = 0.20  # of the neighbourhood that stands in it twice; clean prose has .16 at most
_WIDTHS = ((5, 18), (8, 0))  # windows of so many tokens and at least so many letters are looked for again


def looping_tokens(tokens: Tokens) -> NDArray[np.bool_]:
    """Tell of every token whether much of its neighbourhood was said shortly before."""
    n, letters = len(tokens), tokens.letters
    covered = np.zeros(n + 1, dtype=np.int32)
    at, before = tokens.symbols.narrow
    for width, least in _WIDTHS:
        at, before = tokens.symbols.wider(at, before, width)
        near = letters[at] - letters[before] <= REACH
        near &= letters[at + width] - letters[at] >= least
        covered[at[near]] += 1  # no place stands there twice
        covered[at[near] + width] -= 1
    inside = np.cumsum(covered[:n], dtype=np.int32) > 0
    share = np.zeros(n, dtype=bool)
    # The share is nowhere enough but near the tokens that were said before.
    for low, high in _around(letters, inside):
        share[low:high] = _is_dense(letters, inside, low, high)
    return share


def _around(letters: NDArray[np.int64], inside: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Ranges of tokens in whose neighbourhood some are ``inside``."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False]))))
    low = np.searchsorted(letters, letters[edges[::2]] - WINDOW)
    return stretches(low, np.minimum(np.searchsorted(letters, letters[edges[1::2]] + WINDOW), len(inside)))


def _is_dense(letters: NDArray[np.int64], inside: NDArray[np.bool_], first: int, last: int) -> NDArray[np.bool_]:
    """Tell of some tokens whether enough of the letters around them lie inside of what was said before."""
    middle = letters[first:last]
    low = np.searchsorted(letters, np.maximum(middle - WINDOW // 2, 0))
    high = np.searchsorted(letters, np.minimum(middle + WINDOW // 2, letters[-1]))
    start, stop = int(low[0]), int(high[-1])
    sums = np.zeros(stop - start + 1, dtype=np.int64)
    np.cumsum(np.where(inside[start:stop], np.diff(letters[start : stop + 1]), 0), out=sums[1:])
    total = np.maximum(letters[high] - letters[low], WINDOW // 2)
    share: NDArray[np.bool_] = (sums[high - start] - sums[low - start]) / total >= _SHARE
    return share


def find_near_removals(scene: Scene, looping: NDArray[np.bool_], protects: Callable[[int, int], bool]) -> list[Removal]:
    """Find sentences that stood shortly before, among the tokens marked as ``looping``."""
    tokens, gaps = scene.tokens, scene.gaps
    if len(tokens) < 2 or not looping.any():
        return []
    borders = np.flatnonzero(gaps.strong)
    low, high = borders[:-1], borders[1:]
    keys = tokens.symbols.hashes.of(low, high)
    before = previous(keys)
    size = tokens.letters[high] - tokens.letters[low]
    distance = tokens.letters[low] - tokens.letters[low[np.maximum(before, 0)]]
    good = (before >= 0) & (size >= _LEAST) & (distance <= REACH) & looping[low]
    good &= (high - low) == (high - low)[np.maximum(before, 0)]
    root = np.arange(len(low))
    out = []
    for i in np.flatnonzero(good).tolist():
        start, end = int(low[i]), int(high[i])
        if protects(int(tokens.start[start]), int(tokens.end[end - 1])):
            continue
        if marks(gaps.text[slice(*gaps.raw(end))]).startswith(_LEADS_ON):
            continue  # it leads to what comes behind it
        stays = int(root[before[i]])
        found = remove(gaps, start, end, (int(low[stays]), int(high[stays])), framed=True)
        if is_paired(found.span.of(gaps.text)):
            root[i] = stays
            out.append(found)
    return out
