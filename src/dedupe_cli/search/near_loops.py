"""Whole sentences said again in the neighbourhood of a loop.

A loop is seldom clean: rounds are left out, others slip in, the last one breaks off (A B C A B). Where a
text repeats itself that much, a sentence that stood there already goes, also when it is too short to be a
distant copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.search.intended_loops import MEANT, kind_of
from dedupe_cli.search.removal import remove, token_span
from dedupe_cli.search.repeated_marks import have_same_marks, is_paired, marks
from dedupe_cli.search.symbols import NARROW, previous, wider

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dedupe_cli.search.gaps import Gaps
    from dedupe_cli.search.removal import Removal
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
    hashes, (at, before) = tokens.symbols.hashes, tokens.symbols.narrow
    narrow = NARROW
    for width, least in _WIDTHS:
        at, before = wider(hashes, at, before, narrow, width)
        narrow = width
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


def _around(letters: NDArray[np.int64], inside: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Ranges of tokens in whose neighbourhood some are ``inside``."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False]))))
    low = np.searchsorted(letters, letters[edges[::2]] - WINDOW)
    high = np.minimum(np.searchsorted(letters, letters[edges[1::2]] + WINDOW), len(inside))
    out: list[tuple[int, int]] = []
    for first, last in zip(low.tolist(), high.tolist(), strict=True):
        if out and first <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], last))
        else:
            out.append((first, last))
    return out


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
    gone = []
    for i in np.flatnonzero(good).tolist():
        if protects(int(tokens.start[low[i]]), int(tokens.end[high[i] - 1])):
            continue
        kept, copy = (token_span(gaps, int(low[j]), int(high[j])) for j in (before[i], i))
        if not have_same_marks(gaps.text, kept, copy) or kind_of(scene, int(low[i]), int(high[i])) in MEANT:
            continue
        if marks(gaps.text[slice(*gaps.raw(int(high[i])))]).startswith(_LEADS_ON):
            continue  # it leads to what comes behind it
        root[i] = root[before[i]]
        gone.append(i)
    out = _joined(gaps, low, high, root, gone)
    tail = _broken_tail(tokens, gaps, low, high, looping)
    if tail is not None and (not out or out[-1].span.end <= tail.span.start):
        out.append(tail)
    return out


def _joined(
    gaps: Gaps, low: NDArray[np.int64], high: NDArray[np.int64], root: NDArray[np.int64], gone: list[int]
) -> list[Removal]:
    """Make one removal of sentences in a row whose counterparts stand in a row."""
    out = []
    at = 0
    while at < len(gone):
        to = at + 1
        while to < len(gone) and gone[to] == gone[to - 1] + 1 and root[gone[to]] == root[gone[to - 1]] + 1:
            to += 1
        a, b = low[gone[at]], high[gone[to - 1]]
        k0, k1 = low[root[gone[at]]], high[root[gone[to - 1]]]
        found = remove(gaps, int(a), int(b), (int(k0), int(k1)), framed=True)
        out += [found] if is_paired(found.span.of(gaps.text)) else []
        at = to
    return out


def _broken_tail(
    tokens: Tokens, gaps: Gaps, low: NDArray[np.int64], high: NDArray[np.int64], looping: NDArray[np.bool_]
) -> Removal | None:
    """Remove a last sentence that breaks off and is how a longer one began that stood shortly before."""
    n = len(tokens)
    a = int(low[-1])
    if gaps.ended[n] or not looping[n - 1] or not a:
        return None
    first = int(np.searchsorted(tokens.letters[low], tokens.letters[a] - REACH))
    hashes = tokens.symbols.hashes
    size = n - 1 - a
    starts, ends = low[first:-1], high[first:-1]
    starts, ends = starts[ends - starts > size], ends[ends - starts > size]
    mine = hashes.of(np.array([a]), np.array([n - 1]))
    alike = hashes.of(starts, starts + size) == mine
    rest = gaps.text[tokens.start[n - 1] : tokens.end[n - 1]].casefold()
    for at, end in zip(starts[alike][::-1].tolist(), ends[alike][::-1].tolist(), strict=True):
        whole = gaps.text[tokens.start[at + size] : tokens.end[at + size]].casefold()
        longer = len(whole) > len(rest) or end > at + size + 1
        if longer and whole.startswith(rest) and (size or len(whole) > 2):
            return remove(gaps, a, n, (at, at + size + 1), framed=True)
    return None
