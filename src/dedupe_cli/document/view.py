"""The text as the collapse sees it: blocks and sentences in folded positions, and what still stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.document.rows import edges_of
from dedupe_cli.document.split import BlockKind, blocks, kind, sentences, visible_lines
from dedupe_cli.text.fold import HAN, Fold
from dedupe_cli.text.sums import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.model import Span
    from dedupe_cli.settings import Unit

# Length in units, as --min-length counts: one Han character is 1, one word is 1. Scripts that are written without
# spaces have no words to count: three letters of kana or Thai are about 1.
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x31F0, 0x31FF))
_TENTHS, _UNSPACED_LETTER = 10, 3
# A word of Hangul says as much as one and a half of English.
_HANGUL, _HANGUL_WORD = (0x1100, 0x11FF), 15
_FIRST_UNLIKE = min(_HANGUL[0], *(low for low, _ in _UNSPACED))

# How a sentence ends, how a text trails off, and what no sentence goes on behind.
_TERMINATED = re.compile(r"[。！？.!?…؟।．｡۔][\"'”’»）)」』\]】》]*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|。。。)[\"'”’»）)」』\]】》]*$")
_STOP = re.compile(r"[。！？.!?…؟।．｡۔\n\r]")


class View:
    """Blocks, sentences and lengths of one folded text; everything but the block borders is made on demand."""

    def __init__(self, fold: Fold, unit: Unit = "auto") -> None:
        self.fold, self.unit = fold, unit
        self.text = fold.text
        self.spans: Sequence[Span] = visible_lines(fold.text) if unit == "line" else blocks(fold.text)
        first, last = edges_of(self.spans)
        self.starts: NDArray[np.int64] = fold.places(first)
        self.ends: NDArray[np.int64] = fold.places(last)
        # One place is looked up at a time, which numpy is slow at.
        self._first, self._last = self.starts.data, self.ends.data
        self._low, self._high = np.ascontiguousarray(first).data, np.ascontiguousarray(last).data
        self._sentences: dict[int, list[Span]] = {}
        self._kinds: dict[int, BlockKind] = {}
        self._borders: dict[int, list[int]] = {}
        self._are_borders: dict[int, bool] = {}

    def __len__(self) -> int:
        return len(self._first)

    @cached_property
    def _units(self) -> Sums:
        """Length of everything before each folded character, in tenths: whole numbers add up exactly."""
        return Sums(len(self.fold), self._tenths)

    def _tenths(self, start: int, end: int) -> NDArray[np.uint8]:
        """Length of each folded character ``start <= i < end``; that of a word is counted with its first letter."""
        codes, han = self.fold.codes[start:end], self.fold.classes[start:end] == HAN
        opens = np.ones(end - start, dtype=bool)
        if start < end:
            before = max(start - 1, 0)
            first = start - before
            gap = np.diff(self.fold.offsets[before:end]) > 1
            gap |= self.fold.classes[before : end - 1] == HAN
            opens[1 - first :] = gap
        some = np.flatnonzero((codes >= _FIRST_UNLIKE) & ~han)
        other = codes[some]
        unspaced = np.zeros(len(some), dtype=bool)
        for low, high in _UNSPACED:
            unspaced |= (other >= low) & (other <= high)
        hangul = opens[some] & (other >= _HANGUL[0]) & (other <= _HANGUL[1]) & ~unspaced
        opens |= han
        value = opens.astype(np.uint8) * np.uint8(_TENTHS)
        value[some[unspaced]] = _UNSPACED_LETTER
        value[some[hangul]] = _HANGUL_WORD
        return value

    def units(self, start: int, end: int) -> float:
        """Length of a folded range as ``--min-length`` counts it."""
        return float(self._units.between(start, end)) / _TENTHS

    def has_han(self, start: int, end: int) -> bool:
        """Tell whether a Han character stands in a folded range."""
        return self.fold.kinds.find(HAN, start, end) >= 0

    def lengths(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[float]:
        """Return the lengths of many folded ranges at once."""
        out: list[float] = ((self._units.at(ends) - self._units.at(starts)) / _TENTHS).tolist()
        return out

    def edges(self, block: int) -> tuple[int, int]:
        """Folded range of a block."""
        return self._first[block], self._last[block]

    def bounds(self, block: int) -> tuple[int, int]:
        """Original range of a block, as its span says it."""
        return self._low[block], self._high[block]

    def said(self, block: int) -> str:
        """Original text of a block."""
        return self.text[self._low[block] : self._high[block]]

    def lettered(self, low: int, high: int) -> int:
        """Count the blocks ``low <= block < high`` that have letters."""
        return sum(self._first[block] < self._last[block] for block in range(low, high))

    def block_at(self, place: int) -> int:
        """Index of the block that holds a folded position (the last one for the end of the text)."""
        return max(bisect_right(self._first, place) - 1, 0)

    def blocks_in(self, start: int, end: int) -> range:
        """Indexes of the blocks that share a folded character with ``start..end``."""
        first = bisect_right(self._last, start)
        last = bisect_left(self._first, end)
        return range(first, max(first, last))

    def kind(self, block: int) -> BlockKind:
        """Tell what a block is (prose, heading, verse, ...)."""
        if block not in self._kinds:
            self._kinds[block] = kind(self.text, self.spans[block])
        return self._kinds[block]

    def sentences(self, block: int) -> list[Span]:
        """Sentences of a block, as spans of the original text."""
        if block not in self._sentences:
            self._sentences[block] = sentences(self.text, self.spans[block])
        return self._sentences[block]

    def _marks(self, block: int) -> list[int]:
        """Folded positions where a sentence of the block begins or ends, ascending."""
        if block not in self._borders:
            edges = [edge for span in self.sentences(block) for edge in (span.start, span.end)]
            self._borders[block] = sorted(set(self.fold.places(edges).tolist()))
        return self._borders[block]

    def borders(self, start: int, end: int) -> list[int]:
        """Folded positions in ``start..end`` where a sentence or a block begins or ends, ascending."""
        return sorted(set(self.iter_borders(start, end)))

    def iter_borders(self, start: int, end: int) -> Iterator[int]:
        """Yield the same in text order, some twice; no block is divided into sentences before it is asked for."""
        for block in range(bisect_left(self._last, start), len(self)):
            if self._first[block] > end:
                break
            marks = self._marks(block)
            yield from marks[bisect_left(marks, start) : bisect_right(marks, end)]

    def has_border(self, start: int, end: int) -> bool:
        """Tell whether a sentence or a block begins or ends in ``start..end``.

        Edges of blocks are looked at first: a block is divided into sentences only where it must be.
        """
        for block in range(bisect_left(self._last, start), len(self)):
            first, last = self._first[block], self._last[block]
            if first > end:
                return False
            if first >= start or last <= end:
                return True
            marks = self._marks(block)
            at = bisect_left(marks, start)
            if at < len(marks) and marks[at] <= end:
                return True
        return False

    def is_border(self, place: int) -> bool:
        """Tell whether a sentence or a block begins or ends at a folded position."""
        found = self._are_borders.get(place)
        if found is None:
            found = self._are_borders[place] = self.has_border(place, place)
        return found

    def sentence_of(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Borders around a folded range: the second last before it, the last, the first behind it, the second.

        Borders are looked for in the block of the range and in its neighbours.
        """
        block = self.block_at(start)
        marks = sorted({m for b in range(max(block - 1, 0), min(block + 2, len(self))) for m in self._marks(b)})
        low = bisect_right(marks, start) - 1
        high = bisect_left(marks, max(end, start + 1))
        last = len(marks) - 1
        return (
            marks[max(low - 1, 0)],
            marks[max(low, 0)] if low >= 0 else start,
            marks[high] if high <= last else end,
            marks[min(high + 1, last)] if high <= last else end,
        )

    def is_underlined(self, block: int) -> bool:
        """Tell whether a block is the title of a section, with a line of one sign right below it."""
        if block + 1 >= len(self):
            return False
        start, end = self._low[block + 1], self._high[block + 1]
        sign = self.text[start]
        if sign.isalnum() or self.text.count(sign, start, end) < max(end - start, 3):
            return False
        return self.kind(block) is BlockKind.HEADING and not self.text[self._high[block] : start].strip("\r\n ")

    def is_terminated(self, block: int) -> bool:
        """Tell whether a block ends like a sentence: a full stop and the like, closers behind it left aside."""
        return bool(_TERMINATED.search(self.text, max(self._high[block] - 8, 0), self._high[block]))

    def trails_off(self, block: int) -> bool:
        """Tell whether a block ends with an ellipsis."""
        return bool(_ELLIPSIS.search(self.text, max(self._high[block] - 8, 0), self._high[block]))

    def goes_on(self, place: int) -> bool:
        """Tell whether a sentence goes on at a folded position: no full stop, no new line, no capital but of a name."""
        if not 0 < place < len(self.fold):
            return False
        between = self.between(place)
        if between != " " and self.text[self.fold.at[place]].isupper():
            return False
        return not _STOP.search(between) and not self.is_border(place)

    def between(self, place: int) -> str:
        """Original text between the folded characters ``place - 1`` and ``place``."""
        start = self.fold.at[place - 1] + 1 if place > 0 else 0
        end = self.fold.at[place] if place < len(self.fold) else len(self.text)
        return self.text[start:end]


def standing(text: str) -> Callable[[int, int], bool]:
    """Return what tells of a range of a text whether a block stands in it that is no prose.

    That is headings, lists, tables, code, verse, records. What a block is is found out when it is asked for.
    """
    spans = blocks(text)
    starts, ends = (edges.data for edges in edges_of(spans))

    def stands(start: int, end: int) -> bool:
        at = bisect_right(ends, start)
        while at < len(spans) and starts[at] < end:
            if kind(text, spans[at]) is not BlockKind.PROSE:
                return True
            at += 1
        return False

    return stands
