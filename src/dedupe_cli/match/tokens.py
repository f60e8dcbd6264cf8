"""Words of the fold: what in-place repetition is measured in.

A word of a script with spaces is one token, a Han character, a kana or a Thai letter is one token, a number
is one token in any script. Cuts fall between tokens only, so nothing inside a word is ever taken for a
loop.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.text.fold import DIGIT, HAN, LETTER, SCRIPT, SYMBOL
from dedupe_cli.text.lines import one_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.text.fold import Fold

# Scripts written without spaces: every letter is a token. Thai, Lao, Tibetan, Burmese, Khmer, kana.
_UNSPACED = ((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF))
_NUMERALS = "〇零一二三四五六七八九十百千万亿两"
_HAN_LETTERS = 3  # a Han character says about as much as three Latin letters
_NUMBER = np.uint64(0x9E3779B97F4A7C15)
_BASE = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of one fold, as arrays of one length.

    ``first`` and ``last``: half-open range in the fold; ``start`` and ``end``: half-open range of original
    offsets; ``ids``: hash of the folded characters (Han variants folded); ``number``: it is a number;
    ``letters``: running count before each token (one longer), a Han character counts 3; ``joined``: the token
    touches the one before it inside one word.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    ids: NDArray[np.uint64]
    number: NDArray[np.bool_]
    letters: NDArray[np.int64]
    joined: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)

    def size(self, low: int, high: int) -> int:
        """Letters of the tokens ``low <= i < high``."""
        return int(self.letters[high] - self.letters[low])

    @property
    def masked(self) -> NDArray[np.uint64]:
        """The hashes with every number as one symbol."""
        return np.where(self.number, _NUMBER, self.ids)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit values (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    out = values.astype(np.uint64)
    out = (out ^ (out >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    out = (out ^ (out >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return out ^ (out >> np.uint64(31))


class Hashes:
    """Hashes of any range of a sequence in constant time: differences of a running polynomial modulo 2**64.

    A collision is possible in principle; whoever cuts compares the characters themselves.
    """

    def __init__(self, values: NDArray[np.uint64]) -> None:
        n = len(values)
        self._power = np.ones(n + 1, dtype=np.uint64)
        self._inverse = np.ones(n + 1, dtype=np.uint64)
        np.cumprod(np.full(n, _BASE), out=self._power[1:])
        np.cumprod(np.full(n, np.uint64(pow(int(_BASE), -1, 1 << 64))), out=self._inverse[1:])
        self._sums = np.zeros(n + 1, dtype=np.uint64)
        np.cumsum(mix(values + np.uint64(1)) * self._power[:-1], out=self._sums[1:])

    def of(self, low: NDArray[np.int64], high: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Hash of every range ``low <= i < high``."""
        return (self._sums[high] - self._sums[low]) * self._inverse[low]


def tokenise(fold: Fold) -> Tokens:
    """Cut a fold into tokens. Time grows with the text."""
    n = len(fold)
    if not n:
        none = np.zeros(0, dtype=np.int64)
        flags = np.zeros(0, dtype=bool)
        return Tokens(none, none, none, none, none.astype(np.uint64), flags, np.zeros(1, dtype=np.int64), flags)
    kind = _kinds(fold)
    begins = np.ones(n, dtype=bool)
    near = fold.offsets[1:] - fold.offsets[:-1] <= 1
    same = kind[1:] == kind[:-1]
    single = (kind[1:] == HAN) | (kind[1:] == 6)
    begins[1:] = ~(near & same & ~single)
    begins[1:] &= (kind[1:] != 0) & (fold.offsets[1:] != fold.offsets[:-1])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], n)
    start, end = fold.offsets[first], fold.offsets[last - 1] + 1
    joined = np.zeros(len(first), dtype=bool)
    closed = np.isin(kind[first], (LETTER, SCRIPT, DIGIT, SYMBOL))
    touching = start[1:] == end[:-1]
    numeral = kind[first] == 7
    joined[1:] = touching & ((closed[1:] & closed[:-1]) | (numeral[1:] & numeral[:-1]))
    size = np.where(fold.classes == HAN, _HAN_LETTERS, (kind != 0).astype(np.int64))
    letters = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(size, out=letters[1:])
    ids = Hashes(fold.codes.astype(np.uint64)).of(first, last)
    return Tokens(
        first=first, last=last, start=start, end=end, ids=ids,
        number=np.isin(kind[first], (DIGIT, 7)), letters=letters[np.append(first, n)], joined=joined,
    )  # fmt: skip


def _kinds(fold: Fold) -> NDArray[np.uint8]:
    """Classify folded characters; 0 a mark (belongs to its letter), 6 an unspaced letter, 7 a Han numeral."""
    kind = fold.classes.copy()
    codes = fold.codes
    for low, high in _UNSPACED:
        kind[(codes >= low) & (codes <= high)] = 6
    kind[one_of(codes, _NUMERALS)] = 7
    point = codes == 0x2E  # a decimal point that the fold kept stands between digits
    kind[point] = DIGIT
    marks = [c for c in np.unique(codes[codes >= 0x300]).tolist() if unicodedata.category(chr(c))[0] == "M"]
    if marks:
        kind[np.isin(codes, np.array(marks, dtype=np.uint32))] = 0
    if kind[0] == 0:
        kind[0] = SCRIPT
    return kind
