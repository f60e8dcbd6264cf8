"""The lines of a text as arrays: where they are, how wide, how they begin and end.

A line ends wherever ``str.splitlines`` ends one. Lines without a visible character are left out; ``gap``
remembers that one stood there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.text.fold import code_points, look_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Ints = NDArray[np.int64]
    Points = NDArray[np.uint32] | NDArray[np.uint8]

# The borders of str.splitlines; a form feed and a paragraph separator part paragraphs, as a blank line does.
NEWLINES = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_PARTING = "\f\x1c\x1d\u2029"
# Characters without ink that str.isspace does not know: zero width space, word joiner, byte order mark.
_INKLESS = "\u200b\u2060\ufeff"
SPACES = "".join(filter(str.isspace, map(chr, range(0x3001)))) + _INKLESS
# Closers are looked through when a line's last character is judged.
CLOSERS = "\"'”’」』）】》〉)]}»›］｝〕"
FINAL = ".。！？!?｡…؟۔।॥．‽"
_COUNTED = ".,。，、！？!?;；"
PAUSE = ",，、；;:：､"
# A line with its newline.
ROW = re.compile(f"[^{NEWLINES}]*(?:\r\n|[{NEWLINES}]|\\Z)")


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines with something to see, in order; arrays of one length (offsets in code points).

    ``start``: where the line begins, ``first``: its first visible character, ``end``: behind its last visible
    one; ``gap``: a blank line or a page border lies before it; ``width``: columns of what can be seen
    (a wide character takes two); ``marks``: number of sentence marks and commas in it.
    """

    text: str
    points: Points
    start: Ints
    first: Ints
    end: Ints
    gap: Mask
    width: Ints
    marks: Ints

    def __len__(self) -> int:
        return len(self.start)

    def head(self, step: int = 0) -> Points:
        """Code point of the visible character ``step`` places behind the first (0 behind the line's end)."""
        return self._at(self.first + step)

    def tail(self, step: int = 0) -> Points:
        """Code point of the last visible character, or ``step`` places before it (0 before the line)."""
        return self._at(self.end - 1 - step)

    def _at(self, place: Ints) -> Points:
        inside = (place >= self.first) & (place < self.end)
        found: Points = np.where(inside, self.points[np.where(inside, place, 0)], 0).astype(np.uint32)
        return found

    def ending(self) -> Points:
        """Code point that ends each line when up to two closing quotes and brackets are looked through."""
        last = self.tail()
        for step in (1, 2):
            last = np.where(one_of(last, CLOSERS), self.tail(step), last)
        return last


def one_of(points: Points, chars: str) -> Mask:
    """Tell which code points are among a few characters."""
    return look_up(_table(chars), points)


def in_ranges(points: Points, *ranges: tuple[int, int]) -> Mask:
    """Tell which code points lie in one of the (inclusive) ranges."""
    found = np.zeros(len(points), dtype=bool)
    for low, high in ranges:
        found |= (points >= low) & (points <= high)
    return found


def is_wide(points: Points) -> Mask:
    """Tell which characters take two columns: Han, kana, hangul, full-width forms, their punctuation."""
    found = points >= 0x1100
    if not found.any():
        return found
    return found & in_ranges(
        points, (0x1100, 0x115F), (0x2E80, 0xA4CF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1FAFF), (0x20000, 0x3FFFF),
    )  # fmt: skip


@cache
def _table(chars: str) -> Mask:
    """Table of the code points in ``chars`` up to the first one behind all of them."""
    table = np.zeros(max(map(ord, chars)) + 2, dtype=bool)
    table[[ord(char) for char in chars]] = True
    return table


@cache
def _wide_table() -> Mask:
    """Table of wide code points; everything behind the first plane counts as wide (it is Han or pictures)."""
    table = is_wide(np.arange(0x10001, dtype=np.uint32))
    table[-1] = True
    return table


def _points(text: str) -> Points:
    """Code points, one byte each where all of them are ASCII."""
    return np.frombuffer(text.encode("ascii"), dtype=np.uint8) if text.isascii() else code_points(text)


def space_start(text: str, at: int) -> int:
    """Return where the white space right before an offset begins; nothing else is looked at, however long the text."""
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at


def space_end(text: str, at: int) -> int:
    """Return where the white space right behind an offset ends."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def rows(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every line, its newline included; the last one may have none."""
    at = 0
    while at < len(text):
        end = ROW.match(text, at).end()  # type: ignore[union-attr]
        yield at, end
        at = end


def lines(text: str) -> Lines:
    """Find the lines of a text. Time and memory grow with the text."""
    points = _points(text)
    space = look_up(_table(SPACES), points)
    newline = np.flatnonzero(look_up(_table(NEWLINES), points))
    start = np.concatenate(([0], newline + 1)).astype(np.int64)
    stop = np.concatenate((newline, [len(points)])).astype(np.int64)
    border = np.ones(1, dtype=bool)
    padded = np.concatenate((border, space, border))
    turn = np.flatnonzero(padded[1:] != padded[:-1])
    rise, fall = turn[::2], turn[1::2]  # where ink begins, and behind it
    if not len(rise):
        none = np.zeros(0, dtype=np.int64)
        return Lines(text, points, none, none, none, none.astype(bool), none, none)
    first = rise[np.minimum(np.searchsorted(rise, start), len(rise) - 1)]
    seen = (first >= start) & (first < stop)
    gap = _gaps(points, newline, seen)
    start, first, stop = start[seen], first[seen], stop[seen]
    end = fall[np.searchsorted(fall, stop, side="right") - 1]
    return Lines(text, points, start, first, end, gap, *_measure(points, first, end))


def _gaps(points: Points, newline: Ints, seen: Mask) -> Mask:
    """Tell before which of the lines with ink a border of paragraphs lies."""
    # The empty "line" between \r and \n is none.
    pair = np.zeros(len(seen), dtype=bool)
    pair[1:] = points[newline] == 0x0A
    pair[1:] &= (newline > 0) & (points[np.maximum(newline - 1, 0)] == 0x0D)
    blank = np.zeros(len(seen), dtype=np.int64)
    blank[:-1] = ~seen[:-1] & ~pair[1:]
    blank[1:] += one_of(points[newline], _PARTING)
    before = np.cumsum(blank)
    at = np.flatnonzero(seen)
    gap = np.ones(len(at), dtype=bool)
    gap[1:] = before[at[1:]] > before[at[:-1]]
    return gap


def _measure(points: Points, first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Width in columns and number of marks of each line, counted in one pass."""
    cuts = np.stack((first, end), axis=1).ravel()
    inside = cuts[:-1] if cuts[-1] == len(points) else cuts
    wide = np.add.reduceat(look_up(_wide_table(), points).view(np.int8), inside, dtype=np.int64)[::2]
    mark = look_up(_table(_COUNTED), points)
    marks = np.add.reduceat(mark.view(np.int8), inside, dtype=np.int64)[::2]
    return end - first + wide, marks
