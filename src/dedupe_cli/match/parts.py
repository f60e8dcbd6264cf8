"""A long text in parts that can be looked at one by one for what is said again at once.

Repetition in place looks at neighbours. A text may be parted at a blank line where nothing reaches over: no run of
repeated tokens, no captions, no damaged rounds, no loop near it. What is found in the parts is then what is found
in the whole, in memory for one part.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.match.captions import find_lines
from dedupe_cli.match.finders import FINDERS
from dedupe_cli.match.loops import promising_rounds
from dedupe_cli.match.scene import Scene, alone
from dedupe_cli.match.symbols import FAR, Symbols
from dedupe_cli.match.tandem import Runs, find_runs
from dedupe_cli.match.tokens import tokenise
from dedupe_cli.text.fold import Fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedupe_cli.match.tokens import Tokens

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
_BLANK = "\n\n"
# Characters between a border and what is cut.
APART = 256


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


def borders_of(fold: Fold, tried: Sequence[int] = ()) -> list[int]:
    """Find the offsets at which a long text may be parted; those that were borders before are ``tried`` first."""
    if len(fold) < LEAST:
        return []
    found = [at for at in tried if is_quiet(fold, at)]
    if found:
        return found
    at, end = 0, len(fold)
    while end - at > PART + PART // 2:
        border = _next_border(fold, at + PART)
        if border is None:
            break
        found.append(border)
        at = fold.index(border)
    return found


def _next_border(fold: Fold, place: int) -> int | None:
    """Find the first offset behind a folded position that is a border; none in the next ones that could be."""
    text, at = fold.text, fold.at[min(place, len(fold) - 1)]
    for step in range(_TRIED):
        at = text.find(_BLANK, at + step * _FURTHER)
        if at < 0:
            return None
        while at < len(text) and text[at] == "\n":
            at += 1
        if is_quiet(fold, at):
            return at
    return None


def is_quiet(fold: Fold, at: int) -> bool:
    """Tell whether a text may be parted at an offset: a blank line that nothing found in place reaches over."""
    text = fold.text
    place = fold.index(at)
    if text[max(at - 2, 0) : at] != _BLANK or not QUIET < place < len(fold) - QUIET:
        return False
    if unicodedata.category(chr(int(fold.codes[place])))[0] == "M":
        return False
    low, high = _neighbourhood(text, at)
    if low < 0 or high < 0:
        return False
    first, last = fold.places((low, high)).tolist()
    scene = Scene.of(part_fold(fold, Part(low, high, first, last)), alone())
    tokens = scene.tokens
    border = int(tokens.at((place - first,))[0])
    if not _SHORT <= border <= len(tokens) - _SHORT or int(tokens.first[border]) != place - first:
        return False
    return _is_calm(scene, border) and _stands_alone(fold, scene, first, border)


def _neighbourhood(text: str, at: int) -> tuple[int, int]:
    """Range around an offset that holds enough paragraphs and characters on both sides; -1 where it does not."""
    low = high = at
    for _ in range(_LINES):
        low = text.rfind(_BLANK, max(low - _LONGEST, 0), max(low - 1, 0))
        high = text.find(_BLANK, high + 1, high + _LONGEST)
        if low < 0 or high < 0:
            return -1, -1
    low = max(low, 0) if at - low >= _NEAR else text.rfind(_BLANK, 0, max(at - _NEAR, 0))
    high = high if high - at >= _NEAR else text.find(_BLANK, at + _NEAR)
    return (low + 2 if low >= 0 else low), high


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


def _is_calm(scene: Scene, border: int) -> bool:
    """Tell whether nothing is found in the neighbourhood of a border, and nothing reaches over it."""
    tokens, gaps = scene.tokens, scene.gaps
    if gaps.lines(border) < 2 or not (gaps.ended[border] or "." not in gaps.text[slice(*gaps.raw(border))]):
        return False
    if _is_crossed(scene.runs, tokens, border):
        return False
    masked = Symbols(tokens.masked, tokens.symbols, tokens.number)
    if tokens.number.any() and _is_crossed(find_runs(masked), tokens, border):
        return False
    lines = find_lines(tokens, gaps)
    line = int(np.searchsorted(lines.low, border))
    if not _LINES <= line <= len(lines.low) - _LINES or lines.related[line]:
        return False
    if np.count_nonzero(lines.related[line - _LINES : line + _LINES]) > _RELATED:
        return False
    at = int(tokens.start[border])
    return not any(
        removal.span.start < at + APART and removal.span.end > at - APART
        for finder in FINDERS
        for removal in finder(scene)
    )


def _is_crossed(runs: Runs, tokens: Tokens, border: int) -> bool:
    """Tell whether a run that may be a loop or an overlap touches what is near a border."""
    near = (runs.start < border + QUIET) & (runs.end > border - QUIET)
    at = Runs(*(column[near] for column in runs))
    unit = tokens.letters[np.minimum(at.start + at.period, len(tokens))] - tokens.letters[at.start]
    return bool(promising_rounds(unit + _SPARE, (at.end - at.start) / np.maximum(at.period, 1)).any())
