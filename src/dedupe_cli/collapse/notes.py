"""Findings without an edit: sentences broken off (W101), captions cut short (W102), words said twice (D203)."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.model import Note, Span
from dedupe_cli.text.fold import code_points
from dedupe_cli.text.split import BlockKind, blocks, kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe_cli.model import Edit

# A block that ends like this goes on somewhere else.
_OPEN_END = re.compile(r"[，、；,;]$")
_OPEN = re.compile(r"[\w，、；,;]$")
# A block that ends with a letter is broken off when it is prose: so long, or with a sentence end inside.
_LETTER_END = re.compile(r"\w$")
_SENTENCE_INSIDE = re.compile(r"[。！？]|[.!?]\s")
_CLAUSES = re.compile(r"[，、；：,;:]")
BROKEN_LENGTH, BROKEN_CLAUSES = 40, 3
# Captions begin with a dash, an arrow or a triangle.
_CAPTION = re.compile(r"\s*[—–↑↓▲△▼◆◎]+\s*(\w[^\n]*)")
CAPTION_LENGTH = 80
# Clause marks divide a text into the pieces that a stutter says twice.
_MARKS = "，、；。！？：,;!?:\n"
_LIST_MARKS = frozenset("、，,")
TWICE, AGAIN, LEAD = 2, 6, 4


def notes_of(text: str, edits: Sequence[Edit]) -> list[Note]:
    """Return all findings about a text and the edits (ascending) that were planned for it, in text order."""
    starts = [edit.span.start for edit in edits]
    found = [*cut_notes(text, edits)]
    for note in source_notes(text):
        index = bisect_right(starts, note.span.end) - 1
        if index < 0 or not edits[index].span.overlaps(note.span):
            found.append(note)
    return sorted(found, key=lambda note: (note.span, note.rule))


def source_notes(text: str) -> list[Note]:
    """Return the findings about the structure of a text, in text order. Linear in the text."""
    found: list[Note] = []
    captions: list[tuple[str, Span]] = []
    for block in blocks(text):
        found.extend(_broken(text, block))
        if len(block) <= CAPTION_LENGTH and (caption := _CAPTION.fullmatch(block.of(text))):
            captions.append((caption.group(1), block))
    found.extend(_cut_captions(captions))
    found.extend(_twice(text))
    return sorted(found, key=lambda note: (note.span, note.rule))


def _broken(text: str, block: Span) -> Iterator[Note]:
    tail = text[max(block.start, block.end - 400) : block.end]
    open_end = _OPEN_END.search(tail)
    if not open_end and not _LETTER_END.search(tail):
        return
    if not open_end and len(block) < BROKEN_LENGTH:
        return
    prose = _SENTENCE_INSIDE.search(tail) or len(_CLAUSES.findall(tail)) >= BROKEN_CLAUSES
    if (open_end or prose) and kind(text, block) is BlockKind.PROSE:
        yield Note("W101", Span(max(block.start, block.end - 12), block.end), "a sentence breaks off here")


def _cut_captions(captions: Iterable[tuple[str, Span]]) -> Iterator[Note]:
    """Yield the captions that another one begins with: sorted, it stands right behind them."""
    ordered = sorted(captions)
    for (short, span), (long, _) in pairwise(ordered):
        if len(short) >= TWICE and short != long and long.startswith(short):
            yield Note("W102", span, "a caption is cut short; another one begins like it")


def _twice(text: str) -> Iterator[Note]:
    codes = code_points(text)
    marks = np.flatnonzero(np.isin(codes, [ord(c) for c in _MARKS]))
    if len(marks) < TWICE:
        return
    starts = np.concatenate(([0], marks[:-1] + 1))
    for index in _candidates(codes, starts, marks).tolist():
        first = Span(int(starts[index]), int(marks[index]))
        second = Span(int(starts[index + 1]), int(marks[index + 1]))
        note = _said_twice(text, first, second)
        if note is not None:
            yield note


def _candidates(codes: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Indexes of pieces whose successor is as long or a little longer and ends alike."""
    sizes = ends - starts
    more = sizes[1:] - sizes[:-1]
    last, following = codes[np.maximum(ends[:-1] - 1, 0)], codes[np.maximum(ends[1:] - 1, 0)]
    near = (sizes[:-1] >= TWICE) & (more >= 0) & (more <= LEAD) & (last == following)
    before, behind = codes[np.maximum(ends[:-1] - 2, 0)], codes[np.maximum(ends[1:] - 2, 0)]
    return np.flatnonzero(near & (before == behind))


def _said_twice(text: str, first: Span, second: Span) -> Note | None:
    one, two = first.of(text).strip(), second.of(text).strip()
    listed = text[first.end] in _LIST_MARKS
    if not listed or not one or not two.endswith(one) or not any(c.isalpha() for c in one):
        return None
    if len(one) >= AGAIN or (one == two and text[first.end] == "、" and len(one) >= TWICE):
        return Note("D203", Span(first.start, second.end), "said twice in a row")
    return None


def cut_notes(text: str, edits: Iterable[Edit]) -> Iterator[Note]:
    """Yield a finding for each edit that leaves a broken sentence before or behind it."""
    for edit in edits:
        gone = edit.span.of(text).strip()
        line_start = text.rfind("\n", max(edit.span.start - 4000, 0), edit.span.start) + 1
        before = text[line_start : edit.span.start].rstrip()
        line_end = text.find("\n", edit.span.end, edit.span.end + 4000)
        behind = text[edit.span.end : line_end if line_end >= 0 else edit.span.end + 4000].strip()
        if before and not behind and _OPEN.search(before):
            yield Note("W101", Span(line_start, edit.span.start), "what stays here is a broken sentence")
        elif behind and not before and gone and _OPEN.search(gone):
            yield Note(
                "W101",
                Span(edit.span.end, edit.span.end + len(behind)),
                "what stays here is a broken sentence",
            )
