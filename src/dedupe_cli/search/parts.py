"""A long text in parts, which are searched one by one for what is said again at once: memory for one part is enough.

Where a text is divided depends on nothing but the text. The last round of a run and the first one of a run over its
result divide it alike and find the same. What reaches over a border is found when cuts have moved the border.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from dedupe_cli.text.fold import Fold

# Folded characters of a part; what is left is at most half as much again.
PART = 1 << 20
# Blank lines, else ends of lines, that are tried for a border, each so many times farther from the one before.
_ENDS, _TRIED, _FURTHER = ("\n\n", "\n"), 24, 400
# Characters on either side in which the lines beside a border stand once, numbers left aside: there is no loop.
_NEAR = 1 << 14
_DIGITS = str.maketrans("123456789", "000000000")


class Part(NamedTuple):
    """A part of a text: half-open ranges of its characters and of its folded characters."""

    start: int
    end: int
    low: int
    high: int

    def fold(self, whole: Fold) -> Fold:
        """Return the fold of this part; its arrays are those of the whole, but for the offsets."""
        here = slice(self.low, self.high)
        codes = whole.codes[here]
        return Fold(
            text=whole.text[self.start : self.end],
            codes=codes,
            plain=codes if whole.plain is whole.codes else whole.plain[here],
            offsets=whole.offsets[here] - whole.offsets.dtype.type(self.start),
            classes=whole.classes[here],
        )


def parts_of(whole: Fold) -> list[Part]:
    """Divide a text; a short one is one part."""
    edges = [(0, 0), *_borders(whole), (len(whole.text), len(whole))]
    return [Part(start, end, low, high) for (start, low), (end, high) in pairwise(edges)]


def _borders(whole: Fold) -> Iterator[tuple[int, int]]:
    """Yield the offsets at which a text is divided, each with its folded position."""
    low, size = 0, len(whole)
    while size - low > PART + PART // 2:
        border = _border(whole.text, whole.at[low + PART], whole.at[min(low + 2 * PART, size - 1)])
        if not border:
            return
        low = whole.index(border)
        yield border, low


def _border(text: str, start: int, end: int) -> int:
    """Find the first border in a range; 0 when there is none among those that are tried."""
    for mark in _ENDS:
        at = start
        for step in range(_TRIED):
            at = text.find(mark, at + step * _FURTHER, end)
            if at < 0:
                break
            while at < end and text[at] == "\n":
                at += 1
            if _is_border(text, at):
                return at
    return 0


def _is_border(text: str, at: int) -> bool:
    """Tell whether the lines on both sides of an offset stand nowhere else near it."""
    before, behind = (text[max(at - _NEAR, 0) : at].translate(_DIGITS), text[at : at + _NEAR].translate(_DIGITS))
    lines = before.rstrip().rsplit("\n", 1)[-1].strip(), behind.lstrip().split("\n", 1)[0].strip()
    return all(line and before.count(line) + behind.count(line) == 1 for line in lines)
