"""More blank lines than divide two paragraphs (C104)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import fenced
from dedupe_cli.model import Span

_BLANK = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Three newlines or more, blanks between; and those that a text begins or ends with.
_NEWLINE = "(?:\r\n|\r(?!\n)|(?<!\r)\n)"
_FOUND = re.compile(f"{_NEWLINE}(?:[{_BLANK}]*{_NEWLINE}){{2,}}")
_PLAIN = re.compile(f"\n(?:[{_BLANK}]*\n){{2,}}")  # where all newlines are line feeds; found much faster
_HEAD = re.compile(f"(?:[{_BLANK}]*{_NEWLINE})+")
_ONE = re.compile(_NEWLINE)


def _propose(text: str) -> Iterable[Fix]:
    head = _HEAD.match(text)
    start = head.end() if head else 0
    if head and start < len(text):
        yield Fix(Span(0, start))
    for match in (_FOUND if "\r" in text else _PLAIN).finditer(text, start):
        # What stays is the first newline, and a second one where text stands behind it.
        keep = _ONE.match(text, match.start()).end()  # type: ignore[union-attr]
        yield Fix(Span(keep, match.end() if match.end() == len(text) else _last_newline(text, match)))


def _last_newline(text: str, match: re.Match[str]) -> int:
    """Return where the last newline of a run begins."""
    end = match.end()
    return end - 2 if text[end - 2 : end] == "\r\n" else end - 1


CLEANER = Cleaner(
    code="C104",
    name="blank-lines",
    title="blank lines",
    safe=True,
    effect=Effect.FORM,
    page="""\
Two and more blank lines in a row become one; those before the first line go, and those at the end of the text.

Blank lines inside of fenced code stay. One blank line stays as it is.
""",
    examples=(("\n\none\n\n\n\ntwo\n\n\n", "one\n\ntwo\n"),),
    traps=("one\n\ntwo\n", "one\r\n\r\ntwo"),
    propose=_propose,
    spares=(fenced,),
)
