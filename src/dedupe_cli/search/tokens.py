"""Words of the fold: what in-place repetition is measured in.

A word of a script with spaces is one token, a Han character, a kana or a Thai letter is one token, a number
is one token in any script. Cuts fall between tokens only, so nothing inside a word is ever taken for a
loop.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.search.hashes import Hashes
from dedupe_cli.search.tandem import Symbols
from dedupe_cli.text import lexicon
from dedupe_cli.text.fold import DIGIT, HAN, LETTER, SCRIPT, SYMBOL, Fold, distinct, look_up

if TYPE_CHECKING:
    from numpy.typing import NDArray


# Scripts written without spaces: every letter is a token. Thai, Lao, Tibetan, Burmese, Khmer, kana.
_UNSPACED = ((0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF))
_HAN_LETTERS = 3  # a Han character says about as much as three Latin letters
_SAME = 255
# Kinds of folded characters beside the classes of the fold; 0 is a mark, which belongs to its letter.
_UNSPACED_LETTER, _NUMERAL = 6, 7
_CLOSED = np.isin(np.arange(8), (LETTER, SCRIPT, DIGIT, SYMBOL))
# Tokens that are hashed at a time.
_PIECE = 1 << 15
_NUMBER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of one fold, as arrays of one length.

    ``first``: where each begins in the fold, ``size_of_fold``: where the last one ends; ``start`` and ``end``:
    half-open range of original offsets; ``ids``: hash of the folded characters (Han variants folded); ``number``: it
    is a number; ``letters``: running count before each token (one longer), a Han character counts 3; ``joined``: the
    token touches the one before it inside one word.
    """

    first: NDArray[Any]
    size_of_fold: int
    start: NDArray[Any]
    end: NDArray[Any]
    ids: NDArray[np.uint64]
    number: NDArray[np.bool_]
    letters: NDArray[Any]
    joined: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def last(self) -> NDArray[Any]:
        """Where each token ends in the fold: where the next one begins."""
        return np.append(self.first[1:], self.first.dtype.type(self.size_of_fold))

    def borders(self, low: int, high: int) -> NDArray[Any]:
        """Return where the tokens from ``low`` to ``high`` begin in the fold, and where the last one ends."""
        places = self.first[low : high + 1]
        return places if high < len(self) else np.append(places, places.dtype.type(self.size_of_fold))

    @cached_property
    def symbols(self) -> Symbols:
        """The hashes as a sequence, and what of it stands more than once."""
        return Symbols(self.ids)

    def at(self, places: Sequence[int]) -> NDArray[np.int64]:
        """Indexes of the first tokens that begin at or behind some folded positions."""
        found: NDArray[np.int64] = self.first.searchsorted(np.array(places, dtype=self.first.dtype))
        return found

    def size(self, low: int, high: int) -> int:
        """Letters of the tokens ``low <= i < high``."""
        return int(self.letters[high] - self.letters[low])

    @property
    def masked(self) -> NDArray[np.uint64]:
        """The hashes with every number as one symbol."""
        return np.where(self.number, _NUMBER, self.ids)


def tokenise(fold: Fold) -> Tokens:
    """Cut a fold into tokens. Time grows with the text."""
    n = len(fold)
    if not n:
        none = np.zeros(0, dtype=np.int32)
        flags = np.zeros(0, dtype=bool)
        return Tokens(none, 0, none, none, none.astype(np.uint64), flags, np.zeros(1, dtype=np.int32), flags)
    kind = _kinds(fold)
    begins = np.ones(n, dtype=bool)
    near = fold.offsets[1:] - fold.offsets[:-1] <= 1
    same = kind[1:] == kind[:-1]
    single = (kind[1:] == HAN) | (kind[1:] == _UNSPACED_LETTER)
    begins[1:] = ~(near & same & ~single)
    begins[1:] &= (kind[1:] != 0) & (fold.offsets[1:] != fold.offsets[:-1])
    first = np.flatnonzero(begins).astype(fold.offsets.dtype)
    start = fold.offsets[begins]
    end = np.append(fold.offsets[first[1:] - 1], fold.offsets[-1]) + fold.offsets.dtype.type(1)
    what = kind[begins]
    closed = _CLOSED[what]
    touching = start[1:] == end[:-1]
    numeral = what == _NUMERAL
    joined = np.zeros(len(first), dtype=bool)
    joined[1:] = touching & ((closed[1:] & closed[:-1]) | (numeral[1:] & numeral[:-1]))
    size = np.minimum(kind, 1)
    size[fold.classes == HAN] = _HAN_LETTERS
    letters = np.zeros(len(first) + 1, dtype=fold.offsets.dtype)
    np.cumsum(np.add.reduceat(size, first, dtype=letters.dtype), out=letters[1:])
    return Tokens(
        first=first, size_of_fold=n, start=start, end=end, ids=_ids(fold, first),
        number=(what == DIGIT) | numeral, letters=letters, joined=joined,
    )  # fmt: skip


def _ids(fold: Fold, first: NDArray[Any]) -> NDArray[np.uint64]:
    """Hash the characters of each token."""
    out = np.empty(len(first), dtype=np.uint64)
    for low in range(0, len(first), _PIECE):
        heads = first[low : low + _PIECE]
        ends = np.append(heads[1:], first[low + _PIECE] if low + _PIECE < len(first) else heads.dtype.type(len(fold)))
        out[low : low + _PIECE] = Hashes(fold.codes[heads[0] : ends[-1]]).of(heads - heads[0], ends - heads[0])
    return out


@lru_cache(maxsize=1 << 14)
def _other(code: int) -> int:
    """Kind of a folded character that is not its class, ``_SAME`` where it is."""
    if code >= 0x300 and unicodedata.category(chr(code))[0] == "M":
        return 0
    if any(low <= code <= high for low, high in _UNSPACED):
        return _UNSPACED_LETTER
    if code == 0x2E:  # a decimal point that the fold kept stands between digits
        return DIGIT
    return _NUMERAL if chr(code) in lexicon.DIGIT_CHARS else _SAME


def _kinds(fold: Fold) -> NDArray[np.uint8]:
    """Classify folded characters; 0 a mark (belongs to its letter), 6 an unspaced letter, 7 a Han numeral."""
    codes = fold.codes
    top, known = distinct(codes)
    # A class is the same for all characters of one code, so what changes it is looked up by code.
    other = np.full(top, _SAME, dtype=np.uint8)
    other[known] = [_other(code) for code in known]
    kind = fold.classes
    if (other != _SAME).any():
        found = look_up(other, codes)
        kind = np.where(found == _SAME, kind, found)
    if kind[0] == 0:
        kind = kind.copy()
        kind[0] = SCRIPT
    return kind
