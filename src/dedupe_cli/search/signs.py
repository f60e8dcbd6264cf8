"""A text as a first look sees it: a sign for each character that matters, one for the end of a line or a sentence."""

from __future__ import annotations

import re
import unicodedata

from dedupe_cli.search.gaps import FULL_STOPS
from dedupe_cli.text import lexicon
from dedupe_cli.text.fold import fold_char
from dedupe_cli.text.variants import han_variants

# Characters from here on are taken for Han characters, which say as much as three letters; all before weigh the same.
WIDE = "\u0530"
NUMBER = re.compile(f"[\\d.{re.escape(''.join(lexicon.DIGIT_CHARS))}]+")
# Signs for a point in a number, the end of a line and of a sentence, and a number that no row of numbers shows.
POINT, LINE, STOP, OTHER = "\x00", "\n", "\v", "\x01"
_DIGIT = "[0-9\uff10-\uff19]"
_POINTS = re.compile(
    f"(?:[.\uff0e\u066b]|[,\uff0c](?!{_DIGIT}{{3}}(?!{_DIGIT})))(?<={_DIGIT}.)(?={_DIGIT})"  # as the fold keeps them
)


class _Signs(dict[int, str]):
    """What each character is as it is matched, by code point; what ends a line or a sentence is a sign."""

    def __missing__(self, code: int) -> str:
        letters = fold_char(chr(code)).translate(han_variants())
        if chr(code) in "\n\r\u0085\u2028\u2029":
            letters = LINE
        elif chr(code) in FULL_STOPS + ".":
            letters = STOP
        elif any(unicodedata.category(each)[0] == "N" and not NUMBER.match(each) for each in letters):
            letters = OTHER
        self[code] = letters
        return letters


SIGNS = _Signs({ord(POINT): "."})


def signs_of(text: str) -> str:
    """Return the signs of a text, in which ``POINT`` does not stand."""
    return _POINTS.sub(POINT, text).translate(SIGNS)
