"""Chunk overlaps: the end of one chunk stands again at the beginning of the next.

The joint is a newline in mid-sentence, or a place inside a word that so does not exist ("the governthe
government"). Chunks are cut by characters, so the repeat is measured in folded characters, not in words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.model import Span
from dedupe_cli.search.gaps import BLANK, INSIDE
from dedupe_cli.search.intended_loops import MEANT, kind_of
from dedupe_cli.search.removal import Removal, Round
from dedupe_cli.search.repeated_marks import is_paired, stand_twice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.scene import Scene

# Letters (a Han character counts 3) that the overlap must have: where a word is broken, at the end of a line (shorter
# ones are titles, and terms that the next line takes up), and where nothing marks the joint.
_LEAST, _LINES, _UNMARKED = 18, 36, 60
_BLANK, _CODE = re.compile("\\s+"), re.compile("[_`~<>{}|\\\\=]")
_REST = 64  # folded characters of a broken word at either end
_FEW_TOKENS = 3
_ROMAN = re.compile(r"[IVXLCDM]+")


def find_overlap_removals(scene: Scene) -> list[Removal]:
    """Find the overlaps of stitched chunks; the second of the two goes and the sentence reads on."""
    start, end, period = (column[_worth_a_look(scene)] for column in scene.runs)
    out: list[Removal] = []
    edge = 0
    for at in np.lexsort((end, start)).tolist():
        found = _overlap(scene, int(start[at]), int(end[at]), int(period[at]))
        if found is not None and found.span.start >= edge:
            out.append(found)
            edge = found.span.end
    return out


def _worth_a_look(scene: Scene) -> NDArray[np.bool_]:
    """Tell which runs of two rounds are long enough and have a place where a joint could be; all at once."""
    tokens, gaps = scene.tokens, scene.gaps
    start, end, period = scene.runs
    size = tokens.letters[start + period] - tokens.letters[start]
    worth: NDArray[np.bool_] = (end - start < 3 * period) & (period >= _FEW_TOKENS) & (size >= _LEAST)
    worth &= end > start + period
    at = np.flatnonzero(worth)
    if not len(at):
        return worth
    start, end, period, size = start[at], end[at], period[at], size[at]
    low, high = start + period, np.maximum(end - period, start + period)
    joints = np.concatenate([[0], np.cumsum(gaps.newline & ~gaps.ended)])
    newline = joints[np.minimum(high + 2, len(joints) - 1)] > joints[low - 1]
    word = scene.is_unique(low - 1) | scene.is_unique(np.minimum(low, len(tokens) - 1))
    borders = np.concatenate([[0], np.cumsum(gaps.strong)])
    seam = (end - start >= 2 * period) & (size >= _UNMARKED) & (borders[high + 1] == borders[low])
    worth[at] = newline | word | seam
    return worth


def _overlap(scene: Scene, low: int, high: int, period: int) -> Removal | None:
    """Judge one run of two rounds."""
    tokens, fold = scene.tokens, scene.fold
    shift = int(tokens.first[low + period] - tokens.first[low])
    head, tail = _grow(scene, int(tokens.first[low + period]), int(tokens.last[high - 1]), shift)
    if tail - head < shift:
        return None
    joint = _newline_joint(scene, head, tail - shift, shift)
    line = joint is not None
    if joint is None:
        joint = _word_joint(scene, head, shift)
    if joint is None:
        joint = _seam(scene, low, high, period)
    if joint is None or joint + shift >= len(fold):
        return None
    copy, kept = fold.span(joint, joint + shift), fold.span(joint - shift, joint)
    if not line and _CODE.search(fold.text, copy.start, copy.end):
        return None
    cut = Span(kept.end, copy.end)
    equal = _BLANK.sub("", kept.of(fold.text)) == _BLANK.sub("", copy.of(fold.text))  # chunks are made by machines
    if not equal or not stand_twice(fold.text, kept, copy, sure=False) or not is_paired(cut.of(fold.text)):
        return None
    return Removal((Round(cut, copy, (kept,)),), "D203", whole=False)


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
    """Find the newline in mid-sentence, ``low <= folded position <= high``, that an overlap begins at."""
    tokens, gaps = scene.tokens, scene.gaps
    first, last = tokens.at((low, high + 1))
    for gap in (np.flatnonzero(gaps.newline[first:last]) + first).tolist():
        if gap == 0 or gap == len(tokens) or gaps.ended[gap]:
            continue
        at = int(tokens.first[gap])
        before, behind = tokens.at((at - shift, at + shift))
        whole = tokens.first[before] == at - shift and gaps.newline[before]
        ends = behind < len(tokens) and tokens.first[behind] == at + shift and gaps.strong[behind]
        broken = int(tokens.first[behind]) != at + shift if behind < len(tokens) else False
        if tokens.size(gap, int(behind)) >= (_LEAST if broken else _LINES) and not whole and not ends:
            return None if kind_of(scene, gap, int(behind)) in MEANT else at
    return None


def _seam(scene: Scene, low: int, high: int, period: int) -> int | None:
    """Find a joint that nothing marks: only in a long run, and never at a border of sentences."""
    tokens, gaps = scene.tokens, scene.gaps
    if high - low < 2 * period or tokens.size(low, low + period) < _UNMARKED or gaps.strength[high] == BLANK:
        return None
    places = np.arange(low + period, high - period + 1)
    if gaps.strong[places].any() or gaps.strength[places].max() == INSIDE:
        return None
    return int(tokens.first[places[int(np.argmax(gaps.strength[places]))]])


def _word_joint(scene: Scene, at: int, shift: int) -> int | None:
    """Give the folded position back when it lies inside a word that stands nowhere else."""
    tokens = scene.tokens
    word = int(tokens.at((at + 1,))[0]) - 1
    if tokens.first[word] == at or tokens.number[word]:
        return None
    if _ROMAN.fullmatch(scene.fold.text, int(tokens.start[word]), int(tokens.end[word])):
        return None  # CHAPTER I, CHAPTER II
    behind = int(tokens.at((at + shift,))[0])
    if tokens.size(word + 1, behind) < _LEAST or not scene.is_unique(np.array([word]))[0]:
        return None
    return at
