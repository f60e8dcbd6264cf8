"""What stands between the words of a repeat: a slip of the hand or of a model repeats its marks with its words.

``《A》、《A条例》`` names two laws, ``[on fog](#on-fog)`` is a link, ``format, format-only`` are two names: their words
stand twice, their marks do not. So two rounds are a slip only where two whole rounds stand there with all their marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.model import Span

_MOST = 4096  # characters of a repeat whose marks are compared
_AROUND = 40  # characters beside it
_STOP = "."  # stands for all marks that end or part sentences
_CLASSES: dict[int, int | str] = {
    **dict.fromkeys(map(ord, ".。．!！;；,，、…·।॥۔،؛•"), _STOP), **dict.fromkeys(map(ord, "“”„‟«»＂"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛"), "'"), **dict.fromkeys(map(ord, "‐‑–—―−－"), "-"),
    **{0xFF01 + n: 0x21 + n for n in range(0x5E) if chr(0xFF01 + n) not in "！，．；－＂"},
}  # fmt: skip
_BLANK = re.compile("[\\s\u200b\ufeff]+")
_STOPS = re.compile(r"\.+")
_WORDS = re.compile(r"[\w.]+")
_BEHIND = re.compile(r"\W*")
_BEFORE = re.compile(r"\W*\Z")
_DASHES = re.compile("-+")
# What turns the number behind it into another one.
_SIGNS = frozenset("-\uff0d\u2212+±<>≤≥~")
_PAIRS = ("()", "[]", "{}", "（）", "［］", "【】", "《》", "〈〉", "「」", "『』", "“”")
_EVEN = '"`'


def marks(between: str) -> str:
    """Return the marks between two words without white space; those that end or part sentences are one."""
    bare = _BLANK.sub("", between)
    return _DASHES.sub("-", _STOPS.sub(_STOP, bare.translate(_CLASSES))) if bare else ""


def have_same_marks(text: str, kept: Span, copy: Span) -> bool:
    """Tell whether a copy has the marks of the kept text, those that end or part sentences left aside.

    A copy that breaks off has those of its beginning.
    """
    if _sign(text, kept.start) != _sign(text, copy.start):
        return False
    one, other = _shape(text[kept.start : kept.start + len(copy)]), _shape(text[copy.start : copy.end])
    return one == other or _shape(kept.of(text)) == other


def _shape(said: str) -> str:
    """Return a stretch with all that is said as one letter."""
    return _WORDS.sub("x", marks(said[:_MOST]))


def _sign(text: str, at: int) -> str:
    """Return the sign right before a number."""
    sign = text[at - 1 : at]
    return sign if sign in _SIGNS and text[at : at + 1].isdigit() else ""


def stand_twice(text: str, kept: Span, copy: Span, *, sure: bool) -> bool:
    """Tell whether two rounds stand there with their marks: those before the first, or behind the second, come between.

    ``sure``: the mark of a pause between them is none that must come again.
    """
    joint = marks(text[kept.end : copy.start])
    if not joint or (sure and joint == _STOP):
        return True
    before = _BEFORE.search(text, max(kept.start - _AROUND, 0), kept.start)
    behind = _BEHIND.match(text, copy.end, copy.end + _AROUND)
    heads = shared_head(joint, marks(behind[0]) if behind else "")
    tails = shared_head(joint[::-1], marks(before[0])[::-1] if before else "")
    return heads + tails >= len(joint)


def shared_head(one: str, other: str) -> int:
    """Count the characters that two strings begin with alike."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def is_paired(cut: str) -> bool:
    """Tell whether a stretch has each bracket and quotation mark with its partner."""
    return all(cut.count(pair[0]) == cut.count(pair[1]) for pair in _PAIRS) and all(
        cut.count(mark) % 2 == 0 for mark in _EVEN
    )
