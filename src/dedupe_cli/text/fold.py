"""The fold: the matching view of a text, with a map back to the original.

Kept are letters, digits, the marks that belong to letters, and the few symbols that carry meaning (a decimal
point between digits, percent, currency, mathematical signs, emoji). Case, width, compatibility forms and Han
variants are folded. Everything else (white space, punctuation, invisible characters) is form and left out.

The table is made from the distinct characters of the text, not from all of Unicode: start-up counts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.model import Span
from dedupe_cli.text.variants import han_variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Classes of folded characters.
LETTER, HAN, DIGIT, SYMBOL, SCRIPT = 1, 2, 3, 4, 5

# Weight of one character: a Han character carries about twice a Latin letter's information. All lengths in the
# engine are weights, so that lines that mix scripts need no special case.
HAN_WEIGHT, LETTER_WEIGHT, SCRIPT_WEIGHT = 11, 5, 6

_HAN_RANGES = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF), (0x3005, 0x3007),
)  # fmt: skip
_POINTS = {0x2E, 0x2C, 0xFF0E, 0xFF0C, 0x066B}
_PERCENT = {0x25: "%", 0xFF05: "%", 0x2030: "‰", 0x066A: "%"}


def is_han(code: int) -> bool:
    """Tell whether a code point is a Han character (ideograph, ``々``, ``〇``)."""
    return any(low <= code <= high for low, high in _HAN_RANGES)


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
    folded; ``offsets``: code point offset of each in the original (int64, never falling); ``classes`` and
    ``weights``: uint8, see the constants of this module.
    """

    text: str
    codes: NDArray[np.uint32]
    plain: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    classes: NDArray[np.uint8]
    weights: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def string(self) -> str:
        """The folded characters as a string of the same length."""
        return self.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")

    @cached_property
    def cumulative(self) -> NDArray[np.int64]:
        """Weight of everything before each position; one longer than the fold."""
        out = np.zeros(len(self) + 1, dtype=np.int64)
        np.cumsum(self.weights, out=out[1:])
        return out

    def weight(self, start: int, end: int) -> int:
        """Weight of the folded characters ``start <= i < end``."""
        return int(self.cumulative[end] - self.cumulative[start])

    def span(self, start: int, end: int) -> Span:
        """Original span from the first to the last of the folded characters ``start <= i < end``."""
        if end <= start:
            at = int(self.offsets[start]) if start < len(self) else len(self.text)
            return Span(at, at)
        return Span(int(self.offsets[start]), int(self.offsets[end - 1]) + 1)

    def index(self, offset: int) -> int:
        """Index of the first folded character at or behind an original offset."""
        return int(np.searchsorted(self.offsets, offset, side="left"))

    def range(self, span: Span) -> tuple[int, int]:
        """Folded range that lies inside an original span."""
        low, high = np.searchsorted(self.offsets, (span.start, span.end), side="left")
        return int(low), int(high)


def code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of ``text`` as an array (lone surrogates included)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def fold(text: str) -> Fold:
    """Fold a text for matching.

    Time and memory grow with the text; characters are looked up in a table made from the distinct ones.
    """
    cps = code_points(text)
    top = int(cps.max()) + 1 if len(cps) else 1
    seen = np.zeros(top, dtype=bool)
    seen[cps] = True
    counts = np.zeros(top, dtype=np.uint8)
    single = np.zeros(top, dtype=np.uint32)
    longer: dict[int, str] = {}
    for code in np.flatnonzero(seen).tolist():
        folded = fold_char(chr(code))
        counts[code] = len(folded)
        if folded:
            single[code] = ord(folded[0])
        if len(folded) > 1:
            longer[code] = folded
    number = counts[cps]
    _keep_points(cps, number, single)
    offsets = np.repeat(np.arange(len(cps), dtype=np.int64), number)
    plain = single[cps[offsets]]
    if longer:
        _spread(cps, offsets, plain, longer)
    codes, classes, weights = _classify(plain)
    return Fold(text=text, codes=codes, plain=plain, offsets=offsets, classes=classes, weights=weights)


def _keep_points(cps: NDArray[np.uint32], number: NDArray[np.uint8], single: NDArray[np.uint32]) -> None:
    """Keep a decimal point between digits: 3.5 is not 35. A comma before three digits is form (1,000 = 1000)."""
    points = np.flatnonzero(np.isin(cps, list(_POINTS)))
    points = points[(points > 0) & (points < len(cps) - 1)]
    if not len(points):
        return
    digit = _digit_mask(cps)
    between = points[digit[points - 1] & digit[points + 1]]
    for at in between.tolist():
        tail = at + 1
        while tail < len(cps) and digit[tail]:
            tail += 1
        code = int(cps[at])
        if code in {0x2C, 0xFF0C} and tail - at - 1 == 3:
            continue
        number[at] = 1
        single[code] = 0x2E


def _digit_mask(cps: NDArray[np.uint32]) -> NDArray[np.bool_]:
    return ((cps >= 0x30) & (cps <= 0x39)) | ((cps >= 0xFF10) & (cps <= 0xFF19))


def _spread(
    cps: NDArray[np.uint32], offsets: NDArray[np.int64], plain: NDArray[np.uint32], longer: dict[int, str]
) -> None:
    """Write the further characters of those that fold to more than one (``ﬁ``, ``é``, a Hangul syllable)."""
    first = np.ones(len(offsets), dtype=bool)
    first[1:] = offsets[1:] != offsets[:-1]
    heads = np.flatnonzero(first & np.isin(cps[offsets], list(longer)))
    for code in {int(c) for c in np.unique(cps[offsets[heads]])}:
        places = heads[cps[offsets[heads]] == code]
        for step, char in enumerate(longer[code]):
            plain[places + step] = ord(char)


def _classify(
    plain: NDArray[np.uint32],
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Fold Han variants, then look up class and weight of every folded character."""
    top = int(plain.max()) + 1 if len(plain) else 1
    seen = np.zeros(top, dtype=bool)
    seen[plain] = True
    variant = np.arange(top, dtype=np.uint32)
    classes = np.zeros(top, dtype=np.uint8)
    weights = np.zeros(top, dtype=np.uint8)
    table = han_variants() if top > 0x3400 else {}
    for code in np.flatnonzero(seen).tolist():
        classes[code], weights[code] = _char_class(chr(code))
        if classes[code] == HAN:
            variant[code] = table.get(code, code)
    return variant[plain], classes[plain], weights[plain]
