"""Invisible characters that carry nothing (C101)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import points, present
from dedupe_cli.model import Span

# Zero-width space and joiners, word joiner and invisible operators, soft hyphen, marks of the byte order in the
# text, embeddings and isolates, inherent vowels of Khmer, interlinear notes, tags.
_CHARS = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
_FOUND, _POINTS = re.compile(f"[{_CHARS}]+"), points(_CHARS)
_JOINERS = "\u200c\u200d"
# Directional marks and embeddings mean something in a paragraph that has letters from right to left.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KHMER = frozenset("\u17b4\u17b5")
# Scripts whose lines are broken at a zero-width space: Thai, Lao, Tibetan, Myanmar, Khmer, Tai, Javanese.
_UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua980-\ua9df\uaa60-\uaadf]")
_TAGGED = "\U0001f3f4"


def _propose(text: str) -> Iterable[Fix]:
    if not present(text)[_POINTS].any():
        return
    rtl = None
    for match in _FOUND.finditer(text):
        if rtl is None:
            rtl = _paragraphs_from_right(text) if _DIRECTION & set(text) else []
        start = match.start()
        for at in range(match.start(), match.end()):
            if not _is_empty(text, at, rtl):
                if at > start:
                    yield Fix(Span(start, at))
                start = at + 1
        if match.end() > start:
            yield Fix(Span(start, match.end()))


def _paragraphs_from_right(text: str) -> list[tuple[int, int]]:
    """Return the lines that have letters of scripts that run from right to left."""
    letters = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
    out: list[tuple[int, int]] = []
    for match in letters.finditer(text):
        if out and match.start() < out[-1][1]:
            continue
        end = text.find("\n", match.start())
        out.append((text.rfind("\n", 0, match.start()) + 1, len(text) if end < 0 else end))
    return out


def _is_empty(text: str, at: int, rtl: list[tuple[int, int]]) -> bool:
    char = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char in _DIRECTION:
        return not any(start <= at <= end for start, end in rtl)
    if char in _JOINERS:
        return not _joins(before, after, char)
    if char == "\u200b":
        return not (_UNSPACED.match(before) and _UNSPACED.match(after))
    if char in _KHMER:
        return not any("\u1780" <= c <= "\u17ff" for c in (before, after) if c)
    if char == "\u034f":  # it keeps marks on one letter apart
        return not (after and unicodedata.combining(after))
    if "\U000e0020" <= char <= "\U000e007f":  # flags of regions: a black flag and tags
        head = text[max(0, at - 8) : at].rstrip("".join(map(chr, range(0xE0020, 0xE007F))))
        return not head.endswith(_TAGGED)
    return True


def _joins(before: str, after: str, char: str) -> bool:
    """Tell whether a joiner stands where a script needs it, or in a sequence of emoji."""
    if not before or not after:
        return False
    if char == "\u200d" and (
        _is_pictured(before) or before in "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
    ):
        return _is_pictured(after) or unicodedata.category(after) == "So"
    return _is_shaped(before) and (_is_shaped(after) or char == "\u200d" or not after.isspace())


def _is_pictured(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sk"} or ord(char) >= 0x1F000


def _is_shaped(char: str) -> bool:
    """Tell whether a character is of a script whose letters join: Arabic to Mongolian, not Latin, Greek or Han."""
    code = ord(char)
    return 0x0590 <= code <= 0x109F or 0x1700 <= code <= 0x1CFF or 0xA800 <= code <= 0xABFF or 0xFB1D <= code <= 0xFEFC


CLEANER = Cleaner(
    code="C101",
    name="invisible",
    title="invisible characters",
    safe=True,
    effect=Effect.FORM,
    page="""\
Zero-width spaces and joiners, word joiners, soft hyphens, byte order marks inside of the text, marks of direction
and tags are taken out where they carry nothing. Nobody sees them, but they divide words for a search and hide that
two passages are the same.

What stays: joiners between letters of scripts that need them (Arabic, Persian, the scripts of India) and inside
of emoji; zero-width spaces between letters of Thai, Khmer and others that are written without spaces; marks of
direction in a line with Hebrew or Arabic letters; the tags of flags.
""",
    examples=(("co\u00adoperate\u200b", "cooperate"), ("\u4e2d\ufeff\u56fd", "\u4e2d\u56fd")),
    traps=(
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f\u200d\U0001f525",
        "\u0915\u094d\u200d\u0937",
        "\u0e44\u0e17\u0e22\u200b\u0e20\u0e32\u0e29\u0e32",
        "\u05e9\u05dc\u05d5\u05dd \u200fabc\u200e!",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ),
    propose=_propose,
)
