"""Chunk overlaps: the end of one chunk stands again at the beginning of the next.

The joint is a newline in mid-sentence, or a place inside a word that so does not exist ("the governthe government").
Chunks are cut by characters, so the repeat is measured in folded characters, not in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.match.guards import is_verse
from dedupe_cli.match.removal import Removal, Round
from dedupe_cli.model import Span

if TYPE_CHECKING:
    from dedupe_cli.match.scene import Scene

# Letters (a Han character counts 3) that the overlap must have.
_AT_NEWLINE = 18
_IN_WORD = 18
_REST = 64  # folded characters of a broken word at either end
_FEW_TOKENS = 3


def find_overlap_removals(scene: Scene) -> list[Removal]:
    """Find the overlaps of stitched chunks; the second of the two goes and the sentence reads on."""
    start, end, period = scene.runs
    once = (end - start < 3 * period) & (period >= _FEW_TOKENS)
    out: list[Removal] = []
    edge = 0
    order = np.lexsort((end[once], start[once]))
    for at in order.tolist():
        low, high, size = int(start[once][at]), int(end[once][at]), int(period[once][at])
        found = _overlap(scene, low, high, size)
        if found is not None and found.span.start >= edge:
            out.append(found)
            edge = found.span.end
    return out


def _overlap(scene: Scene, low: int, high: int, period: int) -> Removal | None:
    """Judge one run of two rounds."""
    tokens, fold = scene.tokens, scene.fold
    if tokens.size(low, low + period) < min(_AT_NEWLINE, _IN_WORD) or high <= low + period:
        return None
    shift = int(tokens.first[low + period] - tokens.first[low])
    head, tail = _grow(scene, int(tokens.first[low + period]), int(tokens.last[high - 1]), shift)
    if tail - head < shift:
        return None
    joint = _newline_joint(scene, head, tail - shift, shift)
    if joint is None:
        joint = _word_joint(scene, head, shift)
    if joint is None or joint + shift >= len(fold):
        return None
    copy, kept = fold.span(joint, joint + shift), fold.span(joint - shift, joint)
    if scene.protects(copy.start, copy.end):
        return None
    return Removal((Round(Span(kept.end, copy.end), copy, (kept,)),), "D203")


def _grow(scene: Scene, head: int, tail: int, shift: int) -> tuple[int, int]:
    """Grow a stretch that equals the text ``shift`` folded characters before by parts of words."""
    codes = scene.fold.codes
    limit = max(shift, head - _REST)
    while head > limit and codes[head - 1] == codes[head - 1 - shift]:
        head -= 1
    limit = min(len(codes), tail + _REST)
    while tail < limit and codes[tail] == codes[tail - shift]:
        tail += 1
    return head, tail


def _newline_joint(scene: Scene, low: int, high: int, shift: int) -> int | None:
    """Folded position of a newline in mid-sentence, ``low <= position <= high``, that an overlap begins at."""
    tokens, gaps = scene.tokens, scene.gaps
    first, last = np.searchsorted(tokens.first, (low, high + 1))
    for gap in (np.flatnonzero(gaps.newline[first:last]) + first).tolist():
        if gap == 0 or gap == len(tokens) or gaps.ended[gap]:
            continue
        at = int(tokens.first[gap])
        before, behind = np.searchsorted(tokens.first, (at - shift, at + shift))
        whole = tokens.first[before] == at - shift and gaps.newline[before]
        ends = behind < len(tokens) and tokens.first[behind] == at + shift and gaps.strong[behind]
        if tokens.size(gap, int(behind)) >= _AT_NEWLINE and not whole and not ends:
            return None if is_verse(gaps, gap, int(behind)) else at
    return None


def _word_joint(scene: Scene, at: int, shift: int) -> int | None:
    """The folded position when it lies inside a word that stands nowhere else."""
    tokens = scene.tokens
    word = int(np.searchsorted(tokens.first, at, side="right")) - 1
    if tokens.first[word] == at or tokens.number[word]:
        return None
    behind = int(np.searchsorted(tokens.first, at + shift))
    if tokens.size(word + 1, behind) < _IN_WORD or (tokens.ids == tokens.ids[word]).sum() > 1:
        return None
    return at
