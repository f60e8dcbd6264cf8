"""From folded ranges to the characters that are deleted: punctuation and white space around a cut."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.model import Cut, Repeat, Span
from dedupe_cli.text.lines import NEWLINES, ROW, space_end

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View

# In front of a file it is a mark of the encoding, and no character of the text.
MARK = "\ufeff"
_OPENERS = frozenset({"Ps", "Pi"})


def cut_span(view: View, removal: Removal, last: int, gone: Collection[int]) -> Span:
    """Return the original span to delete for a removal; ``last`` is the last block that does not go as a whole.

    ``gone`` are the blocks that do: signs alone go with the block before them.

    A whole block takes the white space behind it, or the white space before it when no block stays behind it. A cut
    inside a block leaves no doubled and no missing space.
    """
    if removal.whole and view.unit == "line":
        return line_span(view, removal.block, last)
    if removal.whole:
        return _block_span(view, removal.block, last, gone)
    return _inner_span(view, removal)


def line_span(view: View, line: int, last: int) -> Span:
    """Return a line with its newline: the one behind it, or before it behind the ``last`` line of a text that stays."""
    text, spans = view.text, view.spans
    start, end = spans[line].start, _row_end(text, spans[line].end)
    if line < last or text[-1] in NEWLINES or _row_end(text, spans[-1].end) < len(text):
        return Span(start, end)
    return Span(start - _newline(text[spans[line - 1].end if line else 0 : start]), end - _newline(text[start:end]))


def _newline(row: str) -> int:
    """Length of the newline that ends a row."""
    return 2 if row.endswith("\r\n") else int(row[-1:] in NEWLINES) if row else 0


def _row_end(text: str, at: int) -> int:
    """Offset behind the newline that ends the line at ``at``."""
    return ROW.match(text, at).end()  # type: ignore[union-attr]


def _block_span(view: View, block: int, last: int, gone: Collection[int]) -> Span:
    spans, behind = view.spans, block + 1
    while behind in gone and not view.lettered(behind, behind + 1):
        behind += 1
    if block - 1 in gone and block - 2 not in gone and not view.lettered(block - 1, block):
        block -= 1  # a rule before it; what went before that has taken its own
    if block < last:
        return Span(spans[block].start, spans[behind].start)
    if block == 0:
        return Span(spans[0].start, spans[behind - 1].end)
    return Span(spans[block - 1].end, spans[behind - 1].end)


def _inner_span(view: View, removal: Removal) -> Span:
    text, block = view.text, view.spans[removal.block]
    low, high = view.edges(removal.block)
    at_start, at_end = removal.start <= low, removal.end >= high
    start = space_end(text, block.start) if at_start else _behind_closers(view, removal.start)
    end = block.end if at_end else _behind_closers(view, removal.end)
    if at_start:
        return Span(start, space_end(text, end))
    if at_end:
        return Span(start, end)
    first, following = space_end(text, start), space_end(text, end)
    if following > end and not ("\n" in text[start:first] and "\n" not in text[end:following]):
        return Span(start, end)  # the white space before the cut goes, the one behind it stays
    return Span(first, following)


def _behind_closers(view: View, place: int) -> int:
    """Offset behind the marks that belong to the folded character before ``place``."""
    text = view.text
    at = view.fold.at[place - 1] + 1
    limit = view.fold.at[place] if place < len(view.fold) else len(text)
    while at < limit and not text[at].isspace() and unicodedata.category(text[at]) not in _OPENERS:
        at += 1
    return at


def without_mark(text: str, found: Sequence[Repeat]) -> Sequence[Repeat]:
    """Let a byte order mark go with the cut before it when it would come to the front of the text.

    Files that were joined have such marks inside. In front, the next reader would take it for one of the file.
    """
    if MARK not in text:
        return found
    front = 0
    for span in sorted(cut.span for repeat in found for cut in repeat.cuts):
        front = span.end if span.start <= front else front
    end = len(text) - len(text[front:].lstrip(MARK))
    if not front or end == front:
        return found
    return [replace(repeat, cuts=tuple(_until(cut, front, end) for cut in repeat.cuts)) for repeat in found]


def _until(cut: Cut, front: int, end: int) -> Cut:
    return replace(cut, span=Span(cut.span.start, end)) if cut.span.end == front else cut
