"""Gaps between tokens: how strong a border each of them is, and where a cut has to fall in it.

Gap ``i`` lies before token ``i``; gap 0 is the head of the text and gap ``len(tokens)`` its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.match.tokens import tokenise
from dedupe_cli.text.fold import code_points, fold
from dedupe_cli.text.lines import one_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.match.tokens import Tokens

# Strength of a border.
INSIDE, WORD, CLAUSE, LINE, SENTENCE, BLANK = range(6)

_FULL = "。！？!?…．｡؟۔।။።។‼⁇⁈⁉‽"  # ends a sentence wherever it stands
_CLAUSE = ',，、;；:：—–()（）《》「」『』“”"[]【】·/|'
_CLOSERS = "\"'”’」』）)]】》〉}*_"
_OPENERS = "“‘「『（([【《〈{¿¡#>*_"
_QUOTES = "\"'”’」』"
_INNER = "'’-‐‑_./@&+:·"
_ABBREVIATIONS = (
    "mr mrs ms dr prof st sr jr rev revd gen col lt sgt capt gov sen rep hon vs no nos vol pp ed eds fig "
    "inc ltd co corp dept est approx jan feb mar apr jun jul aug sep sept oct nov dec mt ft al cf eg ie"
)
_TRAILING = frozenset(_FULL + "。.,，、;；:：~～" + _CLOSERS)
_LEADING = frozenset(_OPENERS + "\"'-—–•·")


@dataclass(frozen=True, eq=False)
class Gaps:
    """Strengths and newlines of all gaps of one text, and the raw cut points in them.

    ``wrapped``: the newline there is only where the line was full; ``strong``: a sentence, a line that was
    ended on purpose, or a block ends here; ``ended``: there is a terminator or an ellipsis before it.
    """

    text: str
    tokens: Tokens
    strength: NDArray[np.int8]
    newline: NDArray[np.bool_]
    wrapped: NDArray[np.bool_]
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
        """Original offset of the openers that belong to the token behind the gap."""
        low, high = self.close(gap), self.raw(gap)[1]
        at = high
        while at > low and (self.text[at - 1] in _LEADING or self._inside_marker(at, low, high)):
            at -= 1
        return at

    def _inside_marker(self, at: int, low: int, high: int) -> bool:
        """Tell whether a space stands between an opening mark of a line ("- ", "# ") and the first word."""
        text = self.text
        return text[at - 1] == " " and high - at <= 1 and at - 2 >= low and text[at - 2] in "-#>*•"


def find_gaps(text: str, tokens: Tokens) -> Gaps:
    """Judge every gap of a text. Time grows with the text."""
    n = len(tokens)
    if not n:
        none = np.zeros(1, dtype=bool)
        return Gaps(text, tokens, np.zeros(1, np.int8), none, none, none, none, np.zeros(0, np.int64))
    points = code_points(text)
    low = np.concatenate([[0], tokens.end])
    high = np.concatenate([tokens.start, [len(text)]])
    lines = _count(points == 0x0A, low, high)
    space = _count(one_of(points, " \t\u3000\u00a0\r\n\v\f\u2028"), low, high) > 0
    full = _count(one_of(points, _FULL), low, high) > 0
    stop = _count(points == 0x2E, low, high) > 0
    clause = _count(one_of(points, _CLAUSE), low, high) > 0
    quote = _count(one_of(points, _QUOTES), low, high) > 0
    ellipsis = (_count(points == 0x2E, low, high) > 2) | (_count(points == 0x2026, low, high) > 0)
    lower = np.append(_lower(points, tokens.start), False)
    lines[0] = 1
    stop &= space & ~_abbreviated(tokens, lines)
    ended = full | stop
    ended[-1] |= _count(points == 0x2E, low[-1:], high[-1:])[0] > 0
    ends = full & ~(lower & (quote | ellipsis) & (lines == 0))
    ends |= _stops(stop, lower, lines)
    strength = np.where(clause, CLAUSE, WORD)
    strength[_joined(points, tokens, low, high, space)] = INSIDE
    strength[lines == 1] = LINE
    strength[ends] = SENTENCE
    strength[lines > 1] = BLANK
    strength[0] = strength[-1] = BLANK
    newline = lines > 0
    newline[0] = newline[-1] = True
    wrapped = _wrapped(points, tokens, strength == LINE)
    strong = (strength >= SENTENCE) | ((strength == LINE) & ~wrapped)
    places = np.flatnonzero(strong | newline)
    return Gaps(text, tokens, strength.astype(np.int8), newline, wrapped, strong, ended, places)


def _count(mask: NDArray[np.bool_], low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.int64]:
    sums = np.zeros(len(mask) + 1, dtype=np.int64)
    np.cumsum(mask, out=sums[1:])
    inside: NDArray[np.int64] = sums[high] - sums[low]
    return inside


def _lower(points: NDArray[np.uint32], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which tokens begin with a lower case letter."""
    heads = points[at]
    known = np.array([c for c in np.unique(heads).tolist() if chr(c).islower()], dtype=np.uint32)
    return np.isin(heads, known)


def _abbreviated(tokens: Tokens, lines: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of every gap whether an abbreviation, an initial or a list number stands before it."""
    known = tokenise(fold(_ABBREVIATIONS)).ids
    out = np.zeros(len(tokens) + 1, dtype=bool)
    latin = (tokens.letters[1:] - tokens.letters[:-1]) == 1
    out[1:] = np.isin(tokens.ids, known) | (latin & ~tokens.number)
    out[1:] |= tokens.number & (lines[:-1] > 0)
    return out


def _stops(stop: NDArray[np.bool_], lower: NDArray[np.bool_], lines: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Find full stops that end a sentence: not before a small letter, unless small letters are the habit."""
    total = int(stop.sum())
    if total and int((stop & lower).sum()) * 2 > total:
        return stop
    ends: NDArray[np.bool_] = stop & (~lower | (lines > 0))
    return ends


def _joined(
    points: NDArray[np.uint32], tokens: Tokens, low: NDArray[np.int64], high: NDArray[np.int64],
    space: NDArray[np.bool_],
) -> NDArray[np.bool_]:  # fmt: skip
    """Gaps inside one word: nothing between two tokens, or one inner mark between two Latin ones."""
    out = np.zeros(len(low), dtype=bool)
    out[1:-1] = tokens.joined[1:]
    one = (high - low == 1) & ~space
    one[0] = one[-1] = False
    inner = one.copy()
    inner[one] = one_of(points[low[one]], _INNER)
    size = tokens.letters[1:] - tokens.letters[:-1]
    han = (size == 3) & (tokens.end - tokens.start == 1)
    sides = np.zeros(len(low), dtype=bool)
    sides[1:-1] = ~han[1:] & ~han[:-1]
    joined: NDArray[np.bool_] = out | (inner & sides)
    return joined


def _wrapped(points: NDArray[np.uint32], tokens: Tokens, line: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Line ends where the next word would not have fitted into the width of its block."""
    out = np.zeros(len(line), dtype=bool)
    at = np.flatnonzero(line)
    if not len(at):
        return out
    breaks = np.flatnonzero(points == 0x0A)
    starts = np.concatenate([[0], breaks + 1])
    sizes = np.concatenate([breaks, [len(points)]]) - starts
    block = np.cumsum(sizes == 0)
    heads = np.flatnonzero(np.concatenate([[True], block[1:] != block[:-1]]))
    width = np.maximum.reduceat(sizes, heads)[np.cumsum(np.concatenate([[False], block[1:] != block[:-1]]))]
    row = np.searchsorted(starts, tokens.end[at - 1], side="left") - 1
    word = tokens.end[at] - tokens.start[at]
    out[at] = (sizes[row] + 1 + word >= width[row]) & (width[row] >= 24)
    return out
