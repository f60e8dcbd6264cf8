"""What a stretch of a text is: whole paragraphs, whole lines, whole sentences, or a passage inside of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.model import Span

# How far from a stretch the borders of its line are looked for.
_REACH = 200
_ENDS = frozenset("。！？…!?.．｡।؟:：;；")
_CLOSERS = frozenset("\"'”’」』）)]】》〉*_`")
_NEWLINES = "\n\r\u2028\u2029"


def unit_of(text: str, span: Span) -> str:
    """Return ``paragraph``, ``line``, ``sentence`` or ``passage``; marks of items and quotations are no letters."""
    start, end = span.start, span.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    first, last = _line_start(text, start), _line_end(text, end)
    if first >= 0 and last >= 0:
        return "paragraph" if _is_blank_above(text, first) and _is_blank_below(text, last) else "line"
    begins = first >= 0 or _ends_sentence(text, start)
    return "sentence" if begins and (last >= 0 or _ends_sentence(text, end)) else "passage"


def _line_start(text: str, at: int) -> int:
    """Return where the line begins when nothing is said in it before ``at``, else -1."""
    for place in range(at - 1, max(at - _REACH, 0) - 1, -1):
        if text[place] in _NEWLINES:
            return place + 1
        if text[place].isalnum():
            return -1
    return 0 if at <= _REACH else -1


def _line_end(text: str, at: int) -> int:
    """Return where the line ends when nothing is said in it behind ``at``, else -1."""
    for place in range(at, min(at + _REACH, len(text))):
        if text[place] in _NEWLINES:
            return place
        if text[place].isalnum():
            return -1
    return len(text) if len(text) <= at + _REACH else -1


def _is_blank_above(text: str, at: int) -> bool:
    """Tell whether the line before the one that begins at ``at`` says nothing."""
    if at == 0:
        return True
    at -= 2 if text.startswith("\r\n", at - 2) and at > 1 else 1
    return _line_start(text, at) >= 0


def _is_blank_below(text: str, at: int) -> bool:
    """Tell whether the line behind the one that ends at ``at`` says nothing."""
    if at == len(text):
        return True
    return _line_end(text, at + (2 if text.startswith("\r\n", at) else 1)) >= 0


def _ends_sentence(text: str, at: int) -> bool:
    """Tell whether a sentence ends before ``at``, white space and closing marks left out of account."""
    for place in range(at - 1, max(at - _REACH, 0) - 1, -1):
        if not text[place].isspace() and text[place] not in _CLOSERS:
            return text[place] in _ENDS
    return at <= _REACH
