"""Transcripts of Whisper and WhisperX: the text of the segments, with the words of each kept in step.

A segment whose text goes is taken out of the list; where only a part goes, the words of that part go, too. The
whole text beside the segments and the list of all words are brought in line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar

from dedupe_cli.errors import ReadError
from dedupe_cli.model import Edit, Part, Source, Span
from dedupe_cli.read.formats.captions.cues import LONGEST
from dedupe_cli.read.formats.json_spans import first, items, member, read_string, without
from dedupe_cli.read.formats.rows import RowFile, starts_of, with_kept

if TYPE_CHECKING:
    from dedupe_cli.read.formats.json_spans import RawString

HEADER = re.compile(r"start\tend\ttext\r?\n")
_LINE = re.compile(r"(?:(\d+)\t\d+\t)?([^\r\n]*)(?:\r?\n|\Z)(?<!\A)")
_NEWLINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its place, its text, and its words with where they stand in the text."""

    span: Span
    text: RawString
    words: tuple[Span, ...]
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Whisper(RowFile):
    """The container of one JSON file: its segments, the text of all of them, the list of all words."""

    segments: tuple[Segment, ...]
    whole: RawString | None
    words: tuple[Span, ...]
    name: ClassVar[str] = "whisper"

    def char(self, offset: int) -> Span:
        """Return the place in the file of one character of the transcript."""
        at = self.row(offset)
        string, here = self.segments[at].text, offset - self.starts[at]
        return string.raw(Span(min(here, len(string.value)), min(here + 1, len(string.value))))

    def part(self, offset: int) -> Part:
        """Return the segment of a character."""
        at = self.row(offset)
        found = json.loads(self.segments[at].span.of(self.file.text))
        times = [found.get(key) for key in ("start", "end")]
        numbers = [float(each) for each in times if isinstance(each, int | float) and 0 <= each < LONGEST]
        return Part("segment", at + 1, times=(numbers[0], numbers[1]) if len(numbers) == len(times) else None)

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the file and what changes in it: segments, texts, words."""
        inside, gone = self.by_row(source.text, edits)
        changed = [
            replace(gone[index][0], span=span)
            for index, span in without([segment.span for segment in self.segments], set(gone))
        ]
        dead: dict[int, set[int]] = {at: set(range(len(self.segments[at].words))) for at in gone}
        for at, own in inside.items():
            segment = self.segments[at]
            cuts = [Span(e.span.start - self.starts[at], e.span.end - self.starts[at]) for e in own]
            changed += [replace(e, span=segment.text.raw(cut)) for e, cut in zip(own, cuts, strict=True)]
            dead[at] = {i for i, place in enumerate(segment.places) if any(cut.covers(place) for cut in cuts)}
            changed += [
                replace(own[0], span=span, replacement="") for _, span in without(list(segment.words), dead[at])
            ]
        changed += self._whole({**{at: own[:1] for at, own in gone.items()}, **inside}, gone)
        if dead:
            changed += self._words(dead, next(iter(edits)))
        some = [edit for edit in changed if edit.span or edit.replacement]
        return self.file, with_kept(
            some, lambda spans: tuple(self.segments[self.row(s.start)].text.span for s in spans)
        )

    def _whole(self, own: dict[int, list[Edit]], gone: Collection[int]) -> Iterator[Edit]:
        """Cut the text of the whole recording when it is that of the segments one after the other."""
        if self.whole is None:
            return
        texts = [segment.text.value for segment in self.segments]
        joined = "".join(texts)
        shift = self.whole.value.find(joined.strip()) - (len(joined) - len(joined.lstrip()))
        if self.whole.value.strip() != joined.strip():
            return
        begins = [0, *accumulate(map(len, texts))]
        for at, edits in own.items():
            for edit in edits:
                low, high = edit.span.start - self.starts[at], edit.span.end - self.starts[at]
                if at in gone:
                    low, high = 0, len(texts[at])
                low, high = max(begins[at] + low + shift, 0), min(begins[at] + high + shift, len(self.whole.value))
                yield replace(edit, span=self.whole.raw(Span(low, high)))

    def _words(self, dead: dict[int, set[int]], why: Edit) -> Iterator[Edit]:
        """Take words out of the list of all words, when it has one for each word of the segments."""
        counts = [len(segment.words) for segment in self.segments]
        if sum(counts) != len(self.words):
            return
        begins = [0, *accumulate(counts)]
        lost = {begins[at] + index for at, indexes in dead.items() for index in indexes}
        for _, span in without(list(self.words), lost):
            yield replace(why, span=span, replacement="")


@dataclass(frozen=True, slots=True)
class WhisperTable(RowFile):
    """The container of one file of tab-separated values: the last field of each line is the text."""

    texts: tuple[Span, ...]
    name: ClassVar[str] = "whisper"

    def char(self, offset: int) -> Span:
        """Return the place in the file of one character of the transcript."""
        text = self.texts[at := self.row(offset)]
        low = min(text.start + offset - self.starts[at], text.end)
        return Span(low, min(low + 1, text.end))

    def part(self, offset: int) -> Part:
        """Return the line of a character."""
        at = self.row(offset)
        start = self.file.text.rfind("\n", 0, self.texts[at].start) + 1
        first, last = self.file.text[start : self.texts[at].start].split("\t")[:2]
        return Part("segment", at + 1, times=(min(float(first) / 1000, LONGEST), min(float(last) / 1000, LONGEST)))

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the file and its edits; a line goes with its newline."""
        inside, gone = self.by_row(source.text, edits)
        lines = [Span(self.file.text.rfind("\n", 0, text.start) + 1, text.end) for text in self.texts]
        changed = [replace(gone[at][0], span=span) for at, span in without(lines, set(gone))]
        for at, own in inside.items():
            shift = self.texts[at].start - self.starts[at]
            changed += [replace(e, span=Span(e.span.start + shift, e.span.end + shift)) for e in own]
        return self.file, with_kept(changed, lambda spans: tuple({self.texts[self.row(s.start)]: 0 for s in spans}))


def open_whisper(file: Source) -> Source:
    """Return the transcript of a file; raises :class:`ReadError` when it is none."""
    if not file.text.strip():
        return file
    if HEADER.match(file.text):
        return _open_table(file)
    return _open_json(file)


def _open_table(file: Source) -> Source:
    texts = []
    for line in _LINE.finditer(file.text):
        if line[1]:
            texts.append(Span(*line.span(2)))
        elif line.start() and line[0].strip():
            raise _not(file, "a line that does not begin with two times", file.text.count("\n", 0, line.start()) + 1)
    lines = [f"{span.of(file.text)}\n" for span in texts]
    container = WhisperTable(file, starts_of(lines), (0,) * len(lines), tuple(texts))
    return replace(file, text="".join(lines), newline="\n", container=container)


def _not(file: Source, what: str, line: int = 0) -> ReadError:
    name = "standard input" if file.path == "-" else file.path
    place = f"{name}:{line}" if line else name
    return ReadError(f"{place}: {what}", hint="--type text reads it as plain text")


def _open_json(file: Source) -> Source:
    text = file.text
    try:
        json.loads(text)
        top = first(text)
        listed = member(text, top, "segments")
        is_list = listed is not None and text[listed.start] == "["
        segments = [_segment(text, span) for span in items(text, listed.start)] if listed and is_list else []
        others = [member(text, top, key) for key in ("text", "word_segments")]
    except (ValueError, RecursionError, IndexError) as error:
        raise _not(file, f"not JSON ({error})") from None
    if not segments or None in segments:
        raise _not(file, "no transcript: it has no segments with a text")
    found = [segment for segment in segments if segment is not None]
    lines = [_NEWLINE.sub(lambda m: " " * len(m[0]), segment.text.value) + "\n" for segment in found]
    whole = read_string(text, others[0].start) if others[0] and text[others[0].start] == '"' else None
    words = tuple(items(text, others[1].start)) if others[1] and text[others[1].start] == "[" else ()
    container = Whisper(file, starts_of(lines), (0,) * len(lines), tuple(found), whole, words)
    return replace(file, text="".join(lines), newline="\n", container=container)


def _segment(text: str, at: Span) -> Segment | None:
    said = member(text, at.start, "text")
    if said is None or text[said.start] != '"':
        return None
    string = read_string(text, said.start)
    listed = member(text, at.start, "words")
    spans = tuple(items(text, listed.start)) if listed and text[listed.start] == "[" else ()
    places: list[Span] = []
    after = 0
    for span in spans:
        word = member(text, span.start, "word")
        shown = read_string(text, word.start).value.strip() if word and text[word.start] == '"' else ""
        found = string.value.find(shown, after)
        place = Span(found, found + len(shown)) if found >= 0 else Span(after, after)
        places.append(place)
        after = place.end
    return Segment(at, string, spans, tuple(places))
