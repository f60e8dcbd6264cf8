"""Which newlines are borders of paragraphs, and which only wrap a line.

Every decision looks at a window of lines around it and no farther (or at those of one item, which are indented), so
a change in one place of a text leaves the paragraphs elsewhere as they were.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.document.fences import Fence, opens
from dedupe_cli.text.lines import FINAL, PAUSE, in_ranges, is_wide, one_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.text.lines import Ints, Lines, Mask, Points

    Floats = NDArray[np.float64]

# Lines looked at on each side of a newline, and those that what is seen there may depend on.
_REACH = 8
SEEN = 3 * _REACH
# Columns of wrapped prose: narrower is verse or a list, wider is a paragraph on one line.
_NARROWEST, _WIDEST = 26, 160
# A line is full when the next word would not have fitted; OCR of proportional type varies by an eighth.
_SLACK = 0.88
# A wide line may stop early: a mark that may not begin a line takes its last character along.
_WIDE_SLACK = 6
# Share of newlines in the window that must look like wraps.
_SHARE = 0.4
# Sentence marks, commas and broken words a line: prose has some even after an OCR lost most; captions and
# lists have none.
_MARKS = 0.12
# Where so many lines of a narrow column end in a mark it is verse: wrapped prose breaks where the line is full.
_STOPPED, _VERSE_COLUMN = 0.7, 52
# A line that ends a sentence and is shorter than this share of its neighbours ends a paragraph.
_SHORT = 0.8
# An unfinished line shorter than this, before a capital or a wide character, is a heading or an address.
_STUB = 0.7
# Share of lines that end in a brace or semicolon: a third and more is code.
_CODE = 0.34

_ITEM = re.compile(
    r"""(?x)
    [-*+•·●○◦▪■□◆◇▶►‣⁃–—][ \t\u3000]+\S                        # bullets
    | [•●○◦▪■□◆◇▶►‣⁃][^\W\d_]                               # bullets without a space
    | [①-⑳㈠-㈩⑴-⒛❶-❿➀-➉]                                    # numbers in a ring, in brackets, with a point
    | [(（](?:[0-9０-９]{1,2}|[一二三四五六七八九十百零〇]{1,4}|[a-zA-Z]|[ivx]{1,4})[)）]
    | [0-9０-９]{1,3}[.．、)）](?:[ \t\u3000]|[^\W\d])
    | [0-9]{1,3}(?:\.[0-9]{1,3}){1,3}\.?[ \t\u3000]+[^\W\d_a-z]
    | (?:[a-z][.)]|[A-Z]\)|[A-D]\.(?![ ][A-Z]\.)|[ivxIVX]{2,5}[.)])[ \t\u3000]+\S
    | [A-H][.．、][ ]?[\u3400-\u9fff]
    | [一二三四五六七八九十]{1,3}[、.．]
    | 第[0-9０-９一二三四五六七八九十百千零〇两]{1,8}[条條款项項章節节編编部分回卷篇][\s　：:]
    """
)
_HANGING = re.compile(r"[ \t]*(?:[-*+•]|[0-9]{1,3}[.)]|#\.)[ \t]+(?=\S)")
# A line of one sign that underlines a title, in reStructuredText also with what Markdown has for fences.
_UNDERLINE = re.compile(r"([-=_*~#`^\"'+.:])\1{2,}")


def is_item(text: str, at: int) -> bool:
    """Tell whether the line whose first visible character is at ``at`` begins a list item or an article."""
    return _ITEM.match(text, at) is not None


def label_end(text: str, at: int) -> int:
    """Return where what an item begins with ends: its mark or number, and the character behind it; ``at`` for none."""
    found = _ITEM.match(text, at)
    return found.end() if found else at


def underlines(line: str, above: str) -> bool:
    """Tell whether a line (without white space around it) underlines the one above it as a title.

    It is of one sign and about as long as the title is wide, at least four: three are a fence. No sentence is a title.
    """
    if not above or above[-1] in FINAL or above[-1] in PAUSE or not _UNDERLINE.fullmatch(line):
        return False
    return max(len(above), 4) <= len(line) <= 2 * len(above) + 4


class _Windows:
    """The lines around each line, never over the border of a chunk (a run of lines without a blank one)."""

    def __init__(self, gap: Mask) -> None:
        heads = np.flatnonzero(gap)
        stops = np.append(heads[1:], len(gap))
        place = np.arange(len(gap))
        self.chunk = np.cumsum(gap) - 1
        self.low = np.maximum(heads[self.chunk], place - _REACH)
        self.high = np.minimum(stops[self.chunk], place + _REACH + 1)
        self.size = self.high - self.low

    def mean(self, values: NDArray[np.generic], keep: Mask) -> Floats:
        """Mean of the values of the window where ``keep`` holds."""
        total = np.concatenate(([0.0], np.cumsum(np.where(keep, values, 0), dtype=np.float64)))
        number = np.concatenate(([0], np.cumsum(keep)))
        mean: Floats = (total[self.high] - total[self.low]) / np.maximum(number[self.high] - number[self.low], 1)
        return mean

    def column(self, width: Ints) -> Ints:
        """Where the text near each line wraps: at the second largest width (of four lines: the largest)."""
        best, second = width.copy(), np.zeros_like(width)
        for step in range(1, min(_REACH, len(width) - 1) + 1):
            later, sooner = slice(step, None), slice(None, -step)
            near = self.chunk[later] == self.chunk[sooner]
            for here, there in ((later, sooner), (sooner, later)):
                other = np.where(near, width[there], 0)
                second[here] = np.maximum(second[here], np.minimum(best[here], other))
                best[here] = np.maximum(best[here], other)
        column: Ints = np.where(self.size >= 5, second, best)
        return column


def joins(table: Lines) -> Mask:
    """Tell for every line whether it continues the paragraph of the line before it; fences are joined elsewhere."""
    joined = np.zeros(len(table), dtype=bool)
    if not table.gap.all():
        windows = _Windows(table.gap)
        joined[1:] = ~table.gap[1:] & (_continued(table, windows) | _code(table, windows))
    return joined


def _continued(table: Lines, windows: _Windows) -> Mask:
    """Tell for every line but the first whether the newline before it is a soft wrap (gaps do not count)."""
    column = windows.column(table.width)[:-1]
    width = table.width[:-1]
    head, ending = table.head()[1:], table.ending()[:-1]
    wide = is_wide(head) & is_wide(table.tail()[:-1])
    full = np.where(wide, width >= column - _WIDE_SLACK, width + 1 + _word(table)[1:] >= _SLACK * column)
    final = one_of(ending, FINAL)
    runs_on = ~final & ~(wide & one_of(ending, PAUSE))
    fits = (column >= _NARROWEST) & (column <= _WIDEST) & ~_same(table)
    soft = np.where(_upper(head), 0.5, 1.0) * (full & runs_on & fits)
    share = windows.mean(np.append(0.0, soft), ~table.gap)[:-1]
    marks = windows.mean(table.marks + (table.tail() == ord("-")), np.ones(len(table), dtype=bool))[:-1]
    prose = fits & (share >= _SHARE) & ((marks >= _MARKS) | (windows.size[:-1] <= 3))
    stops = windows.mean(_is_mark(table.ending()), np.ones(len(table), dtype=bool))[:-1]
    prose &= (stops < _STOPPED) | (column > _VERSE_COLUMN)
    indent = table.first - table.start
    border = final & ((width < _SHORT * column) | (indent[1:] > indent[:-1]))
    border |= ~full & runs_on & (width < _STUB * column) & (_upper(head) | wide)
    wraps: Mask = (prose & ~border | _hangs(table, runs_on)) & ~_starts(table)[1:] & ~_stands_alone(table)[:-1]
    return wraps


def _hangs(table: Lines, runs_on: Mask) -> Mask:
    """Tell for every line but the first whether it goes on in an item: indented to its words, behind an open line."""
    inside = np.zeros(len(table), dtype=bool)
    indent = table.first - table.start
    follows = np.zeros(len(table), dtype=bool)
    follows[:-1] = ~table.gap[1:] & (indent[1:] > indent[:-1])
    maybe = one_of(table.head(), "-*+•#0123456789")
    for at in np.flatnonzero(maybe & follows).tolist():
        mark = _HANGING.match(table.text, int(table.start[at]), int(table.end[at]))
        words = mark.end() - int(table.start[at]) if mark else -1
        place = at + 1
        while place < len(table) and not table.gap[place] and indent[place] == words:
            inside[place] = True
            place += 1
    return inside[1:] & runs_on


def _is_mark(points: Points) -> Mask:
    """Tell which line ends are marks: of a sentence, or of a clause."""
    return one_of(points, FINAL) | one_of(points, PAUSE)


def _upper(points: Points) -> Mask:
    """Tell which code points are capitals of Latin, Greek or Cyrillic."""
    capital: Mask = in_ranges(points, (0x41, 0x5A), (0xC0, 0xDE), (0x391, 0x3A9), (0x410, 0x42F))
    capital &= points != 0xD7
    return capital


def _word(table: Lines) -> Ints:
    """Columns of the first word of each line, 24 at most (two for a wide character)."""
    length = np.full(len(table), 24, dtype=np.int64)
    for step in range(23, 0, -1):
        here = table.head(step)
        length[(here <= 0x20) | (here == 0x3000)] = step
    length[is_wide(table.head())] = 2
    return length


def _same(table: Lines) -> Mask:
    """Tell which lines (but the first) look the same as the line before: such lines are no running prose."""
    same: Mask = (table.width[1:] == table.width[:-1]) & (table.marks[1:] == table.marks[:-1])
    for step in range(3):
        same &= (table.head(step)[1:] == table.head(step)[:-1]) & (table.tail(step)[1:] == table.tail(step)[:-1])
    return same


def _starts(table: Lines) -> Mask:
    """Tell which lines begin something new whatever stands before: items, headings, rows, fences, rules, comments."""
    head, second = table.head(), table.head(1)
    found = one_of(head, "#|>") & ~_letter(second)
    found |= _are(table.head, "<!-")
    found |= (head == ord("=")) & (head == second)
    found |= _may_be_fence(table)
    maybe = ~_letter(head) | one_of(second, ".)") | one_of(table.head(2), ".)") | one_of(table.head(3), ".)")
    maybe |= one_of(head, "第一二三四五六七八九十")
    for at in np.flatnonzero(maybe & ~found).tolist():
        found[at] = is_item(table.text, int(table.first[at]))
    return found


def _letter(points: Points) -> Mask:
    return in_ranges(points, (0x41, 0x5A), (0x61, 0x7A)) | (points > 0xAA) & ~in_ranges(points, (0x2000, 0x33FF))


def _stands_alone(table: Lines) -> Mask:
    """Tell which lines never run on: headings, rows, comments of Markdown, rules, lines that end in a double dash."""
    head, second = table.head(), table.head(1)
    found: Mask = (head == ord("#")) & one_of(second, "# ") | (head == ord("|"))
    found |= one_of(head, "`~=-*_—") & (head == second) & (head == table.head(2))
    found |= _are(table.tail, "——")
    found |= (_are(table.head, "<!-") | (head == ord("-"))) & _are(table.tail, ">--")
    return found


def _are(read: Callable[[int], Points], signs: str) -> Mask:
    """Tell of which lines some signs are read, one step after the other."""
    found: Mask = np.logical_and.reduce([read(step) == ord(sign) for step, sign in enumerate(signs)])
    return found


def _may_be_fence(table: Lines) -> Mask:
    head = table.head()
    found: Mask = one_of(head, "`~") & (head == table.head(1)) & (head == table.head(2))
    return found


def _code(table: Lines, windows: _Windows) -> Mask:
    """Tell for every line but the first whether it belongs to the code of the line before it; a fence parts them."""
    every = np.ones(len(table), dtype=bool)
    share = windows.mean(one_of(table.tail(), "{};"), every)
    deep = windows.mean(table.first > table.start, every)
    code: Mask = (share >= _CODE) & (deep > 0) & (deep < 1) & (windows.size >= 3)
    fence = _may_be_fence(table)
    return code[1:] & code[:-1] & ~(fence[1:] | fence[:-1])


def fences(table: Lines) -> list[Fence]:
    """Return the lines that may open or close a Markdown fence, by their index."""
    if "```" not in table.text and "~~~" not in table.text:
        return []
    out = []
    for at in np.flatnonzero(one_of(table.head(), "`~") & (table.head() == table.head(1))).tolist():
        line = table.text[int(table.first[at]) : int(table.end[at])]
        if opens(line):
            out.append(Fence(at, line, not _is_underline(table, at, line)))
    return out


def _is_underline(table: Lines, at: int, line: str) -> bool:
    """Tell whether a line underlines the single line right above it."""
    if at == 0 or table.gap[at] or not (at == 1 or table.gap[at - 1]):
        return False
    return underlines(line, table.text[int(table.first[at - 1]) : int(table.end[at - 1])])
