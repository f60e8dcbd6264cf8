"""How much a text looks like Chinese that somebody wrote, and not like bytes that were read wrongly."""

from __future__ import annotations

from collections.abc import Iterable

from dedupe_cli.text.fold import is_han
from dedupe_cli.text.script import FREQUENT

_MARKS = frozenset("，。、；：？！“”‘’（）《》「」『』…—·　")


def han_share(text: Iterable[str]) -> tuple[int, float]:
    """Return the number of Han characters and the share of them that is frequent, variants folded."""
    han = [c for c in text if is_han(ord(c))]
    frequent = FREQUENT["chinese"][1]
    return len(han), sum(c in frequent for c in han) / len(han) if han else 0.0


def odd_share(text: str) -> float:
    """Return the share of characters, white space and ASCII apart, that are neither Han nor marks beside them."""
    rest = [c for c in text if ord(c) > 0x7F and not c.isspace()]
    return sum(not _is_usual(c) for c in rest) / len(rest) if rest else 0.0


def _is_usual(char: str) -> bool:
    code = ord(char)
    return is_han(code) or char in _MARKS or 0x3000 <= code < 0x3100 or 0xFF00 <= code < 0xFF5F
