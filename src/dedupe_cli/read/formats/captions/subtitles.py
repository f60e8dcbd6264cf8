"""Subtitles: the lines of the cues are the text; times, settings, styles, notes and tags stay with what stays.

A line that the next cues show again keeps its cue, from the first start to the last end. Cues that show nothing
any more go, and SubRip is numbered anew.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import ClassVar, NamedTuple

from dedupe_cli.errors import ReadError
from dedupe_cli.model import Edit, Part, Plan, Safety, Source, Span
from dedupe_cli.read.formats.captions.cues import Cues, Row, Rows, numbers, open_tags
from dedupe_cli.read.formats.rows import RowFile, joined, with_kept

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
    rows: Rows
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
        number = self.rows.cues[self.row(offset)]
        cue = self.cues[number]
        return Part("cue", number + 1, cue.label.of(self.file.text).strip(), times=(cue.first, cue.last))

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Let lines go as a whole; inside of a line only text goes, never the name of who speaks."""
        fitted = self.fitted(source, plan)
        _, gone = self.by_row(source.text, fitted.edits)
        named = {at for at in gone if self.rows[at].goes_on and self._speaks_on(at, gone)}
        return self.fitted(source, plan, staying=named) if named else fitted

    def _speaks_on(self, at: int, gone: Collection[int]) -> bool:
        """Tell whether a line that stays has its speaker from this one."""
        for other in range(at + 1, len(self.rows)):
            if self.rows.cues[other] != self.rows.cues[at] or self.rows[other].voice:
                return False
            if other not in gone:
                return True
        return False

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the file and what changes in it: text, lines, whole cues, times, numbers."""
        inside, gone = self.by_row(source.text, edits)
        cues = self.rows.cues
        left = {cues[at] for at in range(len(cues)) if at not in gone}
        changed = [e for at, cut in inside.items() for e in self._inside(at, cut)]
        tails: dict[int, _Tail] = {}
        dead: dict[int, Edit] = {}
        for at, [edit, *_] in gone.items():
            if (number := cues[at]) not in left:
                dead[number] = edit
                continue
            if number not in tails:
                tails[number] = self._tail(number, gone)
            changed += self._without_line(at, edit, tails[number])
        changed += joined(self._without_cues(dead))
        changed += self._times(gone, dead)
        if self.name == "srt" and dead:
            changed += self._numbers(dead)
        return self.file, with_kept(changed, self._kept)

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

    def _tail(self, number: int, gone: Collection[int]) -> _Tail:
        """Return what stays of a cue: up to which line, and the tags that are closed behind it."""
        below = self.cues.below(number)
        lines = tuple(map(self.cues.line, below))
        tail = len(lines)
        while tail and self.rows.of_line(below[tail - 1]) in gone:
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

    def _without_cues(self, dead: dict[int, Edit]) -> Iterator[tuple[Span, Edit]]:
        """Yield where whole cues go, with the blank lines behind them, at the end of the file with those before."""
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
            yield span, edit

    def _times(self, gone: dict[int, list[Edit]], dead: dict[int, Edit]) -> Iterator[Edit]:
        """Let cues last as long as what they show was on the screen."""
        shown: dict[int, list[int]] = {}
        loops = Counter(own[0].group for own in gone.values() if own[0].rule == "D203")
        for at, [edit, *_] in gone.items():
            if edit.kept and loops[edit.group] < _LOOP:
                shown.setdefault(self.row(edit.kept[0].start), []).append(self.rows.cues[at])
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        for at, others in shown.items():
            own = self.rows.cues[at]
            for number in sorted(n for n in others if n > own):
                last = self.cues[ends.get(own, own)].last
                if last < self.cues[number].last and self.cues[number].first <= last + _GAP:
                    ends[own] = number
            for number in sorted((n for n in others if n < own), reverse=True):
                first = self.cues[starts.get(own, own)].first
                if self.cues[number].first < first <= self.cues[number].last + _GAP:
                    starts[own] = number
        before = float("-inf")
        for number in range(len(self.cues)) if starts or ends else ():
            if number in dead:
                continue
            cue = self.cues[number]
            opening, closing = self.cues[starts.get(number, number)], self.cues[ends.get(number, number)]
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

    def _kept(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Return the lines of the file that some stretches of the text lie in."""
        return tuple(self.rows.span(at) for at in sorted({self.row(span.start) for span in spans}))


def open_subtitles(file: Source, kind: str) -> Source:
    """Return the transcript of a file; raises :class:`ReadError` when it is none of its kind."""
    name = "standard input" if file.path == "-" else file.path
    if kind == "vtt" and file.text.strip() and not _HEADER.match(file.text):
        raise ReadError(
            f"{name}: not WebVTT: it does not begin with WEBVTT", hint="--type srt reads SubRip, --type text plain text"
        )
    if kind == "srt" and _HEADER.match(file.text):
        raise ReadError(f"{name}: not SubRip: it begins with WEBVTT", hint="--type vtt reads it")
    cues = Cues(file.text, kind)
    if not cues and kind == "srt" and file.text.strip():
        raise ReadError(f"{name}: not SubRip: no line of times in it", hint="--type text reads it as plain text")
    rows = Rows(file.text, kind, cues)
    starts, heads, text = numbers(file.text), numbers(file.text), StringIO()
    for row in rows:
        name = f"{row.voice.of(file.text)}: " if row.voice else ""
        starts.append(text.tell())
        heads.append(len(name))
        text.write(name + "".join(piece.of(file.text) for piece in row.text) + "\n")
    return replace(file, text=text.getvalue(), newline="\n", container=Subtitles(file, starts, heads, kind, cues, rows))
