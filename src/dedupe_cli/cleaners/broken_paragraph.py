"""Sentences that a paragraph break cuts in two (C110)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import is_spaced, is_wide
from dedupe_cli.document.kinds import BlockKind, kind
from dedupe_cli.document.split import blocks
from dedupe_cli.model import Span
from dedupe_cli.text.lines import CLOSERS, FINAL

# Shortest paragraph that is a sentence cut off, and not a title or an item, in characters (Chinese ones count three).
_LONG, _HAN_COUNTS = 60, 3
_SENTENCE = re.compile(r"[。！？；，.!?;,]")
# So many characters on both sides of the break, found together elsewhere, are the sentence unbroken.
_AROUND = 8
_COLON = ":：—-…"


def _propose(text: str) -> Iterable[Fix]:
    spaced = None
    for before, after in pairwise(blocks(text)):
        if _is_open(text, before) and _goes_on(text, before, after):
            if spaced is None:
                spaced = is_spaced(text)
            left, right = text[before.end - 1], text[_first(text, after)]
            wide = is_wide(left), is_wide(right)
            narrow = right if wide[0] else left
            glue = "" if any(wide) and not (spaced and not all(wide) and narrow.isalnum()) else " "
            yield Fix(Span(before.end, _first(text, after)), glue)


def _first(text: str, block: Span) -> int:
    at = block.start
    while text[at].isspace():
        at += 1
    return at


def _is_open(text: str, block: Span) -> bool:
    """Tell whether a paragraph is prose that breaks off inside of a sentence."""
    last = text[max(block.start, block.end - _AROUND) : block.end].rstrip(CLOSERS)[-1:]
    if not last or last in FINAL or last in _COLON:
        return False
    return _is_long(text, block) and kind(text, block) is BlockKind.PROSE


def _is_long(text: str, block: Span) -> bool:
    return sum(_HAN_COUNTS if is_wide(c) else 1 for c in block.of(text)[-_LONG:]) >= _LONG


def _goes_on(text: str, before: Span, after: Span) -> bool:
    """Tell whether the next paragraph is the rest: the sentence stands whole elsewhere, or this is no beginning."""
    start = _first(text, after)
    end = text[max(after.start, after.end - _AROUND) : after.end].rstrip(CLOSERS)[-1:]
    if kind(text, after) is not BlockKind.PROSE or not (end in FINAL or _is_long(text, after)):
        return False
    head, tail = text[start : start + _AROUND], text[before.end - _AROUND : before.end]
    if len(head) == _AROUND and len(tail) == _AROUND and any(f"{tail}{glue}{head}" in text for glue in ("", " ")):
        return True
    last = text[before.end - 1]
    if not _SENTENCE.search(text, max(before.start, before.end - 200), before.end):
        return False
    if text[start].islower():
        return last.islower() or last in ",;"
    return last in "，、" and is_wide(text[start])


CLEANER = Cleaner(
    code="C110",
    name="broken-paragraph",
    title="a sentence cut by a paragraph break",
    safe=False,
    effect=Effect.FORM,
    page="""\
Two paragraphs are joined where the first breaks off inside of a sentence and the second is the rest of it: the sentence
stands unbroken elsewhere in the text (a copy that goes as a repeat is evidence enough), the first ends in a comma, or
the second begins with a small letter.

Titles, items, verse, forms, and lines that end in a colon stay.
""",
    examples=(
        (
            "The ferry had been tied up since morning, because the water was high and the\n\nwind from the sea.\n",
            "The ferry had been tied up since morning, because the water was high and the wind from the sea.\n",
        ),
    ),
    traps=(
        "The ferry had been tied up since the morning, because the water was high.\n\nthe end\n",
        "Bring the following things to the ferry before it leaves, please:\n\nbread and salt\n",
        "A title without a stop\n\nThe ferry had been tied up since the morning.\n",
    ),
    propose=_propose,
)
