"""Gaps between tokens: how strong a border each of them is, and where a cut has to fall in it.

Gap ``i`` lies before token ``i``; gap 0 is the head of the text and gap ``len(tokens)`` its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.search.tokens import Tokens, tokenise
from dedupe_cli.text.fold import code_points, distinct, fold, look_up
from dedupe_cli.text.lines import one_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Strength of a border.
INSIDE, WORD, CLAUSE, LINE, SENTENCE, BLANK = range(6)

FULL_STOPS = "。！？!?…．｡؟۔।။።។‼⁇⁈⁉‽"  # ends a sentence wherever it stands
_CLAUSE = ',，、;；:：—–()（）《》「」『』“”"[]【】·/|'
_CLOSERS = "\"'”’」』）)]】》〉}*_"
_OPENERS = "“‘「『（([【《〈{¿¡#>*_"
_QUOTES = "\"'”’」』"
_INNER = "'’-‐‑_./@&+:·"
_ABBREVIATIONS = (
    "mr mrs ms dr prof st sr jr rev revd gen col lt sgt capt gov sen rep hon vs no nos vol pp ed eds fig "
    "inc ltd co corp dept est approx jan feb mar apr jun jul aug sep sept oct nov dec mt ft al cf eg ie"
)
_LONGEST_ABBREVIATION = max(map(len, _ABBREVIATIONS.split()))
_TRAILING = frozenset(FULL_STOPS + "。.,，、;；:：~～" + _CLOSERS)
_LEADING = frozenset(_OPENERS + "\"'-—–•·")


@dataclass(frozen=True, eq=False)
class Gaps:
    """Strengths and newlines of all gaps of one text, and the raw cut points in them.

    ``strong``: a sentence, a line that was ended on purpose, or a block ends here; ``ended``: there is a terminator or
    an ellipsis before it.
    """

    text: str
    tokens: Tokens
    strength: NDArray[np.int8]
    newline: NDArray[np.bool_]
    strong: NDArray[np.bool_]
    ended: NDArray[np.bool_]
    places: NDArray[np.int64]

    def raw(self, gap: int) -> tuple[int, int]:
        """Original offsets between which a gap lies."""
        low = int(self.tokens.end[gap - 1]) if gap else 0
        high = int(self.tokens.start[gap]) if gap < len(self.tokens) else len(self.text)
        return low, high

    def lines(self, gap: int) -> int:
        """Newlines in a gap, two at most."""
        return min(2, self.text.count("\n", *self.raw(gap)))

    def close(self, gap: int) -> int:
        """Original offset behind the punctuation that belongs to the token before the gap."""
        low, high = self.raw(gap)
        at = low
        while at < high and self.text[at] in _TRAILING:
            at += 1
        return at

    def open(self, gap: int) -> int:
        """Original offset of the openers that belong to the token behind the gap: of a line all that it begins with."""
        low, high = self.close(gap), self.raw(gap)[1]
        line = self.text.rfind("\n", low, high) + 1
        if line:
            return high - len(self.text[line:high].lstrip())
        at = high
        while at > low and self.text[at - 1] in _LEADING:
            at -= 1
        return at


def find_gaps(text: str, tokens: Tokens) -> Gaps:
    """Judge every gap of a text. Time grows with the text."""
    n = len(tokens)
    if not n:
        none = np.zeros(1, dtype=bool)
        return Gaps(text, tokens, np.zeros(1, np.int8), none, none, none, np.zeros(0, np.int64))
    points = code_points(text)
    low = np.append(tokens.end.dtype.type(0), tokens.end)
    high = np.append(tokens.start, tokens.start.dtype.type(len(text)))
    seen, lines, dots = _contents(points, low, high)
    space, full, clause, quote = (seen & bit > 0 for bit in (_SPACE, _ENDS_ALONE, _PARTS, _QUOTED))
    stop = dots > 0
    ellipsis = (dots > 2) | (seen & _DOTTED > 0)
    lower = np.append(_lower(points, tokens.start), False)
    lines[0] = 1
    stop &= space & ~_abbreviated(tokens, lines)
    ended = full | stop
    ended[-1] |= dots[-1] > 0
    ends = full & ~(lower & (quote | ellipsis) & (lines == 0))
    # Sentences begin with small letters where that is the habit; elsewhere none ends before one.
    ends |= stop if np.count_nonzero(stop & lower) * 2 > np.count_nonzero(stop) else stop & (~lower | (lines > 0))
    strength = np.where(clause, np.int8(CLAUSE), np.int8(WORD))
    strength[_joined(points, tokens, low, high, space)] = INSIDE
    strength[lines == 1] = LINE
    strength[ends] = SENTENCE
    strength[lines > 1] = BLANK
    strength[0] = strength[-1] = BLANK
    newline = lines > 0
    newline[0] = newline[-1] = True
    # A newline that stands only where the line was full ends nothing.
    strong = (strength >= SENTENCE) | ((strength == LINE) & ~_wrapped(points, tokens, strength == LINE))
    places = np.flatnonzero(strong | newline)
    return Gaps(text, tokens, strength, newline, strong, ended, places)


# What a character between tokens is, as bits; newlines and points are counted, three at most.
_SPACE, _ENDS_ALONE, _PARTS, _QUOTED, _DOTTED, _LINE, _POINT = (np.uint8(1 << bit) for bit in range(7))


@cache
def _signs() -> NDArray[np.uint8]:
    """Bits of the characters that matter between tokens."""
    classes = (
        (" \t\u3000\u00a0\r\n\v\f\u2028", _SPACE), (FULL_STOPS, _ENDS_ALONE), (_CLAUSE, _PARTS),
        (_QUOTES, _QUOTED), ("\u2026", _DOTTED), ("\n", _LINE), (".", _POINT),
    )  # fmt: skip
    table = np.zeros(max(ord(c) for chars, _ in classes for c in chars) + 2, dtype=np.uint8)
    for chars, bit in classes:
        table[[ord(c) for c in chars]] |= bit
    return table


def _contents(
    points: NDArray[np.uint32], low: NDArray[Any], high: NDArray[Any]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Bits of all characters in each gap, the number of newlines and of points in it (three at most)."""
    signs = look_up(_signs(), points)
    seen, lines, dots = (np.zeros(len(low), dtype=np.uint8) for _ in range(3))
    wide = high > low
    # One character is all that most gaps have: the first one of each, then the others of the few that have more.
    at = low[wide]
    seen[wide] = signs[at]
    lines[wide] = signs[at] & _LINE > 0
    dots[wide] = signs[at] & _POINT > 0
    more = np.flatnonzero(high - low > 1)
    if len(more):
        size = (high[more] - low[more] - 1).astype(np.int64)
        heads = np.cumsum(size) - size
        place = np.repeat(low[more] + 1 - heads, size) + np.arange(int(size.sum()))
        rest = signs[place]
        seen[more] |= np.bitwise_or.reduceat(rest, heads)
        for bit, count in ((_LINE, lines), (_POINT, dots)):
            inside = np.add.reduceat((rest & bit > 0).view(np.int8), heads, dtype=np.int64)
            count[more] = np.minimum(count[more] + inside, 3)
    return seen, lines, dots


def _lower(points: NDArray[np.uint32], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which tokens begin with a lower case letter."""
    heads = points[at]
    top, known = distinct(heads)
    table = np.zeros(top, dtype=bool)
    table[[code for code in known if chr(code).islower()]] = True
    small: NDArray[np.bool_] = look_up(table, heads)
    return small


@cache
def _abbreviations() -> NDArray[np.uint64]:
    """Hashes of the abbreviations, ascending."""
    return np.sort(tokenise(fold(_ABBREVIATIONS)).ids)


def _abbreviated(tokens: Tokens, lines: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell of every gap whether an abbreviation, an initial or a list number stands before it."""
    known = _abbreviations()
    out = np.zeros(len(tokens) + 1, dtype=bool)
    size = np.diff(tokens.letters)
    out[1:] = (size == 1) & ~tokens.number
    some = np.flatnonzero((size > 1) & (size <= _LONGEST_ABBREVIATION) & (tokens.last - tokens.first > 1))
    ids = tokens.ids[some]
    out[1 + some] = known[np.minimum(known.searchsorted(ids), len(known) - 1)] == ids
    out[1:] |= tokens.number & (lines[:-1] > 0)
    return out


def _joined(
    points: NDArray[np.uint32], tokens: Tokens, low: NDArray[Any], high: NDArray[Any],
    space: NDArray[np.bool_],
) -> NDArray[np.bool_]:  # fmt: skip
    """Gaps inside one word: nothing between two tokens, or one inner mark between two Latin ones."""
    out = np.zeros(len(low), dtype=bool)
    out[1:-1] = tokens.joined[1:]
    one = (high - low == 1) & ~space
    one[0] = one[-1] = False
    at = np.flatnonzero(one)
    at = at[one_of(points[low[at]], _INNER)]
    out[at] |= ~(_is_han(tokens, at) | _is_han(tokens, at - 1))
    return out


def _is_han(tokens: Tokens, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which tokens are one Han character."""
    han: NDArray[np.bool_] = tokens.letters[at + 1] - tokens.letters[at] == 3
    han &= tokens.end[at] - tokens.start[at] == 1
    return han


def _wrapped(points: NDArray[np.uint32], tokens: Tokens, line: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Line ends where the next word would not have fitted into the width of its block."""
    out = np.zeros(len(line), dtype=bool)
    at = np.flatnonzero(line)
    if not len(at):
        return out
    breaks = np.flatnonzero(points == 0x0A)
    starts = np.concatenate([[0], breaks + 1])
    sizes = np.append(breaks, len(points)) - starts
    heads = np.flatnonzero(np.concatenate([[True], sizes[1:] == 0]))
    width = np.repeat(np.maximum.reduceat(sizes, heads), np.diff(heads, append=len(sizes)))
    row = np.searchsorted(starts, tokens.end[at - 1], side="left") - 1
    word = tokens.end[at] - tokens.start[at]
    out[at] = (sizes[row] + 1 + word >= width[row]) & (width[row] >= 24)
    return out
