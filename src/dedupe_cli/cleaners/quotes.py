"""Quotation marks in more than one style (C114)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import CODE, MARKUP
from dedupe_cli.model import Span

_CURLY, _STRAIGHT = re.compile("[“”]"), re.compile('"')
_PARAGRAPH = re.compile(r"[^\r\n]+")
# What may stand before an opening and behind a closing mark, spaces and the ends of lines apart.
_BEFORE, _BEHIND = frozenset("([{（【《—-，。：；、！？:,;"), frozenset(")]}）】》—-，。：；、！？,.;:!?…")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
# Inches and seconds.
_MEASURE = re.compile(r"\d\"")


def _propose(text: str) -> Iterable[Fix]:
    curly, straight = len(_CURLY.findall(text)), len(_STRAIGHT.findall(text))
    if not curly or not straight or MARKUP.search(text):
        return ()
    return _straightened(text) if straight > curly else _curled(text)


def _straightened(text: str) -> Iterable[Fix]:
    for match in _CURLY.finditer(text):
        yield Fix(Span(*match.span()), '"')


def _curled(text: str) -> Iterable[Fix]:
    """Turn the pairs of a line whose marks all stand as in pairs."""
    for line in _PARAGRAPH.finditer(text):
        places = [match.start() for match in _STRAIGHT.finditer(text, *line.span())]
        if not places or len(places) % 2 or _MEASURE.search(line[0]) or _CURLY.search(line[0]):
            continue
        opens, closes = places[::2], places[1::2]
        if all(_opens(text, at) for at in opens) and all(_closes(text, at) for at in closes):
            for first, second in zip(opens, closes, strict=True):
                yield Fix(Span(first, first + 1), "“")
                yield Fix(Span(second, second + 1), "”")


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    free = not before or before.isspace() or before in _BEFORE or _HAN.match(before)
    return bool(free and after and not after.isspace())


def _closes(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    free = not after or after.isspace() or after in _BEHIND or _HAN.match(after)
    return bool(free and before and not before.isspace())


CLEANER = Cleaner(
    code="C114",
    name="quotes",
    title="quotation marks in another style",
    safe=False,
    effect=Effect.FORM,
    page="""\
A text that has both straight and curly double quotation marks gets the ones that it has more often. Straight marks are
turned line by line, and only where all of them on the line stand as pairs do.

A text with one style stays; so do single marks and apostrophes, inches, 「」, lines with both, markup and code.
""",
    examples=(
        ('“One,” he said. “Two.”\n"Three."\n', "“One,” he said. “Two.”\n“Three.”\n"),
        ('他说"好"。\n她说“好”，又说“再见”。\n', "他说“好”。\n她说“好”，又说“再见”。\n"),
    ),
    traps=(
        '"One," he said.\n',
        '“One,” he said. “Two.”\nA board of 12" by 4".\n',
        '“One,” he said. “Two.”\nA "loose mark.\n',
        '“One,” he said. “Two.”\n<a href="x">three</a>\n',
    ),
    propose=_propose,
    spares=CODE,
)
