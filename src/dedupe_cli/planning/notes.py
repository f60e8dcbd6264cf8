"""Findings without an edit: sentences broken off (W101), captions cut short (W102), words said twice (D203)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.document.split import BlockKind, blocks, kind
from dedupe_cli.model import LEFT_BROKEN, Edit, Note, Span
from dedupe_cli.text.fold import code_points
from dedupe_cli.text.letters import says
from dedupe_cli.text.lexicon import han_words
from dedupe_cli.text.lines import one_of
from dedupe_cli.text.patterns import late

if TYPE_CHECKING:
    from numpy.typing import NDArray


# A block that ends like this goes on somewhere else.
_OPEN_END = frozenset("，、；,;")
_OPEN = re.compile(r"[\w，、；,;]$")
# A block that ends with a letter is broken off when it is prose: so long, or with a sentence end inside.
_SENTENCE_INSIDE = re.compile(r"[。！？]|[.!?]\s")
_CLAUSES = re.compile(r"[，、；：,;:]")
BROKEN_LENGTH, BROKEN_CLAUSES = 40, 3
# Where sentences end, there is an end in so many Han characters and words (25 to 85 in articles, speeches and novels,
# up to 170 in statutes; 8,000 in captions without marks). Looked at are so many characters on either side.
SENTENCE, _AROUND = 250, 2000
_SENTENCE_END = re.compile(r"[。！？｡!?…؟۔।॥]|[.．](?!\w)")
_STOPS = frozenset(".．")
_UNIT = late(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+")
# A line that another one follows directly is wrapped, or of verse; an indented one begins a paragraph.
_RUNS_ON = re.compile(r"[^\S\r\n]*(?:\r\n|\r|\n)(?=\S)")
# Captions begin with a dash, an arrow or a triangle.
_CAPTION = re.compile(r"\s*[—–↑↓▲△▼◆◎]+\s*(\w[^\n]*)")
CAPTION_LENGTH = 80
# Characters that are looked at at a time.
_PIECE = 1 << 18
# Clause marks divide a text into the pieces that a stutter says twice.
_MARKS = "，、；。！？：,;!?:\n"
_LIST_MARK = re.compile("[、，,]")
# What is joined to itself goes on and on: and again, and again.
_ON_AND_ON = re.compile(r"(?:and|or)\s", re.IGNORECASE)
# A value that somebody puts in: {line}, <name>. And a comma without a space parts values.
_VALUE = re.compile(r"[{<\[$][^\s{}<>]*[}>\]][?*+]?")
TWICE, AGAIN, LEAD = 2, 6, 4
# Characters of an indent that are looked at.
_WIDE = 200
# An item of a list of Han characters, and how much leads to it where the clause before ends with the same word.
_ITEM = re.compile(r"[\u3400-\u9fff]{2,6}")
ITEM_LENGTH, ITEM_LEAD, WORD = 6, 4, 4


def notes_of(text: str, edits: Sequence[Edit]) -> list[Note]:
    """Return all findings about a text and the edits (ascending) that were planned for it, in text order."""
    starts = [edit.span.start for edit in edits]
    habit = _Habit(text)
    found = [note for note in cut_notes(text, edits) if habit.ends_sentences(note.span)]
    for note in source_notes(text, habit):
        index = bisect_right(starts, note.span.end) - 1
        if index < 0 or not edits[index].span.overlaps(note.span):
            found.append(note)
    return sorted(found, key=lambda note: (note.span, note.rule))


def source_notes(text: str, habit: _Habit) -> list[Note]:
    """Return the findings about the structure of a text, in text order. Linear in the text."""
    found: list[Note] = []
    captions: list[tuple[str, Span]] = []
    for block in blocks(text):
        found.extend(_broken(text, block, habit))
        if len(block) <= CAPTION_LENGTH and (caption := _CAPTION.fullmatch(block.of(text))):
            captions.append((caption.group(1), block))
    found.extend(_cut_captions(captions))
    found.extend(_twice(text))
    return sorted(found, key=lambda note: (note.span, note.rule))


def _broken(text: str, block: Span, habit: _Habit) -> Iterator[Note]:
    last = text[block.end - 1]
    open_end = last in _OPEN_END
    if not open_end and (len(block) < BROKEN_LENGTH or not (last.isalnum() or last == "_")):
        return
    tail = text[max(block.start, block.end - 400) : block.end]
    if _RUNS_ON.match(text, block.end):
        return
    prose = _SENTENCE_INSIDE.search(tail) or len(_CLAUSES.findall(tail)) >= BROKEN_CLAUSES
    if (open_end or prose) and kind(text, block) is BlockKind.PROSE and habit.ends_sentences(block):
        yield Note("W101", Span(max(block.start, block.end - 12), block.end), "a sentence breaks off here")


class _Habit:
    """Whether a text ends its sentences around a place; asked of many places, all ends are looked for once."""

    def __init__(self, text: str) -> None:
        self._text, self._looked = text, 0

    @cached_property
    def _ends(self) -> list[int]:
        return [found.start() for found in _SENTENCE_END.finditer(self._text)]

    def ends_sentences(self, span: Span) -> bool:
        """Tell whether the text around a place has the habit of ending its sentences; captions often have not."""
        low, high = max(span.start - _AROUND, 0), min(span.end + _AROUND, len(self._text))
        enough = -(-(high - low) // SENTENCE)  # as there are no more units than characters
        self._looked += high - low
        ends = self._first(low, high, enough) if self._looked < len(self._text) else self._count(low, high)
        if ends >= enough:
            return True
        around = self._text[low:high]
        if not ends:
            return next(_UNIT.finditer(around), None) is None  # one word is enough
        return len(_UNIT.findall(around)) <= SENTENCE * ends

    def _first(self, low: int, high: int, enough: int) -> int:
        return len(list(islice(_SENTENCE_END.finditer(self._text[low:high]), enough)))

    def _count(self, low: int, high: int) -> int:
        """Count the ends in a stretch; a full stop that it breaks off with is one, whatever comes behind it."""
        first, last = bisect_left(self._ends, low), bisect_left(self._ends, high)
        cut = self._text[high - 1 : high] in _STOPS and (last == first or self._ends[last - 1] != high - 1)
        return last - first + cut


def _cut_captions(captions: Iterable[tuple[str, Span]]) -> Iterator[Note]:
    """Yield the captions that another one begins with: sorted, it stands right behind them."""
    ordered = sorted(captions)
    for (short, span), (long, _) in pairwise(ordered):
        if len(short) >= TWICE and short != long and long.startswith(short):
            yield Note("W102", span, "a caption is cut short; another one begins like it")


def _twice(text: str) -> Iterator[Note]:
    if not _LIST_MARK.search(text):
        return
    marks, last, before_last = _marks(text)
    if len(marks) < TWICE:
        return
    starts = np.concatenate(([0], marks[:-1] + 1))
    for index in _candidates(marks - starts, last, before_last).tolist():
        before, behind = text[marks[index]], text[marks[index + 1]]
        if not _LIST_MARK.match(before):
            continue
        first = Span(int(starts[index]), int(marks[index])).trimmed(text)
        second = Span(int(starts[index + 1]), int(marks[index + 1])).trimmed(text)
        if _is_wrapped(text, first) or _is_wrapped(text, Span(int(marks[index + 1]) + 1, len(text))):
            continue  # only a part of a clause, whose beginning stands in the line above, or its end in the one below
        if before == "," and _is_value(first.of(text), text[marks[index] + 1 : second.start]):
            continue
        if first and _is_said_twice(first.of(text), second.of(text), before):
            yield Note("D203", Span(first.start, second.end), "said twice in a row")
        elif before == behind == "、" and _is_item_twice(first.of(text), second.of(text)):
            yield Note("D203", Span(first.end - len(second), second.end), "said twice in a row")


def _marks(text: str) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint32]]:
    """Return where the marks between pieces stand, and the last character and the last but one of each piece."""
    found = []
    for at in range(0, max(len(text), 1), _PIECE):
        low = max(at - 2, 0)
        codes = code_points(text[low : at + _PIECE])
        marks = np.flatnonzero(one_of(codes[at - low :], _MARKS)) + (at - low)
        found.append((marks + low, codes[np.maximum(marks - 1, 0)], codes[np.maximum(marks - 2, 0)]))
    marks, last, before = (np.concatenate(column) for column in zip(*found, strict=True))
    return marks, last, before


def _candidates(sizes: NDArray[np.int64], last: NDArray[np.uint32], before: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Indexes of pieces whose successor ends alike and is as long, a little longer, or a short item."""
    more = sizes[1:] - sizes[:-1]
    longer = (sizes[:-1] >= TWICE) & (more >= 0) & (more <= LEAD)
    item = (sizes[1:] >= TWICE) & (sizes[1:] <= ITEM_LENGTH) & (more <= -ITEM_LEAD)
    return np.flatnonzero((longer | item) & (last[:-1] == last[1:]) & (before[:-1] == before[1:]))


def _is_wrapped(text: str, piece: Span) -> bool:
    """Tell whether a piece goes on from the line above: right below a line that ends in no mark."""
    above = text[max(piece.start - _WIDE, 0) : piece.start].rstrip(" \t\u3000")
    if not above.endswith("\n") or not text[piece.start : piece.start + _WIDE].split("\n", 1)[0].strip():
        return False
    last = above[:-1].rstrip(" \t\r\u3000")[-1:]
    return last != "\n" and last not in _MARKS


def _is_said_twice(one: str, two: str, mark: str) -> bool:
    """Tell whether a piece is said again, perhaps with a word before it."""
    if not two.endswith(one) or not any(c.isalpha() for c in one) or _ON_AND_ON.match(one):
        return False
    before = two[: -len(one)][-1:]
    if before and one[:1].isascii() and before.isascii() and not before.isspace():
        return False  # another word, or another name (rd.luks, luks), that ends alike
    return len(one) >= AGAIN or (one == two and mark == "、" and len(one) >= TWICE)


def _is_value(said: str, between: str) -> bool:
    """Tell whether what stands before a comma is one of the values of a row: two of them may be the same."""
    return said.isascii() and (not between or _VALUE.fullmatch(said) is not None)


def _is_item_twice(clause: str, item: str) -> bool:
    """Tell whether a clause ends with the item that follows, and not with a longer word (vice-mayor, mayor)."""
    lead = len(clause) - len(item)
    if not _ITEM.fullmatch(item) or lead < ITEM_LEAD or not clause.endswith(item):
        return False
    longer = (clause[lead - i : lead + k] for i in range(1, WORD) for k in range(1, len(item) + 1))
    return han_words().keys().isdisjoint(longer)


def cut_notes(text: str, edits: Sequence[Edit]) -> Iterator[Note]:
    """Yield a finding for each edit that leaves a broken sentence in its line, between its neighbours."""
    ends = [0, *(edit.span.end for edit in edits)]
    starts = [*(edit.span.start for edit in edits[1:]), len(text)]
    run = 0  # where the cuts begin between which nothing is said
    for edit, last, following in zip(edits, ends, starts, strict=False):
        run = run if last and not says(text[last : edit.span.start]) else edit.span.start
        gone = edit.span.of(text).strip()
        line_start = text.rfind("\n", max(edit.span.start - 4000, 0), edit.span.start) + 1
        before = text[max(line_start, last) : edit.span.start].rstrip()
        line_end = text.find("\n", edit.span.end, edit.span.end + 4000)
        stop = min(line_end if line_end >= 0 else edit.span.end + 4000, following)
        behind = text[edit.span.end : stop].strip()
        if before and not behind and _OPEN.search(before):
            yield Note("W101", Span(max(line_start, last), edit.span.start), LEFT_BROKEN)
        elif not before and gone and _OPEN.search(gone) and says(behind) and not _goes_on(text, edit, run):
            yield Note(
                "W101",
                Span(edit.span.end, edit.span.end + len(behind)),
                LEFT_BROKEN,
            )


def _goes_on(text: str, edit: Edit, run: int) -> bool:
    """Tell whether what stands behind a cut is as whole as it was, although what goes breaks off.

    A paragraph begins there, or what says the same stands on one side of the cut, of which ``run`` is the beginning.
    """
    said = edit.span.start + len(edit.span.of(text).rstrip())
    if not _RUNS_ON.match(text, said) and text[said : edit.span.end].strip(" \t"):
        return True
    sides = (Span(kept.end, run) if kept.end <= run else Span(edit.span.end, kept.start) for kept in edit.kept)
    return any(len(side) <= _WIDE and not says(side.of(text)) for side in sides)
