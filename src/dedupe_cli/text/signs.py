"""Minus signs before numbers: they look like hyphens, which are form, and turn a number into another one."""

from __future__ import annotations

import re

# No hyphen of a word or a range, and no mark of an item: that one begins its line.
_NEGATIVE = re.compile(r"(?<![A-Za-z0-9.,)\]%:/_-])[-\uff0d](?=\d)(\d+(?:[.,]\d+)*)")
_BLANK = " \t\u3000\u00a0"


def negatives(text: str, start: int, end: int) -> dict[int, str]:
    """Return the negative numbers whose digits begin in a range of a text: offset of the first digit -> digits."""
    if text.find("-", max(start - 1, 0), end) < 0 and text.find("\uff0d", max(start - 1, 0), end) < 0:
        return {}
    found = _NEGATIVE.finditer(text, max(start - 1, 0), end)
    return {match.start(1): match[1] for match in found if not _is_mark(text, match.start())}


def _is_mark(text: str, at: int) -> bool:
    """Tell whether a hyphen begins a line, or stands behind a number as in ``3 -5``."""
    before = text[max(at - 8, 0) : at].rstrip(_BLANK)[-1:]
    return not before or before in "\r\n" or before.isdigit()
