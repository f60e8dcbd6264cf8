"""White space at the ends of lines (C103)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

# All blanks: tab, no-break, typographic, ideographic. Begun behind a character that is none, so that a long run
# of them is walked over once.
_BLANK = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_FOUND = re.compile(f"(?:(?<=[^{_BLANK}])|(?<![\\s\\S]))[{_BLANK}]+(?=[\r\n\u2028\u2029]|$(?![\r\n]))")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)


def _propose(text: str) -> Iterable[Fix]:
    for match in _FOUND.finditer(text):
        if not _is_break(text, match):
            yield Fix(Span(*match.span()))


def _is_break(text: str, match: re.Match[str]) -> bool:
    """Tell whether two spaces break a line, as in Markdown: words before, and words on the next line."""
    start, end = match.span()
    if match[0] != "  " or start == 0 or text[start - 1] in "\r\n":
        return False
    following = re.compile(r"(?:\r\n|\n|\r)[ \t]*\S").match(text, end)
    return following is not None


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
