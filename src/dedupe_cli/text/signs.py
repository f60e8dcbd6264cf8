"""Minus signs before numbers: they look like hyphens, which are form, and turn a number into another one."""

from __future__ import annotations

import re

from dedupe_cli.text.fold import is_han

_MINUS = re.compile(r"[-\uff0d](\d+(?:[.,]\d+)*)")
# Behind these it is the hyphen of a word, of a range or of a date, as behind letters and digits.
_JOINING = frozenset(".,)]%/_-\uff0d\uff0e\uff0c\uff09\uff05\uff0f\uff3f")
_BLANK = " \t\u3000\u00a0"


def negatives(text: str, start: int, end: int) -> dict[int, str]:
    """Return the negative numbers whose digits begin in a range of a text: offset of the first digit -> digits."""
    if text.find("-", max(start - 1, 0), end) < 0 and text.find("\uff0d", max(start - 1, 0), end) < 0:
        return {}
    found = _MINUS.finditer(text, max(start - 1, 0), end)
    return {match.start(1): match[1] for match in found if _is_minus(text, match.start())}


def _is_minus(text: str, at: int) -> bool:
    """Tell whether a hyphen is no part of a word, nor the mark of an item, nor behind a number as in ``3 -5``."""
    last = text[at - 1 : at]
    if last in _JOINING or (last.isalnum() and not is_han(ord(last))):
        return False
    before = text[max(at - 8, 0) : at].rstrip(_BLANK)[-1:]
    return bool(before) and before not in "\r\n" and not before.isdigit()
