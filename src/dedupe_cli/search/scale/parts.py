"""A long text in parts that can be looked at one by one for what is said again at once.

Repetition in place looks at neighbours. A text may be parted at a blank line where nothing reaches over: no run of
repeated tokens, no captions, no damaged rounds, no loop near it. What is found in the parts is then what is found
in the whole, in memory for one part. Where blank lines are far from each other (logs, tables, lists), it may be parted
at the end of a line, too.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.search.captions import find_lines
from dedupe_cli.search.in_place import FINDERS
from dedupe_cli.search.loops import hopeful
from dedupe_cli.search.scene import Scene, alone, with_newlines
from dedupe_cli.search.symbols import FAR, Symbols
from dedupe_cli.search.tandem import Runs, find_runs
from dedupe_cli.search.tokens import tokenise
from dedupe_cli.text.fold import Fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedupe_cli.search.gaps import Gaps
    from dedupe_cli.search.tokens import Tokens

# Folded characters of a part, and how many a text must have before it is parted.
PART, LEAST = 1 << 20, 1 << 21
# Blank lines that are tried for each border, each so many times farther from the one before: what is near one that
# is none is like it.
_TRIED, _FURTHER = 24, 400
# What is looked at on either side of a border: characters, and paragraphs, at least; and paragraphs at most as long.
_NEAR, _LINES, _LONGEST = 4096, 14, 1 << 16
# Lines around a border that may be like the one before, and letters that a round may have more of elsewhere.
_RELATED, _SPARE = 5, 3
# Tokens on either side that no run touches, tokens of a window that shows it, and of a neighbourhood in which all
# runs are found that are too short to be shown by it.
QUIET, _WIDE, _SHORT = 24, 24, 256
_BLANK, _LINE = "\n\n", "\n"
# Characters between a border and what is cut: at a blank line, at the end of a line.
_APART = {_BLANK: 256, _LINE: 1024}
# Characters of lines that are looked at at once.
_CHUNK = 1 << 20


class Part(NamedTuple):
    """A part of a text: half-open ranges of its characters and of its folded characters."""

    start: int
    end: int
    low: int
    high: int


def part_fold(fold: Fold, part: Part) -> Fold:
    """Fold of one part; its arrays are those of the whole, but for the offsets."""
    here = slice(part.low, part.high)
    codes = fold.codes[here]
    return Fold(
        text=fold.text[part.start : part.end],
        codes=codes,
        plain=codes if fold.plain is fold.codes else fold.plain[here],
        offsets=fold.offsets[here] - fold.offsets.dtype.type(part.start),
        classes=fold.classes[here],
    )


def parts_of(fold: Fold, borders: Sequence[int]) -> list[Part]:
    """Parts of a text between some of its offsets."""
    edges = [0, *borders, len(fold.text)]
    places = [0, *(int(p) for p in fold.places(list(borders))), len(fold)] if borders else [0, len(fold)]
    return [
        Part(a, b, low, high) for a, b, low, high in zip(edges, edges[1:], places, places[1:], strict=False)
    ]  # fmt: skip


class Blocks:
    """How wide the lines of a text are between its blank lines; the last block that was asked for is kept.

    ``least``: characters that the longest line of every block has.
    """

    def __init__(self, text: str, least: int = 0) -> None:
        self._text, self._least = with_newlines(text), least
        self._known = (0, 0, 0)  # where the block begins and ends, and its width

    def width(self, at: int) -> int:
        """Characters of the longest line of the block around an offset; 0 where no block goes on over it."""
        text = self._text
        if not 0 < at < len(text) or text[at] == _LINE or text[at - 1] != _LINE or text[max(at - 2, 0) : at] == _BLANK:
            return 0
        start, end, width = self._known
        if not start < at < end:
            start, end = text.rfind(_BLANK, 0, at) + 1, text.find(_BLANK, at)
            width = max(self._least, _widest(text, start, len(text) if end < 0 else end))
            self._known = start, len(text) if end < 0 else end, width
        return width


def _widest(text: str, start: int, end: int) -> int:
    """Characters of the longest line of a range."""
    width = 0
    while start < end:
        stop = text.find(_LINE, min(start + _CHUNK, end), end)
        stop = end if stop < 0 else stop
        width = max(width, *map(len, text[start:stop].split(_LINE)))
        start = stop + 1
    return width


def borders_of(fold: Fold, tried: Sequence[int] = ()) -> list[int]:
    """Find the offsets at which a long text may be parted; those that were borders before are ``tried`` first."""
    if len(fold) < LEAST:
        return []
    blocks = Blocks(fold.text)
    found = [at for at in tried if is_quiet(fold, at, blocks)]
    if found:
        return found
    at, end = 0, len(fold)
    while end - at > PART + PART // 2:
        place = fold.at[min(at + PART, end - 1)]
        border = _next_border(fold, place, _BLANK, blocks) or _next_border(fold, place, _LINE, blocks)
        if border is None:
            break
        found.append(border)
        at = fold.index(border)
    return found


def _next_border(fold: Fold, at: int, end: str, blocks: Blocks) -> int | None:
    """Find the first border behind an offset, at a blank line or the end of a line; none in those that are tried."""
    text, limit = fold.text, at + PART
    for step in range(_TRIED):
        at = text.find(end, at + step * _FURTHER, limit)
        if at < 0:
            return None
        while at < len(text) and text[at] == "\n":
            at += 1
        if is_quiet(fold, at, blocks):
            return at
    return None


def line_end(text: str, at: int) -> str:
    """Return what ends before an offset: a blank line, a line, or nothing (an empty string)."""
    return _BLANK if text[max(at - 2, 0) : at] == _BLANK else _LINE if text[max(at - 1, 0) : at] == _LINE else ""


def apart(text: str, at: int) -> int:
    """Characters between a border and what is cut."""
    return _APART[line_end(text, at)]


def is_quiet(fold: Fold, at: int, blocks: Blocks) -> bool:
    """Tell whether a text may be parted at an offset: the end of lines that nothing found in place reaches over."""
    text = fold.text
    place, end = fold.index(at), line_end(text, at)
    if not end or not QUIET < place < len(fold) - QUIET:
        return False
    if unicodedata.category(chr(int(fold.codes[place])))[0] == "M":
        return False
    low, high = _neighbourhood(text, at, end)
    if low < 0 or high < 0:
        return False
    first, last = fold.places((low, high)).tolist()
    around = alone(widths=(blocks.width(low), blocks.width(high)))
    scene = Scene.of(part_fold(fold, Part(low, high, first, last)), around)
    tokens = scene.tokens
    border = int(tokens.at((place - first,))[0])
    if not _SHORT <= border <= len(tokens) - _SHORT or int(tokens.first[border]) != place - first:
        return False
    return _is_calm(scene, border, end) and _stands_alone(fold, scene, first, border)


def _neighbourhood(text: str, at: int, end: str) -> tuple[int, int]:
    """Range around an offset that holds enough paragraphs or lines, and characters, on both sides.

    -1 where it does not.
    """
    low = high = at
    for _ in range(_LINES):
        low = text.rfind(end, max(low - _LONGEST, 0), max(low - 1, 0))
        high = text.find(end, high + 1, high + _LONGEST)
        if low < 0 or high < 0:
            return -1, -1
    low = max(low, 0) if at - low >= _NEAR else text.rfind(end, 0, max(at - _NEAR, 0))
    high = high if high - at >= _NEAR else text.find(end, at + _NEAR)
    return (low + len(end) if low >= 0 else low), high


def _stands_alone(fold: Fold, scene: Scene, shift: int, border: int) -> bool:
    """Tell whether no window of tokens near a border stands again anywhere a run could reach; numbers are all alike.

    A run of two rounds that holds two of these windows holds one of them twice, and one that reaches over the border
    holds two of them: shorter ones are found in the neighbourhood.
    """
    middle = int(scene.tokens.first[border]) + shift
    before, behind = _tokens_beside(fold, middle, -1), _tokens_beside(fold, middle, 1)
    if before is None or behind is None:
        return False
    ids = np.concatenate([before, behind])
    for place in (-3 * _WIDE - 6, -2 * _WIDE - 3, _WIDE + 3, 2 * _WIDE + 6):
        at = len(before) + place
        equal = np.flatnonzero(ids == ids[at])
        equal = equal[equal <= len(ids) - _WIDE]
        for step in range(1, _WIDE):
            equal = equal[ids[equal + step] == ids[at + step]]
        if len(equal) > 1:
            return False
    return True


def _tokens_beside(fold: Fold, place: int, way: int) -> NDArray[np.uint64] | None:
    """Tokens before (-1) or behind (1) a place as far as a run may reach."""
    room, size = place if way < 0 else len(fold) - place, FAR
    while True:
        low, high = (max(place - size, 0), place) if way < 0 else (place, place + size)
        tokens = tokenise(part_fold(fold, Part(0, 0, low, min(high, len(fold)))))
        if len(tokens) > FAR + 4 * _WIDE or size >= room:
            return tokens.masked if len(tokens) > 4 * _WIDE else None
        size = max(size * (FAR + 5 * _WIDE) // max(len(tokens), 1), size + size // 16)


def _is_calm(scene: Scene, border: int, end: str) -> bool:
    """Tell whether nothing is found in the neighbourhood of a border, and nothing reaches over it."""
    tokens, gaps = scene.tokens, scene.gaps
    if gaps.lines(border) < len(end):
        return False
    if not (gaps.ended[border] or "." not in gaps.text[slice(*gaps.raw(border))]):
        return False
    if _is_crossed(scene.runs, gaps, border):
        return False
    if tokens.number.any() and _is_crossed(_counting(tokens), gaps, border):
        return False
    lines = find_lines(tokens, gaps)
    line = int(np.searchsorted(lines.low, border))
    if not _LINES <= line <= len(lines.low) - _LINES or lines.related[line]:
        return False
    if np.count_nonzero(lines.related[line - _LINES : line + _LINES]) > _RELATED:
        return False
    at = int(tokens.start[border])
    return not any(
        removal.span.start < at + _APART[end] and removal.span.end > at - _APART[end]
        for finder in FINDERS
        for removal in finder(scene)
    )


def _counting(tokens: Tokens) -> Runs:
    """Find runs of tokens whose numbers count as equal; those of numbers alone are no loops."""
    runs = find_runs(Symbols(tokens.masked, tokens.symbols, tokens.number))
    numbers = np.concatenate(([0], np.cumsum(tokens.number)))
    words = numbers[runs.end] - numbers[runs.start] < runs.end - runs.start
    return Runs(*(column[words] for column in runs))


def _is_crossed(runs: Runs, gaps: Gaps, border: int) -> bool:
    """Tell whether a run that may be a loop or an overlap touches what is near a border."""
    near = (runs.start < border + QUIET) & (runs.end > border - QUIET)
    return bool(hopeful(Runs(*(column[near] for column in runs)), gaps, _SPARE).any())
