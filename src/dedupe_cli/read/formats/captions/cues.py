"""The cues of WebVTT and SubRip files with the places of everything in them.

Formats: W3C, WebVTT (the blocks and tags of sections 4 and 6); SubRip has no standard: a number, a line of times,
text until the next such pair, since blank lines do stand inside of cues.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from dedupe_cli.model import Span

_LINE = re.compile(r"[^\r\n]*(\r\n?|\n|\Z)")
_TIMES = {
    "vtt": re.compile(r"[ \t]*((?:\d{2,}:)?\d\d:\d\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?\d\d:\d\d\.\d{3})(?=[ \t]|$)"),
    "srt": re.compile(
        r"[ \t]*(\d+:\d{1,2}:\d{1,2}[,.]\d{1,3})[ \t]*-->[ \t]*(\d+:\d{1,2}:\d{1,2}[,.]\d{1,3})(?=[ \t]|$)"
    ),
}
# Seconds; no recording is so long, and a time may have thousands of digits.
LONGEST = 1e12
_TAG = {"vtt": re.compile(r"<[^<>]*>"), "srt": re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")}
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^<>]*[^<>\s])[ \t]*>")
# More digits are no number of a cue.
_NUMBER = re.compile(r"[ \t]*\d{1,18}[ \t]*")
_NAME = re.compile(r"<(/?)([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a cue: its place in the file, the text between its tags, the name of who speaks (may be empty).

    ``goes_on``: the name holds for the lines behind it, too, up to the next name or the end of the cue.
    """

    cue: int
    span: Span
    text: tuple[Span, ...]
    voice: Span | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: its number or name, its times (places and seconds)."""

    label: Span
    start: Span
    end: Span
    first: float
    last: float


def numbers(text: str) -> array[int]:
    """Return an empty array for places in a text, of four bytes each where that is enough."""
    return array("i" if len(text) < 1 << 31 else "q")


class _Lines:
    """The lines of a file, two numbers each: a file has many more of them than of cues."""

    def __init__(self, text: str) -> None:
        self.starts, self.ends = numbers(text), numbers(text)
        for found in _LINE.finditer(text):
            if found.end() > found.start():
                self.starts.append(found.start())
                self.ends.append(found.start(1))

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, at: int) -> Span:
        return Span(self.starts[at], self.ends[at])


class Cues:
    """The cues of a file; each is made when it is asked for: what is kept of it are the numbers of its lines.

    ``kind`` is ``vtt`` or ``srt``.
    """

    def __init__(self, text: str, kind: str) -> None:
        self._text, self._times = text, _TIMES[kind]
        self._lines = lines = _Lines(text)
        found = (at for at in range(len(lines)) if self._times.match(text, lines.starts[at], lines.ends[at]))
        self._heads = heads = numbers(text)
        heads.extend(found)
        # The first line of each, and the one behind its last.
        self._first, self._stop = numbers(text), numbers(text)
        for at, head in enumerate(heads):
            self._first.append(_label(text, lines, head, kind, heads[at - 1] if at else -1))
        for at, head in enumerate(heads):
            self._stop.append(_stop(text, lines, head + 1, self._first[at + 1] if at + 1 < len(heads) else -1, kind))

    def __len__(self) -> int:
        return len(self._heads)

    def __iter__(self) -> Iterator[Cue]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> Cue:
        head, first, lines = self._heads[at], self._first[at], self._lines
        times = self._times.match(self._text, lines.starts[head], lines.ends[head])
        assert times is not None
        start, end = (Span(*times.span(group)) for group in (1, 2))
        return Cue(
            label=lines[first] if first < head else Span(lines.starts[head], lines.starts[head]),
            start=start,
            end=end,
            first=_seconds(start.of(self._text)),
            last=_seconds(end.of(self._text)),
        )

    def block(self, at: int) -> Span:
        """Return the place of a cue, from its first line to its last."""
        last = max(self._stop[at] - 1, self._heads[at])
        return Span(self._lines.starts[self._first[at]], self._lines.ends[last])

    def below(self, at: int) -> range:
        """Return the numbers of the lines of a cue below its times."""
        return range(self._heads[at] + 1, self._stop[at])

    def line(self, number: int) -> Span:
        """Return a line by its number."""
        return self._lines[number]


def _stop(text: str, lines: _Lines, first: int, behind: int, kind: str) -> int:
    """Return the number of the line behind the last one of a cue; its lines are from ``first`` up to ``behind``."""
    stop = behind if behind >= 0 else len(lines)
    if kind == "vtt":
        return next((number for number in range(first, stop) if lines.starts[number] == lines.ends[number]), stop)
    while stop > first and not lines[stop - 1].of(text).strip():
        stop -= 1
    return stop


class Rows:
    """The lines of all cues that show something; each is made when it is asked for: kept are two numbers of each."""

    def __init__(self, text: str, kind: str, cues: Cues) -> None:
        self._text, self._kind, self._all = text, kind, cues
        self.cues, self.lines = numbers(text), numbers(text)
        for cue in range(len(cues)):
            for number in cues.below(cue):
                if any(piece.of(text).strip() for piece in _pieces(text, kind, cues.line(number))):
                    self.cues.append(cue)
                    self.lines.append(number)

    def __len__(self) -> int:
        return len(self.lines)

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, at: int) -> Row:
        text, line = self._text, self.span(at)
        shown = _pieces(text, self._kind, line)
        voices = list(_VOICE.finditer(text, line.start, line.end)) if self._kind == "vtt" else []
        first = next(piece.start for piece in shown if piece.of(text).strip())
        own = [voice for voice in voices if voice.end() <= first][-1:] or voices[:1]
        open_ = bool(voices) and text.rfind("</v>", voices[-1].end(), line.end) < 0
        return Row(self.cues[at], line, shown, Span(*own[0].span(1)) if own else None, goes_on=open_)

    def span(self, at: int) -> Span:
        """Return the place of one in the file."""
        return self._all.line(self.lines[at])

    def of_line(self, number: int) -> int:
        """Return which one a line is by its number, -1 for one that shows nothing."""
        at = bisect_left(self.lines, number)
        return at if at < len(self.lines) and self.lines[at] == number else -1


def _pieces(text: str, kind: str, line: Span) -> tuple[Span, ...]:
    """Return what of a line stands between its tags; all of it, even if that is nothing, where it has none."""
    tags = [at for tag in _TAG[kind].finditer(text, line.start, line.end) for at in tag.span()]
    edges = [line.start, *tags, line.end]
    return tuple(p for p in map(Span, edges[::2], edges[1::2]) if p) if tags else (line,)


def open_tags(text: str, kind: str, line: Span) -> tuple[list[Span], list[Span]]:
    """Return the tags of a stretch whose other half is not in it: those that open, those that close."""
    opened: list[tuple[str, Span]] = []
    loose = []
    for tag in _TAG[kind].finditer(text, line.start, line.end):
        found = _NAME.match(tag[0])
        if found is None:
            continue  # a time, or a code of its own
        if not found[1]:
            opened.append((found[2], Span(*tag.span())))
        elif opened and opened[-1][0] == found[2]:
            opened.pop()
        else:
            loose.append(Span(*tag.span()))
    return [span for _, span in opened], loose


def _label(text: str, lines: _Lines, head: int, kind: str, before: int) -> int:
    """Return the number of the line with the number or name of a cue, or that of its times: ``head``."""
    at = head - 1
    if at <= before or (kind == "vtt" and at <= 0):
        return head
    line = lines[at]
    named = bool(line) and (at == before + 1 or not lines[at - 1]) if kind == "vtt" else False
    return at if named or (kind == "srt" and _NUMBER.fullmatch(text, line.start, line.end)) else head


def _seconds(time: str) -> float:
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = 60 * total + float(part)
    return min(total, LONGEST)
