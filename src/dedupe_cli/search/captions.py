"""Rolling captions: every line said two or three times, or every cue carrying the end of the last one.

Judged by lines: a line is related to the one before it when they are equal, when one of them begins or ends
with the whole other, or when the end of the one is the beginning of the other. Where that is the habit of
many different lines it is a caption region, and no least length applies; where it is one line again and
again it is a loop, not captions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.search.removal import Removal, remove, token_span
from dedupe_cli.search.repeated_marks import marks
from dedupe_cli.text.indexed import different

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.gaps import Gaps
    from dedupe_cli.search.hashes import Hashes
    from dedupe_cli.search.scene import Scene
    from dedupe_cli.search.tokens import Tokens

_WINDOW = 12  # lines judged together
_RELATED = 0.45  # share of them that is related to the line before
# Repeated lines of a region that are not the same; fewer where they say so many letters again.
_DIFFERENT, _FEW, _PROOF = 4, 3, 36
_OVERLAP = 6  # letters of an end that is the next beginning (two words, two Han characters)
_LONGEST = 40  # tokens of such an overlap
_CODE = frozenset("`*_<{}|=#\\@$")
_TOGETHER = 1 << 12  # lines that are looked at at once


class Lines(NamedTuple):
    """Lines with letters: token ranges ``low <= i < high``, hashes, and how each relates to the one before.

    ``equal``: the same line; ``grows``: it begins with the whole line before; ``shared``: tokens at its
    beginning that the line before ends with; ``again``: a hash of these, ``letters``: theirs.
    """

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    keys: NDArray[np.uint64]
    equal: NDArray[np.bool_]
    grows: NDArray[np.bool_]
    shared: NDArray[np.int64]
    again: NDArray[np.uint64]
    letters: NDArray[np.int64]

    @property
    def related(self) -> NDArray[np.bool_]:
        """Lines that repeat something of the line before."""
        return self.equal | self.grows | (self.shared > 0)


def find_lines(tokens: Tokens, gaps: Gaps) -> Lines:
    """Relate every line to the one before it; all lines at once."""
    borders = np.flatnonzero(gaps.newline)
    low, high = borders[:-1], borders[1:]
    hashes = tokens.symbols.hashes
    keys = hashes.of(low, high)
    n = len(low)
    equal, grows, shared = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool), np.zeros(n, dtype=np.int64)
    size = high - low
    at = np.arange(1, n)
    equal[at] = (keys[at] == keys[at - 1]) & (size[at] == size[at - 1])
    longer = at[size[at] > size[at - 1]]
    grows[longer] = hashes.of(low[longer], low[longer] + size[longer - 1]) == keys[longer - 1]
    _share(hashes, tokens, low, high, shared)
    shared[equal] = size[equal]
    said = np.where(grows, np.concatenate(([0], size[:-1])), shared)
    letters = tokens.letters[low + said] - tokens.letters[low]
    return Lines(low, high, keys, equal, grows, shared, hashes.of(low, low + said), letters)


def _share(
    hashes: Hashes, tokens: Tokens, low: NDArray[np.int64], high: NDArray[np.int64], shared: NDArray[np.int64]
) -> None:
    """Find the longest beginning of each line that is the end of the line before."""
    size, ids = high - low, tokens.ids
    most = np.minimum(np.minimum(size[1:], size[:-1]), _LONGEST)
    lengths = np.arange(1, _LONGEST + 1)
    for at in range(0, len(most), _TOGETHER):
        # A beginning that is such an end begins with the token that the end begins with: few do.
        stop = min(at + _TOGETHER, len(most))
        ends = np.maximum(high[at:stop, None] - lengths, 0)
        like = (ids[ends] == ids[low[at + 1 : stop + 1], None]) & (lengths <= most[at:stop, None])
        rows, column = np.nonzero(like)
        rows, length = rows + at + 1, lengths[column]
        start, end = low[rows], high[rows - 1]
        same = hashes.of(start, start + length) == hashes.of(end - length, end)
        whole = (size[rows] == length) | (size[rows - 1] == length)
        heavy = (tokens.letters[start + length] - tokens.letters[start] >= _OVERLAP) & (length > 1)
        good = same & (whole | heavy)
        np.maximum.at(shared, rows[good], length[good])


def find_caption_removals(scene: Scene) -> list[Removal]:
    """Find the caption regions of a text and what each of their lines only repeats."""
    tokens, gaps = scene.tokens, scene.gaps
    lines = find_lines(tokens, gaps)
    out: list[Removal] = []
    for first, last in _regions(lines):
        out += _habit(lines, first, last)(gaps, lines, first, last)
    return out


def _habit(lines: Lines, first: int, last: int) -> Callable[[Gaps, Lines, int, int], list[Removal]]:
    """Tell how a region repeats itself: whole lines, growing lines, or ends carried into the next cue."""
    equal = int(lines.equal[first:last].sum())
    grows = int(lines.grows[first:last].sum())
    shares = int((lines.shared[first:last] > 0).sum()) - equal - grows
    if equal >= grows + shares:
        return _repeated
    return _growing if grows > 2 * shares else _carried


def _regions(lines: Lines) -> list[tuple[int, int]]:
    """Ranges of lines that are captions: of so many in a row enough are related to the one before."""
    n = len(lines.low)
    related = np.flatnonzero(lines.related)
    if n <= _FEW or not len(related):
        return []
    size = min(_WINDOW, n, int(related[-1] - related[0]) + 2)  # a short text has lines before and behind
    sums = np.concatenate([[0], np.cumsum(lines.related)])
    dense = np.flatnonzero(sums[size:] - sums[:-size] >= _RELATED * size)
    if not len(dense):
        return []
    marks = np.zeros(n + 1, dtype=np.int64)
    np.add.at(marks, dense, 1)
    np.add.at(marks, dense + size, -1)
    inside = np.concatenate([[False], np.cumsum(marks[:n]) > 0, [False]])
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    out = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        related = np.flatnonzero(lines.related[first:last]) + first
        low, high = max(first, int(related[0]) - 1), int(related[-1]) + 1
        kinds, counts = np.unique(lines.keys[related], return_counts=True)
        several = min(len(different(lines.again[related])), len(kinds))  # in a list of options it is one word
        proof = int(lines.letters[related].sum()) if 2 * (high - low) >= n else 0  # most of a short text
        enough = several >= _DIFFERENT or (several >= _FEW and proof >= _PROOF)
        if enough and counts.max() * 2 < high - low:
            out.append((low, high))
    return out


def _repeated(gaps: Gaps, lines: Lines, first: int, last: int) -> list[Removal]:
    """Lines that stand ``m`` times in a row each: of ``count`` equal ones ``count / m`` were said."""
    groups: list[tuple[int, int]] = []
    for at in range(first, last):
        if at > first and lines.equal[at]:
            groups[-1] = (groups[-1][0], at + 1)
        else:
            groups.append((at, at + 1))
    counts = Counter(b - a for a, b in groups if b - a > 1)
    usual = min(counts, key=lambda c: (-counts[c], c))
    out = []
    for a, b in groups:
        said = max(1, int((b - a) / usual + 0.34))
        if b - a > said:
            kept = (int(lines.low[a]), int(lines.high[a]))
            span = int(lines.low[a + said]), int(lines.high[b - 1])
            out.append(remove(gaps, *span, kept, framed=True, rule="D101"))
    return out


def _growing(gaps: Gaps, lines: Lines, first: int, last: int) -> list[Removal]:
    """Remove lines that the next one begins with: the last and longest of a row stays."""
    out: list[Removal] = []
    stays = last - 1
    for at in range(last - 2, first - 1, -1):
        if (lines.grows[at + 1] or lines.equal[at + 1]) and not _is_item(gaps, lines, at + 1):
            start = int(lines.low[stays])
            kept = (start, start + int(lines.high[at] - lines.low[at]))
            out.append(remove(gaps, int(lines.low[at]), int(lines.high[at]), kept, framed=True, rule="D101"))
        else:
            stays = at
    return out


def _carried(gaps: Gaps, lines: Lines, first: int, last: int) -> list[Removal]:
    """Remove from each cue the longest beginning that was just said, and a line that is nothing else."""
    tokens = gaps.tokens
    said: list[int] = list(range(int(lines.low[first]), int(lines.high[first])))
    ids = tokens.ids
    out = []
    for at in range(first + 1, last):
        low, high = int(lines.low[at]), int(lines.high[at])
        size = _overlap(ids, said[-_LONGEST:], low, high)
        if lines.grows[at] and size < lines.high[at - 1] - lines.low[at - 1]:
            size = 0
        if size and (size == high - low or lines.related[at]):
            part = _part(gaps, lines, at, size, said)
            out += [part] if part is not None else []
        said += range(low + size, high)
    return out


def _overlap(ids: NDArray[np.uint64], said: list[int], low: int, high: int) -> int:
    """Longest beginning of the tokens ``low <= i < high`` that the tokens ``said`` end with."""
    tail = [int(x) for x in ids[said]]
    head = [int(x) for x in ids[low : min(high, low + len(said))]]
    return next((k for k in range(min(len(tail), len(head)), 0, -1) if tail[-k:] == head[:k]), 0)


def _is_item(gaps: Gaps, lines: Lines, at: int) -> bool:
    """Tell whether a line is code, or an item that begins with all of the one above."""
    opening = marks(gaps.text[slice(*gaps.raw(int(lines.low[at])))])
    return any(c in _CODE for c in opening) or bool(lines.grows[at] and opening.endswith("-"))


def _part(gaps: Gaps, lines: Lines, at: int, size: int, said: list[int]) -> Removal | None:
    """Remove the beginning of a line that was just said; code and items that begin alike are no captions."""
    low = int(lines.low[at])
    if _is_item(gaps, lines, at):
        return None
    origin = np.array(said[-size:])
    heads = np.concatenate([[0], np.flatnonzero(np.diff(origin) != 1) + 1, [size]])
    kept = tuple(token_span(gaps, int(origin[a]), int(origin[b - 1]) + 1) for a, b in pairwise(heads.tolist()))
    rule = "D101" if size == lines.high[at] - low else "D202"
    whole = remove(gaps, low, low + size, (low - size, low), framed=True, rule=rule)
    return whole._replace(rounds=(whole.rounds[0]._replace(kept=kept),))
