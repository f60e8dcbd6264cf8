"""Paragraphs and sentences of a text, as spans of the original.

:func:`blocks` finds paragraphs in time linear in the text; :func:`sentences`, :func:`kind` and
:func:`is_wrapped` work on one of them and are called on demand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from dedupe_cli.document.kinds import BlockKind, kind
from dedupe_cli.document.rows import Rows, Spans
from dedupe_cli.model import Span
from dedupe_cli.text.lines import NEWLINES, SPACES, Lines, lines
from dedupe_cli.text.sentences import ends

__all__ = ["BlockKind", "blocks", "is_wrapped", "kind", "sentences", "split", "visible_lines"]

_NEWLINE = re.compile(f"[{NEWLINES}]")
# The paragraphs of a text are remembered, as several stages ask for them: of longer ones than this those of the last.
_KEPT = 1 << 17
_BLANK = re.compile("[\\s\u200b\u2060\ufeff]*")


def blocks(text: str) -> Sequence[Span]:
    """Return the paragraphs of a text in order.

    A span begins with its first line (indentation included) and ends behind its last visible character.
    Lines of white space are in no block, but for those inside fenced code.
    """
    return list(_known_blocks(text)) if len(text) <= _KEPT else _last_blocks(text)


@lru_cache(maxsize=2)
def _known_blocks(text: str) -> tuple[Span, ...]:
    if _NEWLINE.search(text) is None:
        end = len(text.rstrip(SPACES))
        return (Span(0, end),) if end else ()
    return tuple(_blocks(text))


@lru_cache(maxsize=1)
def _last_blocks(text: str) -> Spans:
    return _blocks(text)


def _blocks(text: str) -> Spans:
    rows = Rows.of(text)
    heads = ~rows.joined
    last = heads.copy()
    last[:-1], last[-1:] = heads[1:], True
    return Spans(rows.start[heads], rows.end[last])


def is_wrapped(text: str, block: Span) -> bool:
    """Tell whether the newlines inside one of the :func:`blocks` only wrap lines (False: there is none)."""
    # Blocks of several lines are wrapped prose or code, nothing else.
    if _NEWLINE.search(text, block.start, block.end) is None:
        return False
    return kind(text, block) is not BlockKind.CODE


def sentences(text: str, block: Span) -> list[Span]:
    """Return the sentences of a block in order, without the white space around them, closers included.

    Every visible character of the block is in one of them. A newline ends a sentence unless it wraps a line.
    """
    if _NEWLINE.search(text, block.start, block.end) is None or is_wrapped(text, block):
        return _of_run(text, block.start, block.end)
    return [s for line in _lines(text, block) for s in _of_run(text, line.start, line.end)]


def split(text: str, unit: Literal["paragraph", "sentence", "line"] = "sentence") -> list[Span]:
    """Split a text into paragraphs, sentences or lines; the white space between them is in no span.

    Raises :class:`ValueError` for another unit.
    """
    if unit == "line":
        return list(visible_lines(text))
    if unit == "paragraph":
        return list(blocks(text))
    if unit == "sentence":
        return [sentence for block in blocks(text) for sentence in sentences(text, block)]
    raise ValueError(f"unit must be paragraph, sentence or line, not {unit!r}")


def visible_lines(text: str) -> Spans:
    """Return the lines of a text that have something to see."""
    found = Rows.of(text)
    return Spans(found.start, found.end)


def _spans(table: Lines) -> list[Span]:
    return [Span(a, b) for a, b in zip(table.start.tolist(), table.end.tolist(), strict=True)]


def _lines(text: str, block: Span) -> list[Span]:
    shift = block.start
    return [s.moved(shift) for s in _spans(lines(text[block.start : block.end]))]


def _of_run(text: str, start: int, stop: int) -> list[Span]:
    """Sentences of a stretch in which no newline is a border."""
    out: list[Span] = []
    at = start
    for end in (*ends(text, start, stop), stop):
        first = _BLANK.match(text, at, end).end()  # type: ignore[union-attr]
        last = end
        while last > first and _BLANK.fullmatch(text, last - 1, last):
            last -= 1
        if last > first:
            out.append(Span(first, last))
        at = end
    return out
