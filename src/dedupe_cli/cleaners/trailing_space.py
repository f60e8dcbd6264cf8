"""White space at the ends of lines (C103)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.model import Span

# All blanks: tab, no-break, typographic, ideographic.
_BLANK = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# The last one of a line: the others before it are walked over once.
_LAST = re.compile(f"[{_BLANK}](?=[\r\n\u2028\u2029]|\\Z)")
_BLANKS = frozenset("\t \u00a0\u1680\u202f\u205f\u3000") | frozenset(map(chr, range(0x2000, 0x200B)))
_NEXT_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t]*\S")


def _propose(text: str) -> Iterable[Fix]:
    for match in _LAST.finditer(text):
        start, end = match.span()
        while start and text[start - 1] in _BLANKS:
            start -= 1
        if not _is_break(text, start, end):
            yield Fix(Span(start, end))


def _is_break(text: str, start: int, end: int) -> bool:
    """Tell whether two spaces break a line, as in Markdown: words before, and words on the next line."""
    if text[start:end] != "  " or start == 0 or text[start - 1] in "\r\n":
        return False
    return _NEXT_LINE.match(text, end) is not None


CLEANER = Cleaner(
    code="C103",
    name="trailing-space",
    title="white space at the end of a line",
    safe=True,
    effect=Effect.FORM,
    page="""\
Blanks at the end of a line go: spaces, tabs, no-break and ideographic spaces.

Two spaces behind a word, with a line of text below, stay: in Markdown they break the line.
""",
    examples=(("one \u3000\ntwo\t\n", "one\ntwo\n"), ("a\n  \nb", "a\n\nb")),
    traps=("first line  \nsecond line\n", "\u3000\u3000indented\n"),
    propose=_propose,
)
