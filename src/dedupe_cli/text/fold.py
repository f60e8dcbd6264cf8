"""The fold: the matching view of a text, with a map back to the original.

Kept are letters, digits, the marks that belong to letters, and the few symbols that carry meaning (a decimal
point between digits, percent, currency, mathematical signs, emoji). Case, width, compatibility forms and Han
variants are folded. Everything else (white space, punctuation, invisible characters) is form and left out.

The table is made from the characters that were met so far, not from all of Unicode: start-up counts.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.model import Span
from dedupe_cli.text.sums import Sums
from dedupe_cli.text.variants import han_variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[Any]  # uint8, uint16 or uint32

# Classes of folded characters.
LETTER, HAN, DIGIT, SYMBOL, SCRIPT = 1, 2, 3, 4, 5

# Weight of one character: a Han character carries about twice a Latin letter's information. All lengths in the
# engine are weights, so that lines that mix scripts need no special case.
HAN_WEIGHT, LETTER_WEIGHT, SCRIPT_WEIGHT = 11, 5, 6
_WEIGHTS = np.array([0, LETTER_WEIGHT, HAN_WEIGHT, LETTER_WEIGHT, LETTER_WEIGHT, SCRIPT_WEIGHT], dtype=np.uint8)

_HAN_RANGES = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF), (0x3005, 0x3007),
)  # fmt: skip
# So many characters are remembered, of which texts have most in common, and the folds of texts of such a length: stages
# ask for the same one.
_CHARS, _SHORTEST, _LONGEST = 1 << 14, 1 << 9, 1 << 17
# Code points looked up at a time.
_PIECE = 1 << 18
# Characters that are looked at behind a decimal point.
_BEHIND = 4
_POINTS = {0x2E, 0x2C, 0xFF0E, 0xFF0C, 0x066B}
_PERCENT = {0x25: "%", 0xFF05: "%", 0x2030: "‰", 0x066A: "%"}


def is_han(code: int) -> bool:
    """Tell whether a code point is a Han character (ideograph, ``々``, ``〇``)."""
    return any(low <= code <= high for low, high in _HAN_RANGES)


@lru_cache(maxsize=_CHARS)
def fold_char(char: str) -> str:
    """Return the folded form of one character: empty for what is form, at times more than one character."""
    code = ord(char)
    if code in _PERCENT:
        return _PERCENT[code]
    category = unicodedata.category(char)
    if category[0] in "ZC" or category in {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sk"}:
        return ""
    if 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or code in {0x034F, 0x0640, 0x20E3}:
        return ""  # variation selectors, joiners and fillers change the look only
    out = unicodedata.normalize("NFKD", char).casefold() if category != "So" else char
    return "".join(c for c in out if unicodedata.category(c)[0] in "LNMS")


@lru_cache(maxsize=_CHARS)
def _char_class(char: str) -> int:
    """Class of one folded character."""
    code = ord(char)
    if is_han(code):
        return HAN
    category = unicodedata.category(char)
    if category[0] == "N":
        return DIGIT
    if category[0] in "SP":
        return SYMBOL
    if code < 0x530 or 0x1C80 <= code < 0x1C90 or 0x1D00 <= code < 0x2000:
        return LETTER  # Latin, Greek, Cyrillic
    return SCRIPT


@lru_cache(maxsize=_CHARS)
def char_weight(char: str) -> int:
    """Weight of one folded character."""
    return int(_WEIGHTS[_char_class(char)])


@dataclass(frozen=True, eq=False)
class Fold:
    """The folded characters of one text, as arrays of one length.

    ``codes``: folded code points (the narrowest of uint8, uint16 and uint32 that holds them), Han variants folded;
    ``plain``: the same before Han variants were folded; ``offsets``: code point offset of each in the original (never
    falling; int32, or int64 where that does not do); ``classes``: uint8, see the constants of this module.
    """

    text: str
    codes: Codes
    plain: Codes
    offsets: NDArray[Any]
    classes: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def string(self) -> str:
        """The folded characters as a string of the same length."""
        encoding = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}[self.codes.itemsize]
        return str(self.codes.astype(self.codes.dtype.newbyteorder("<"), copy=False).data, encoding)

    @cached_property
    def kinds(self) -> bytes:
        """The classes as bytes, for what looks for the next one of a class: numpy is slow at few places."""
        there: object = self.classes.base
        return there if isinstance(there, bytes) and len(there) == len(self) else self.classes.tobytes()

    @cached_property
    def sums(self) -> Sums:
        """Weight of everything before each position."""
        return Sums(len(self), self.weights)

    def weights(self, start: int, end: int) -> NDArray[np.uint8]:
        """Weight of each of the folded characters ``start <= i < end``."""
        out: NDArray[np.uint8] = look_up(_WEIGHTS, self.classes[start:end])
        return out

    @cached_property
    def at(self) -> memoryview:
        """The offsets, for what asks for few of them: numpy is slow at that."""
        return self.offsets.data

    @cached_property
    def weight(self) -> Callable[[int, int], int]:
        """Weight of the folded characters ``start <= i < end``, by ``weight(start, end)``; asked for very often."""
        return self.sums.between

    def span(self, start: int, end: int) -> Span:
        """Original span from the first to the last of the folded characters ``start <= i < end``."""
        at = self.at
        if start < end:
            return Span(at[start], at[end - 1] + 1)
        place = at[start] if start < len(at) else len(self.text)
        return Span(place, place)

    def said(self, start: int, end: int) -> str:
        """Original text from the first to the last of the folded characters ``start <= i < end``."""
        return self.text[self.at[start] : self.at[end - 1] + 1] if start < end else ""

    def index(self, offset: int) -> int:
        """Index of the first folded character at or behind an original offset."""
        return int(self.places([offset])[0])

    def range(self, span: Span) -> tuple[int, int]:
        """Folded range that lies inside an original span."""
        low, high = self.places((span.start, span.end)).tolist()
        return low, high

    def places(self, offsets: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
        """Indexes of the first folded characters at or behind some original offsets.

        Of the same type as the array: else numpy would copy that.
        """
        found: NDArray[np.int64] = self.offsets.searchsorted(np.array(offsets, dtype=self.offsets.dtype))
        return found


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of ``text`` as an array (lone surrogates included)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def look_up(table: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
    """Look every code up in a table.

    In pieces: numpy makes wide indices of what it is given, which would be eight bytes a character.
    """
    out = np.empty(len(codes), dtype=table.dtype)
    for at in range(0, len(codes), _PIECE):
        table.take(codes[at : at + _PIECE], out=out[at : at + _PIECE], mode="clip")
    return out


def distinct(codes: NDArray[Any]) -> tuple[int, list[int]]:
    """Return how long a table of the codes must be, and the distinct ones, ascending."""
    top = int(codes.max()) + 1 if len(codes) else 1
    seen = np.zeros(top, dtype=bool)
    for at in range(0, len(codes), _PIECE):
        seen[codes[at : at + _PIECE]] = True
    return top, np.flatnonzero(seen).tolist()


def fold(text: str) -> Fold:
    """Fold a text for matching.

    Time and memory grow with the text; characters are looked up in a table.
    """
    return _known_fold(text) if _SHORTEST <= len(text) <= _LONGEST else _fold(text)


@lru_cache(maxsize=2)
def _known_fold(text: str) -> Fold:
    return _fold(text)


def _fold(text: str) -> Fold:
    table, kind = _table(), index_type(len(text))
    offsets, plain, codes, classes = [], [], [], []
    for at in range(0, max(len(text), 1), _PIECE):
        here, letters = table.fold(text, at)
        offsets.append(here.astype(kind))
        plain.append(_narrow(letters))
        codes.append(_narrow(look_up(table.variant, letters)))
        classes.append(look_up(table.classes, letters))
    same = all(map(np.array_equal, plain, codes))
    kinds, said = _joined(classes).tobytes(), _joined(plain)
    return Fold(text, said if same else _joined(codes), said, _joined(offsets), np.frombuffer(kinds, np.uint8))


def _narrow(codes: Codes) -> Codes:
    """Return code points in the narrowest type that holds them."""
    top = int(codes.max(initial=0))
    return codes.astype(np.uint8 if top < 1 << 8 else np.uint16 if top < 1 << 16 else np.uint32)


def _joined(pieces: list[NDArray[Any]]) -> NDArray[Any]:
    """Return the pieces of an array as one; the list is emptied, as they are as large again."""
    out = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
    pieces.clear()
    return out


@cache
def _table() -> _Table:
    return _Table()


class _Table:
    """What each code point becomes that was met so far; pages of the arrays that nothing was written to take no room.

    By code points: how many characters one becomes, and the first of them. By these: their variant and their class.
    """

    def __init__(self) -> None:
        size = sys.maxunicode + 1
        self.known = np.zeros(size, dtype=bool)
        self.counts = np.zeros(size, dtype=np.uint8)
        self.first = np.zeros(size, dtype=np.uint32)
        self.variant = np.zeros(size, dtype=np.uint32)
        self.classes = np.zeros(size, dtype=np.uint8)
        self.points = np.zeros(size, dtype=bool)
        self.points[list(_POINTS)] = True
        self.longer: dict[int, str] = {}
        for code in _POINTS:
            self._learn(code)
            self.first[code] = 0x2E
        self._classify(".")

    def _learn(self, code: int) -> None:
        letters = fold_char(chr(code))
        self.known[code], self.counts[code] = True, len(letters)
        if letters:
            self.first[code] = ord(letters[0])
        if len(letters) > 1:
            self.longer[code] = letters
        for letter in letters:
            self._classify(letter)

    def _classify(self, letter: str) -> None:
        code, kind = ord(letter), _char_class(letter)
        self.classes[code] = kind
        self.variant[code] = han_variants().get(code, code) if kind == HAN else code

    def _learn_all(self, cps: NDArray[Any]) -> None:
        met = self.known.take(cps)
        if not met.all():
            for code in set(cps[~met].tolist()):
                self._learn(code)

    def fold(self, text: str, at: int) -> tuple[NDArray[np.int64], Codes]:
        """Fold the piece of a text at an offset: offsets, and the characters before Han variants are folded."""
        low = max(at - 1, 0)  # what stands around a decimal point is looked at
        cps = code_points(text[low : at + _PIECE + _BEHIND])
        self._learn_all(cps)
        number = look_up(self.counts, cps)
        _keep_points(cps, number)
        here = slice(at - low, at - low + _PIECE)
        cps, number = cps[here], number[here]
        places = np.flatnonzero(number)
        plain = look_up(self.first, cps[places])
        if self.longer and (counts := number[places]).max(initial=0) > 1:
            heads = np.cumsum(counts, dtype=np.int64) - counts
            longer = np.flatnonzero(counts > 1)
            plain = np.repeat(plain, counts)
            _spread(cps[places[longer]], heads[longer], plain, self.longer)
            places = np.repeat(places, counts)
        places += at
        return places, plain


def index_type(size: int) -> type[np.int32 | np.int64]:
    """Return the smaller type that holds the places of an array and eleven times as much (the weights)."""
    return np.int32 if size * HAN_WEIGHT < 1 << 31 else np.int64


def _keep_points(cps: NDArray[np.uint32], number: NDArray[np.uint8]) -> None:
    """Keep a decimal point between digits: 3.5 is not 35. A comma before three digits is form (1,000 = 1000)."""
    points = np.flatnonzero(look_up(_table().points, cps))
    points = points[(points > 0) & (points < len(cps) - 1)]
    points = points[_is_digit(cps[points - 1]) & _is_digit(cps[points + 1])]
    if not len(points):
        return
    three = np.ones(len(points), dtype=bool)
    for step, wanted in ((2, True), (3, True), (4, False)):
        at = np.minimum(points + step, len(cps) - 1)
        three &= (_is_digit(cps[at]) & (points + step < len(cps))) == wanted
    comma = (cps[points] == 0x2C) | (cps[points] == 0xFF0C)
    points = points[~(comma & three)]
    number[points] = 1


def _is_digit(cps: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return ((cps >= 0x30) & (cps <= 0x39)) | ((cps >= 0xFF10) & (cps <= 0xFF19))


def _spread(whole: NDArray[np.uint32], heads: NDArray[np.int64], plain: Codes, longer: dict[int, str]) -> None:
    """Write the further characters of those that fold to more than one (``ﬁ``, ``é``, a Hangul syllable)."""
    order = np.argsort(whole, kind="stable")
    codes, starts = np.unique(whole[order], return_index=True)
    for code, places in zip(codes.tolist(), np.split(heads[order], starts[1:]), strict=True):
        for step, char in enumerate(longer[code]):
            plain[places + step] = ord(char)
