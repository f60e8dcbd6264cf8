"""The fold: the matching view of a text, with a map back to the original.

Kept are letters, digits, the marks that belong to letters, and the few symbols that carry meaning (a decimal
point between digits, percent, currency, mathematical signs, emoji). Case, width, compatibility forms and Han
variants are folded. Everything else (white space, punctuation, invisible characters) is form and left out.

The table is made from the distinct characters of the text, not from all of Unicode: start-up counts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.model import Span
from dedupe_cli.text.variants import han_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Classes of folded characters.
LETTER, HAN, DIGIT, SYMBOL, SCRIPT = 1, 2, 3, 4, 5

# Weight of one character: a Han character carries about twice a Latin letter's information. All lengths in the
# engine are weights, so that lines that mix scripts need no special case.
HAN_WEIGHT, LETTER_WEIGHT, SCRIPT_WEIGHT = 11, 5, 6

_HAN_RANGES = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF), (0x3005, 0x3007),
)  # fmt: skip
# So many characters are remembered, of which texts have most in common, and the folds of texts of such a length: stages
# ask for the same one.
_CHARS, _SHORTEST, _LONGEST = 1 << 14, 1 << 9, 1 << 17
# Code points looked up at a time.
_PIECE = 1 << 18
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
def _char_class(char: str) -> tuple[int, int]:
    """Class and weight of one folded character."""
    code = ord(char)
    if is_han(code):
        return HAN, HAN_WEIGHT
    category = unicodedata.category(char)
    if category[0] == "N":
        return DIGIT, LETTER_WEIGHT
    if category[0] in "SP":
        return SYMBOL, LETTER_WEIGHT
    if code < 0x530 or 0x1C80 <= code < 0x1C90 or 0x1D00 <= code < 0x2000:
        return LETTER, LETTER_WEIGHT  # Latin, Greek, Cyrillic
    return SCRIPT, SCRIPT_WEIGHT


@dataclass(frozen=True, eq=False)
class Fold:
    """The folded characters of one text, as arrays of one length.

    ``codes``: folded code points (uint32), Han variants folded; ``plain``: the same before Han variants were
    folded; ``offsets``: code point offset of each in the original (never falling; int32, or int64 where that
    does not do); ``classes`` and ``weights``: uint8, see the constants of this module.
    """

    text: str
    codes: NDArray[np.uint32]
    plain: NDArray[np.uint32]
    offsets: NDArray[Any]
    classes: NDArray[np.uint8]
    weights: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def string(self) -> str:
        """The folded characters as a string of the same length."""
        return str(self.codes.astype("<u4", copy=False).data, "utf-32-le", "surrogatepass")

    @cached_property
    def cumulative(self) -> NDArray[Any]:
        """Weight of everything before each position (int32 or int64); one longer than the fold."""
        out = np.zeros(len(self) + 1, dtype=index_type(len(self)))
        np.cumsum(self.weights, out=out[1:])
        return out

    @cached_property
    def _totals(self) -> memoryview:
        return self.cumulative.data  # of which one value costs a quarter

    def weight(self, start: int, end: int) -> int:
        """Weight of the folded characters ``start <= i < end``."""
        found: int = self._totals[end] - self._totals[start]
        return found

    def span(self, start: int, end: int) -> Span:
        """Original span from the first to the last of the folded characters ``start <= i < end``."""
        if end <= start:
            at = int(self.offsets[start]) if start < len(self) else len(self.text)
            return Span(at, at)
        return Span(int(self.offsets[start]), int(self.offsets[end - 1]) + 1)

    def index(self, offset: int) -> int:
        """Index of the first folded character at or behind an original offset."""
        return int(self.places([offset])[0])

    def range(self, span: Span) -> tuple[int, int]:
        """Folded range that lies inside an original span."""
        low, high = self.places((span.start, span.end)).tolist()
        return low, high

    def places(self, offsets: Sequence[int]) -> NDArray[np.int64]:
        """Indexes of the first folded characters at or behind some original offsets.

        Of the same type as the array: else numpy would copy that.
        """
        found: NDArray[np.int64] = self.offsets.searchsorted(np.array(offsets, dtype=self.offsets.dtype))
        return found


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of ``text`` as an array (lone surrogates included)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def look_up(table: NDArray[Any], codes: NDArray[np.uint32]) -> NDArray[Any]:
    """Look every code up in a table.

    In pieces: numpy makes wide indices of what it is given, which would be eight bytes a character.
    """
    out = np.empty(len(codes), dtype=table.dtype)
    for at in range(0, len(codes), _PIECE):
        table.take(codes[at : at + _PIECE], out=out[at : at + _PIECE], mode="clip")
    return out


def distinct(codes: NDArray[np.uint32]) -> tuple[int, list[int]]:
    """Return how long a table of the codes must be, and the distinct ones, ascending."""
    top = int(codes.max()) + 1 if len(codes) else 1
    seen = np.zeros(top, dtype=bool)
    for at in range(0, len(codes), _PIECE):
        seen[codes[at : at + _PIECE]] = True
    return top, np.flatnonzero(seen).tolist()


def fold(text: str) -> Fold:
    """Fold a text for matching.

    Time and memory grow with the text; characters are looked up in a table made from the distinct ones.
    """
    return _known_fold(text) if _SHORTEST <= len(text) <= _LONGEST else _fold(text)


@lru_cache(maxsize=2)
def _known_fold(text: str) -> Fold:
    return _fold(text)


def _fold(text: str) -> Fold:
    cps = code_points(text)
    top, known = distinct(cps)
    counts = np.zeros(top, dtype=np.uint8)
    single = np.zeros(top, dtype=np.uint32)
    longer: dict[int, str] = {}
    for code in known:
        folded = fold_char(chr(code))
        counts[code] = len(folded)
        if folded:
            single[code] = ord(folded[0])
        if len(folded) > 1:
            longer[code] = folded
    number = look_up(counts, cps)
    if not _POINTS.isdisjoint(known):
        _keep_points(cps, number, single)
    offsets = np.flatnonzero(number).astype(index_type(len(cps)))
    if longer:
        offsets = np.repeat(offsets, number[offsets])
    plain = look_up(single, cps[offsets])
    if longer:
        _spread(cps, offsets, plain, longer)
    codes, classes, weights = _classify(plain)
    return Fold(text=text, codes=codes, plain=plain, offsets=offsets, classes=classes, weights=weights)


def index_type(size: int) -> type[np.int32 | np.int64]:
    """Return the smaller type that holds the places of an array and eleven times as much (the weights)."""
    return np.int32 if size * HAN_WEIGHT < 1 << 31 else np.int64


def _keep_points(cps: NDArray[np.uint32], number: NDArray[np.uint8], single: NDArray[np.uint32]) -> None:
    """Keep a decimal point between digits: 3.5 is not 35. A comma before three digits is form (1,000 = 1000)."""
    table = np.zeros(len(single), dtype=bool)
    table[[code for code in _POINTS if code < len(table)]] = True
    points = np.flatnonzero(look_up(table, cps))
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
    single[cps[points]] = 0x2E


def _is_digit(cps: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return ((cps >= 0x30) & (cps <= 0x39)) | ((cps >= 0xFF10) & (cps <= 0xFF19))


def _spread(cps: NDArray[np.uint32], offsets: NDArray[Any], plain: NDArray[np.uint32], longer: dict[int, str]) -> None:
    """Write the further characters of those that fold to more than one (``ﬁ``, ``é``, a Hangul syllable)."""
    first = np.ones(len(offsets), dtype=bool)
    first[1:] = offsets[1:] != offsets[:-1]
    heads = np.flatnonzero(first & np.isin(cps[offsets], list(longer)))
    whole = cps[offsets[heads]]
    order = np.argsort(whole, kind="stable")
    codes, starts = np.unique(whole[order], return_index=True)
    for code, places in zip(codes.tolist(), np.split(heads[order], starts[1:]), strict=True):
        for step, char in enumerate(longer[code]):
            plain[places + step] = ord(char)


def _classify(
    plain: NDArray[np.uint32],
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Fold Han variants, then look up class and weight of every folded character."""
    top, known = distinct(plain)
    variant = np.arange(top, dtype=np.uint32)
    classes = np.zeros(top, dtype=np.uint8)
    weights = np.zeros(top, dtype=np.uint8)
    table = han_variants() if top > 0x3400 else {}
    same = True
    for code in known:
        classes[code], weights[code] = _char_class(chr(code))
        if classes[code] == HAN:
            variant[code] = other = table.get(code, code)
            same &= other == code
    codes = plain if same else look_up(variant, plain)
    return codes, look_up(classes, plain), look_up(weights, plain)
