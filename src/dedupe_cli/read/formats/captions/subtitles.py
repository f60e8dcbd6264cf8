"""Subtitles: the lines of the cues are the text; times, settings, styles, notes and tags stay with what stays.

A line that the next cues show again keeps its cue, from the first start to the last end. Cues that show nothing
any more go, and SubRip is numbered anew.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from dedupe_cli.errors import ReadError
from dedupe_cli.model import Edit, Part, Safety, Span
from dedupe_cli.read.formats.captions.cues import Cues, open_tags, read_rows
from dedupe_cli.read.formats.groups import protected
from dedupe_cli.read.formats.rows import RowFile, starts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from dedupe_cli.model import Plan, Source
    from dedupe_cli.read.formats.captions.cues import Row

_HEADER = re.compile(r"WEBVTT(?=[ \t\r\n]|$)")
_BLANK = re.compile(r"(?:[ \t]*(?:\r\n?|\n))*")
# A line that is shown again after no longer than this was never off the screen (seconds).
_GAP = 0.5
# So many lines of one group that go are a loop: an error of the hearing, not of the screen.
_LOOP = 3


class _Tail(NamedTuple):
    """The lines of a cue, which one is behind the last that stays, and tags behind that which close others."""

    lines: tuple[Span, ...]
    first: int
    closing: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Subtitles(RowFile):
    """The container of one file: its cues, and its lines, which may begin with the name of who speaks."""

    name: str
    cues: Cues
    rows: tuple[Row, ...]
    why: ClassVar[str] = "it names who speaks, or reaches over lines of the file"

    def char(self, offset: int) -> Span:
        """Return the place in the file of one character of the transcript; nothing at the end of a line."""
        row = self.rows[at := self.row(offset)]
        place = self.starts[at] + self.heads[at]
        if row.voice and offset < place:
            low = min(row.voice.start + offset - self.starts[at], row.voice.end)
            return Span(low, min(low + 1, row.voice.end))
        for piece in row.text:
            if offset < place + len(piece):
                return Span(piece.start + offset - place, piece.start + offset - place + 1)
            place += len(piece)
        return Span(row.text[-1].end, row.text[-1].end)

    def part(self, offset: int) -> Part:
        """Return the cue of a character."""
        number = self.rows[self.row(offset)].cue
        cue = self.cues[number]
        return Part("cue", number + 1, cue.label.of(self.file.text).strip(), times=(cue.first, cue.last))

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Let lines go as a whole; inside of a line only text goes, never the name of who speaks."""
        plan = RowFile.settle(self, source, plan)
        _, gone = self.by_row(source.text, plan.edits)
        named = {at for at in gone if self.rows[at].goes_on and self._speaks_on(at, gone)}
        if not named:
            return plan
        edits = tuple(edit for edit in plan.edits if self.row(edit.span.start) not in named)
        return replace(plan, edits=edits, groups=protected(plan.groups, edits))

    def _speaks_on(self, at: int, gone: Collection[int]) -> bool:
        """Tell whether a line that stays has its speaker from this one."""
        for other in range(at + 1, len(self.rows)):
            row = self.rows[other]
            if row.cue != self.rows[at].cue or row.voice:
                return False
            if other not in gone:
                return True
        return False

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the file and what changes in it: text, lines, whole cues, times, numbers."""
        inside, gone = self.by_row(source.text, edits)
        shown = self._shown_cues()
        left = {row.cue for at, row in enumerate(self.rows) if at not in gone}
        changed = [e for at, cut in inside.items() for e in self._inside(at, cut)]
        empty = {self.rows[at].span for at in gone}
        tails: dict[int, _Tail] = {}
        for at, edit in gone.items():
            if (number := self.rows[at].cue) in left:
                if number not in tails:
                    tails[number] = self._tail(number, empty)
                changed += self._without_line(at, edit, tails[number])
        bare = shown - left
        dead = {number: edit for at, edit in gone.items() if (number := self.rows[at].cue) in bare}
        changed += self._without_cues(dead)
        changed += self._times(gone, dead)
        if self.name == "srt" and dead:
            changed += self._numbers(dead)
        return self.file, tuple(sorted((self._referring(e) for e in changed), key=lambda e: e.span))

    def _inside(self, at: int, cut: Sequence[Edit]) -> Iterator[Edit]:
        """Take text out of a line, around its tags."""
        row = self.rows[at]
        place = self.starts[at] + self.heads[at]
        for piece in row.text:
            for edit in cut:
                low, high = max(edit.span.start, place), min(edit.span.end, place + len(piece))
                if low < high or (low == high == edit.span.start and edit.replacement):
                    span = Span(piece.start + low - place, piece.start + high - place)
                    yield replace(edit, span=span, replacement=edit.replacement if low == edit.span.start else "")
            place += len(piece)

    def _shown_cues(self) -> set[int]:
        """Return the numbers of the cues that show something."""
        return {row.cue for row in self.rows}

    def _tail(self, number: int, empty: set[Span]) -> _Tail:
        """Return what stays of a cue: up to which line, and the tags that are closed behind it."""
        lines = self.cues.payload(number)
        tail = len(lines)
        while tail and lines[tail - 1] in empty:
            tail -= 1
        if tail == len(lines):
            return _Tail(lines, tail, ())
        # Behind these lines nothing stays: what is opened in them has nothing to hold.
        _, closing = open_tags(self.file.text, self.name, Span(lines[tail].start, lines[-1].end))
        return _Tail(lines, tail, tuple(closing))

    def _without_line(self, at: int, edit: Edit, tail: _Tail) -> Iterator[Edit]:
        """Take out a line of a cue that stays; tags that reach into its other lines stay."""
        row = self.rows[at]
        lines = tail.lines
        index = bisect_left(lines, row.span.start, key=lambda line: line.start)
        last = index >= tail.first
        low = lines[index - 1].end if last and index else row.span.start
        high = row.span.end if last or index + 1 == len(lines) else lines[index + 1].start
        for tag in self._reaching(row, index, tail):
            if tag.start > low:
                yield edit.at(Span(low, tag.start))
            low = tag.end
        if high > low:
            yield edit.at(Span(low, high))

    def _reaching(self, row: Row, index: int, tail: _Tail) -> list[Span]:
        """Return the tags of a line that goes which mean something for lines that stay."""
        if index < tail.first:
            return sorted(tag for tags in open_tags(self.file.text, self.name, row.span) for tag in tags)
        low = bisect_left(tail.closing, row.span.start, key=lambda tag: tag.start)
        high = bisect_left(tail.closing, row.span.end, key=lambda tag: tag.start)
        return [tag for tag in tail.closing[low:high] if row.span.covers(tag)]

    def _without_cues(self, dead: dict[int, Edit]) -> Iterator[Edit]:
        """Take out whole cues with the blank lines behind them, at the end of the file with those before."""
        text, behind = self.file.text, len(self.file.text)
        tail = len(self.cues)
        while tail - 1 in dead and not text[self.cues.block(tail - 1).end : behind].strip():
            tail -= 1
            behind = self.cues.block(tail).start
        for number, edit in dead.items():
            block = self.cues.block(number)
            if number < tail:
                span = Span(block.start, _BLANK.match(text, block.end).end())  # type: ignore[union-attr]
            elif number > tail:
                span = Span(self.cues.block(number - 1).end, block.end)
            else:
                start = block.start
                while start and text[start - 1] in "\r\n":
                    start -= 1
                span = Span(start, block.end)
            yield edit.at(span)

    def _times(self, gone: dict[int, Edit], dead: dict[int, Edit]) -> Iterator[Edit]:
        """Let cues last as long as what they show was on the screen."""
        shown: dict[int, list[int]] = {}
        loops = Counter(edit.group for edit in gone.values() if edit.rule == "D203")
        for at, edit in gone.items():
            if edit.kept and loops[edit.group] < _LOOP:
                shown.setdefault(self.row(edit.kept[0].start), []).append(self.rows[at].cue)
        starts, ends = list(range(len(self.cues))), list(range(len(self.cues)))
        for at, others in shown.items():
            own = self.rows[at].cue
            for number in sorted(n for n in others if n > own):
                last = self.cues[ends[own]].last
                if last < self.cues[number].last and self.cues[number].first <= last + _GAP:
                    ends[own] = number
            for number in sorted((n for n in others if n < own), reverse=True):
                first = self.cues[starts[own]].first
                if self.cues[number].first < first <= self.cues[number].last + _GAP:
                    starts[own] = number
        before = float("-inf")
        for number in range(len(self.cues)):
            if number in dead:
                continue
            cue = self.cues[number]
            opening, closing = self.cues[starts[number]], self.cues[ends[number]]
            if opening.first < before:  # times never run backwards
                opening = cue
            for span, new in ((cue.start, opening.start), (cue.end, closing.end)):
                if new != span:
                    yield Edit(span, new.of(self.file.text), "D101", "in its times", Safety.EXACT)
            before = max(before, opening.first)

    def _numbers(self, dead: dict[int, Edit]) -> Iterator[Edit]:
        """Count the cues that stay, from the first number on."""
        text = self.file.text
        first = next((int(cue.label.of(text)) for cue in self.cues if cue.label), 1)
        left = (at for at in range(len(self.cues)) if at not in dead)
        for number, cue in enumerate(map(self.cues.__getitem__, left), first):
            if cue.label and cue.label.of(text).strip() != str(number):
                yield Edit(cue.label, str(number), "D101", "in its number", Safety.EXACT)

    def _referring(self, edit: Edit) -> Edit:
        """Let an edit of the file refer to places of the file."""
        rows = sorted({self.row(span.start) for span in edit.kept})
        return replace(edit, kept=tuple(self.rows[at].span for at in rows))


def open_subtitles(file: Source, kind: str) -> Source:
    """Return the transcript of a file; raises :class:`ReadError` when it is none of its kind."""
    name = "standard input" if file.path == "-" else file.path
    if kind == "vtt" and file.text.strip() and not _HEADER.match(file.text):
        raise ReadError(
            f"{name}: not WebVTT: it does not begin with WEBVTT",
            hint="--type srt reads SubRip, --type text plain text",
        )
    if kind == "srt" and _HEADER.match(file.text):
        raise ReadError(f"{name}: not SubRip: it begins with WEBVTT", hint="--type vtt reads it")
    cues = Cues(file.text, kind)
    if not cues and kind == "srt" and file.text.strip():
        raise ReadError(f"{name}: not SubRip: no line of times in it", hint="--type text reads it as plain text")
    rows = read_rows(file.text, kind, cues)
    names = [f"{row.voice.of(file.text)}: " if row.voice else "" for row in rows]
    lines = [
        name + "".join(piece.of(file.text) for piece in row.text) + "\n" for name, row in zip(names, rows, strict=True)
    ]
    container = Subtitles(file, starts_of(lines), tuple(map(len, names)), kind, cues, tuple(rows))
    return replace(file, text="".join(lines), newline="\n", container=container)
